"""Routes of documents: parse, call one verb or query, return."""

from documents.api.documents import documents
from documents.api.settings import settings
from documents.api.uploads import uploads

routers = (settings, uploads, documents)
