"""Routes of documents: parse, call one verb or query, return."""

from documents.api.documents import documents
from documents.api.uploads import uploads

routers = (uploads, documents)
