"""Routes of documents: parse, call one verb or query, return."""

from documents.api.documents import documents
from documents.api.fed import fed
from documents.api.in_parts import arriving
from documents.api.requests import requests
from documents.api.settings import settings
from documents.api.uploads import uploads
from documents.api.versions import versions

routers = (settings, requests, uploads, arriving, fed, documents, versions)
