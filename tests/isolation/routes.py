"""Every route there is, read off the apps themselves, and one table that says how each is called.

`{case}` and its like in a table's address are names of records in `records.py`. A route that is missing here fails
`test_routes.py`, and so does an entry without a route.
"""

import importlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from world import MODULES, SCOPES

from gateway.pages.app import PAGES
from kit.db import Database
from kit.testing import PUBLIC_KEY, SEALING_KEY

SERVICES = ("identity", "cases", "documents", "knowledge", "billing_view", "notifier")
_NOWHERE = {
    "database_url": "postgresql://nobody@localhost:1/none",
    "amqp_url": "amqp://localhost:1",
    "caller_public_key": PUBLIC_KEY,
    "portal_origin": "http://localhost",
    "s3_url": "http://localhost:1",
    "s3_public_url": "http://localhost:1",
    "s3_access_key": "nobody",
    "s3_secret_key": "nothing",
    "s3_region": "nowhere",
    "s3_bucket": "none",
    "smtp_host": "localhost",
    "smtp_port": 1,
    "mail_keys": SEALING_KEY,
    "vault_keys": SEALING_KEY,
    "mail_from": "nobody@nowhere.example",
}


@dataclass(frozen=True)
class Call:
    """How a route is called: its address with records' names, and what is sent."""

    address: str
    body: Any = None
    form: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    stream: bool = False


IF_MATCH = {"if-match": '"1"'}
IF_NEW = {"if-match": '"0"'}
UPLOAD = {"file_name": "foreign.txt", "content_type": "text/plain", "size": 3, "case_id": "{case}"}
WANTED = {"title": "Stranger", "contact_id": "{contact}", "contact_name": "Ann", "organisation_id": "{organisation}"}
STRANGER_DOCUMENT = {"title": "Stranger", "folder": "public", "on_portal": False}
ORGANISATION = {"name": "Written by a stranger"}
CONTACT = {"name": "Stranger", "email": "stranger@elsewhere.example", "organisation_external_id": "acme"}
STRANGER = {"name": "Stranger"}
PERSON = {"name": "Stranger", "email": "stranger@elsewhere.example"}
ACME = {"external_id": "acme"}
SHUT = {"contact_ids": ["{contact}"], "portal_enabled": False}
ROTATION = {"old_ends_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
ARTICLE = {"title": "Stranger", "body": "Stranger", "audience": "public", "state": "published"}
INVOICE = {
    "number": "STRANGER-1",
    "organisation_external_id": "acme",
    "status": "open",
    "issued_on": "2026-01-01",
    "due_on": "2026-02-01",
    "currency": "GBP",
    "total_minor": 1,
}
# Brightside's admin may set her own portal; what others there see must stay as it was.
SETTINGS = {
    "name": "Stranger",
    "accent": "#123456",
    "support_email": "s@s.example",
    "modules": MODULES,
    "scopes": SCOPES,
}
MAPPING = {"organisation_id": "{organisation}", "new_contact": {"name": "Stranger"}}
PROVIDER = {
    "issuer": "https://elsewhere.example",
    "client_id": "stranger",
    "client_secret": "stranger",
    "domains": ["elsewhere.example"],
}
NOWHERE = {"issuer": "https://10.0.0.1", "client_id": "stranger", "client_secret": "stranger"}
APP = {"setup": "made up", "code": "123456"}
PASSKEY = {"name": "Stranger", "setup": "made up", "credential": {}}
ANNOUNCEMENT = {"title": "Stranger", "text": "Stranger"}
KEPT_VIEW = {"name": "Stranger", "query": {"status": ["new"]}}
SHARED_VIEW = KEPT_VIEW | {"shared_with": "group"}
REPLY = {"title": "Stranger", "body": "Written by a stranger"}
NOTE = {"body": "Written by a stranger", "visibility": "customer"}
PROJECT = {"name": "Stranger", "organisation_id": "{organisation}", "contact_ids": ["{contact}"]}
FED_FILE = {"file_name": "foreign.txt", "size": 3, "title": "Stranger"}
FED_PROJECT = {"name": "Stranger", "organisation_external_id": "acme", "on_portal": True}
TITLE = {"title": "Stranger"}
NAME = {"external_id": "stranger"}
_TASK, _STONE = "/projects/{project}/tasks/{task}", "/projects/{project}/milestones/{milestone}"

_PROVIDER = "/api/v1/organisations/{organisation_id}/identity-provider"
DESK = ("categories", "departments", "products", "groups", "templates")
_FED_NOTE = "/api/v1/cases/by-external-id/{external_id}/notes/{note_external_id}"
RECORD = {"subject": "Stranger", "contact_external_id": "ann", "body": "Written by a stranger"}

_MEMBER = "/api/v1/contacts/{contact_id}/memberships/{organisation_id}"
_MEMBER_EXTERNAL = "/api/v1/contacts/by-external-id/{external_id}/memberships/by-external-id/{organisation_external_id}"
_ANN_OF_ACME = "/contacts/by-external-id/ann/memberships/by-external-id/acme"

API: dict[tuple[str, str], Call] = {
    ("GET", "/api/v1/me"): Call("/me"),
    ("GET", "/api/v1/me/sessions"): Call("/me/sessions"),
    ("POST", "/api/v1/me/sessions/{session_id}/end"): Call("/me/sessions/{session}/end"),
    ("POST", "/api/v1/me/sessions/end-others"): Call("/me/sessions/end-others"),
    ("GET", "/api/v1/me/security"): Call("/me/security"),
    ("POST", "/api/v1/me/second-factor/totp"): Call("/me/second-factor/totp"),
    ("POST", "/api/v1/me/second-factor/totp/confirm"): Call("/me/second-factor/totp/confirm", APP),
    ("POST", "/api/v1/me/second-factor/totp/remove"): Call("/me/second-factor/totp/remove", {"password": "not theirs"}),
    ("POST", "/api/v1/me/second-factor/recovery-codes"): Call(
        "/me/second-factor/recovery-codes", {"password": "not theirs"}
    ),
    ("GET", "/api/v1/me/passkeys"): Call("/me/passkeys"),
    ("POST", "/api/v1/me/passkeys/options"): Call("/me/passkeys/options", {"origin": "https://elsewhere.example"}),
    ("POST", "/api/v1/me/passkeys"): Call("/me/passkeys", PASSKEY),
    ("POST", "/api/v1/me/passkeys/{passkey_id}/remove"): Call("/me/passkeys/{passkey}/remove"),
    ("GET", "/api/v1/me/pin"): Call("/me/pin"),
    ("PUT", "/api/v1/me/pin"): Call("/me/pin", {"pin": "295183", "password": "not theirs"}),
    ("POST", "/api/v1/contacts/{contact_id}/unlock-pin"): Call("/contacts/{contact}/unlock-pin"),
    ("POST", "/api/v1/contacts/{contact_id}/remove-pin"): Call("/contacts/{contact}/remove-pin"),
    ("GET", "/api/v1/portal-settings"): Call("/portal-settings"),
    ("PUT", "/api/v1/portal-settings"): Call("/portal-settings", SETTINGS, headers=IF_MATCH),
    ("GET", "/api/v1/portal/checks"): Call("/portal/checks"),
    ("POST", "/api/v1/portal/install"): Call("/portal/install", {"anyway": True}),
    ("GET", "/api/v1/hosts"): Call("/hosts"),
    ("POST", "/api/v1/hosts"): Call("/hosts", {"host": "help.stranger.example"}),
    ("POST", "/api/v1/hosts/{host}/check"): Call("/hosts/{host}/check"),
    ("DELETE", "/api/v1/hosts/{host}"): Call("/hosts/{host}"),
    ("GET", "/api/v1/keys"): Call("/keys"),
    ("POST", "/api/v1/keys"): Call("/keys", {"name": "Stranger", "scopes": ["crm.write"]}),
    ("POST", "/api/v1/keys/{key_id}/rotate"): Call("/keys/{key}/rotate", ROTATION),
    ("POST", "/api/v1/keys/{key_id}/revoke"): Call("/keys/{key}/revoke"),
    ("GET", "/api/v1/organisations"): Call("/organisations"),
    ("GET", "/api/v1/organisations/{organisation_id}"): Call("/organisations/{organisation}"),
    ("PUT", "/api/v1/organisations/by-external-id/{external_id}"): Call(
        "/organisations/by-external-id/acme", ORGANISATION
    ),
    ("GET", "/api/v1/identity-providers"): Call("/identity-providers"),
    ("GET", _PROVIDER): Call("/organisations/{organisation}/identity-provider"),
    ("PUT", _PROVIDER): Call("/organisations/{organisation}/identity-provider", PROVIDER),
    ("POST", f"{_PROVIDER}/check"): Call("/organisations/{organisation}/identity-provider/check", NOWHERE),
    ("DELETE", _PROVIDER): Call("/organisations/{organisation}/identity-provider"),
    ("GET", "/api/v1/organisations/{organisation_id}/overview"): Call("/organisations/{organisation}/overview"),
    ("GET", "/api/v1/contacts/{contact_id}/overview"): Call("/contacts/{contact}/overview"),
    ("GET", "/api/v1/contacts"): Call("/contacts?q=ann"),
    ("GET", "/api/v1/contacts/{contact_id}"): Call("/contacts/{contact}"),
    ("PUT", "/api/v1/contacts/by-external-id/{external_id}"): Call("/contacts/by-external-id/ann", CONTACT),
    ("POST", "/api/v1/organisations"): Call("/organisations", {"name": "Stranger"}),
    ("PATCH", "/api/v1/organisations/{organisation_id}"): Call(
        "/organisations/{organisation}", STRANGER, headers=IF_MATCH
    ),
    ("POST", "/api/v1/organisations/batch"): Call("/organisations/batch", {"rows": [ORGANISATION | ACME]}),
    ("POST", "/api/v1/contacts"): Call("/contacts", PERSON | {"organisation_id": "{organisation}"}),
    ("PATCH", "/api/v1/contacts/{contact_id}"): Call("/contacts/{contact}", STRANGER, headers=IF_MATCH),
    ("POST", "/api/v1/contacts/batch"): Call("/contacts/batch", {"rows": [CONTACT | {"external_id": "ann"}]}),
    ("POST", "/api/v1/contacts/access"): Call("/contacts/access", SHUT),
    ("GET", "/api/v1/contacts/export"): Call("/contacts/export?q=ann"),
    ("POST", "/api/v1/imports"): Call("/imports?kind=contacts", CONTACT),
    ("GET", "/api/v1/imports"): Call("/imports"),
    ("GET", "/api/v1/imports/fields"): Call("/imports/fields?kind=leads"),
    ("GET", "/api/v1/imports/sample"): Call("/imports/sample?kind=leads"),
    ("GET", "/api/v1/imports/{import_id}"): Call("/imports/{import}"),
    ("PUT", "/api/v1/imports/{import_id}/columns"): Call(
        "/imports/{import}/columns", {"columns": [None, None]}, headers=IF_MATCH
    ),
    ("POST", "/api/v1/imports/{import_id}/run"): Call("/imports/{import}/run", headers=IF_MATCH),
    ("GET", "/api/v1/imports/{import_id}/rows"): Call("/imports/{import}/rows"),
    ("GET", "/api/v1/imports/{import_id}/report"): Call("/imports/{import}/report"),
    ("GET", "/api/v1/leads"): Call("/leads"),
    ("POST", "/api/v1/leads"): Call("/leads", PERSON),
    ("GET", "/api/v1/leads/{lead_id}"): Call("/leads/{lead}"),
    ("PATCH", "/api/v1/leads/{lead_id}"): Call("/leads/{lead}", STRANGER, headers=IF_MATCH),
    ("POST", "/api/v1/leads/{lead_id}/convert"): Call("/leads/{lead}/convert", {}),
    ("PUT", "/api/v1/leads/by-external-id/{external_id}"): Call("/leads/by-external-id/zq-lead", PERSON),
    ("POST", "/api/v1/leads/batch"): Call("/leads/batch", {"rows": [PERSON | {"external_id": "zq-lead"}]}),
    ("POST", "/api/v1/staff"): Call("/staff", PERSON | {"roles": ["admin"]}),
    ("PATCH", "/api/v1/staff/{staff_id}"): Call("/staff/{staff}", STRANGER, headers=IF_MATCH),
    ("GET", "/api/v1/audit"): Call("/audit?limit=100"),
    ("GET", "/api/v1/audit/export"): Call("/audit/export"),
    ("GET", "/api/v1/audit/verify"): Call("/audit/verify"),
    ("GET", "/api/v1/contacts/{contact_id}/memberships"): Call("/contacts/{contact}/memberships"),
    ("PUT", _MEMBER): Call("/contacts/{contact}/memberships/{organisation}", {"manager": True}),
    ("DELETE", _MEMBER): Call("/contacts/{contact}/memberships/{organisation}"),
    ("PUT", _MEMBER_EXTERNAL): Call(_ANN_OF_ACME, {"manager": True}),
    ("DELETE", _MEMBER_EXTERNAL): Call(_ANN_OF_ACME),
    ("GET", "/api/v1/me/details"): Call("/me/details"),
    ("PATCH", "/api/v1/me/details"): Call("/me/details", {"job_title": "Stranger"}, headers=IF_MATCH),
    ("POST", "/api/v1/me/email"): Call("/me/email", {"email": "stranger@elsewhere.example"}),
    ("GET", "/api/v1/me/company"): Call("/me/company"),
    ("PATCH", "/api/v1/me/company"): Call("/me/company", {"phone": "Stranger"}, headers=IF_MATCH),
    ("GET", "/api/v1/colleagues"): Call("/colleagues"),
    ("POST", "/api/v1/colleagues"): Call("/colleagues", {"name": "Stranger", "email": "colleague@elsewhere.example"}),
    ("GET", "/api/v1/colleagues/{contact_id}"): Call("/colleagues/{contact}"),
    ("PATCH", "/api/v1/colleagues/{contact_id}"): Call("/colleagues/{contact}", {"access": False}, headers=IF_MATCH),
    ("GET", "/api/v1/me/organisations"): Call("/me/organisations"),
    ("POST", "/api/v1/me/organisations/{organisation_id}/default"): Call("/me/organisations/{organisation}/default"),
    ("GET", "/api/v1/contacts/{contact_id}/access"): Call("/contacts/{contact}/access"),
    ("POST", "/api/v1/contacts/{contact_id}/enable"): Call("/contacts/{contact}/enable", {"modules": []}),
    ("POST", "/api/v1/contacts/{contact_id}/disable"): Call("/contacts/{contact}/disable"),
    ("POST", "/api/v1/contacts/{contact_id}/welcome"): Call("/contacts/{contact}/welcome"),
    ("POST", "/api/v1/contacts/{contact_id}/initial-password"): Call("/contacts/{contact}/initial-password"),
    ("GET", "/api/v1/registrations"): Call("/registrations?q=ZQSTAFF"),
    ("GET", "/api/v1/registrations/{registration_id}"): Call("/registrations/{registration}"),
    ("POST", "/api/v1/registrations/{registration_id}/map"): Call(
        "/registrations/{registration}/map", MAPPING, headers=IF_MATCH
    ),
    ("POST", "/api/v1/registrations/{registration_id}/refuse"): Call(
        "/registrations/{registration}/refuse", {"reason": "Stranger"}, headers=IF_MATCH
    ),
    ("POST", "/api/v1/invitations"): Call("/invitations", {"email": "stranger@elsewhere.example"}),
    ("GET", "/api/v1/staff"): Call("/staff"),
    ("PATCH", "/api/v1/staff/me"): Call("/staff/me", {"on_duty": True}),
    ("GET", "/api/v1/cases"): Call("/cases?q=ZQANN"),
    ("GET", "/api/v1/cases/export"): Call("/cases/export?scope=all"),
    ("POST", "/api/v1/cases"): Call("/cases", {"subject": "Own", "body": "Own", "contact_id": "{contact}"}),
    ("GET", "/api/v1/cases/counts"): Call("/cases/counts"),
    ("GET", "/api/v1/cases/charts"): Call("/cases/charts"),
    ("POST", "/api/v1/cases/{case}/print"): Call("/cases/{case}/print", {"internal": True}),
    ("GET", "/api/v1/cases/choices"): Call("/cases/choices"),
    ("GET", "/api/v1/cases/saved-views"): Call("/cases/saved-views"),
    ("POST", "/api/v1/cases/saved-views"): Call("/cases/saved-views", SHARED_VIEW | {"group_id": "{group}"}),
    ("PUT", "/api/v1/cases/saved-views/{view_id}"): Call("/cases/saved-views/{view}", KEPT_VIEW, headers=IF_MATCH),
    ("DELETE", "/api/v1/cases/saved-views/{view_id}"): Call("/cases/saved-views/{view}"),
    ("GET", "/api/v1/cases/{case}"): Call("/cases/{case}"),
    ("PATCH", "/api/v1/cases/{case}"): Call("/cases/{case}", {"priority": "low"}, headers=IF_MATCH),
    ("POST", "/api/v1/cases/{case}/notes"): Call("/cases/{case}/notes", NOTE),
    ("POST", "/api/v1/cases/{case}/close"): Call("/cases/{case}/close"),
    ("POST", "/api/v1/cases/{case}/reopen"): Call("/cases/{case}/reopen"),
    ("POST", "/api/v1/cases/{case}/watchers"): Call("/cases/{case}/watchers", {"person_id": "{staff}"}),
    ("DELETE", "/api/v1/cases/{case}/watchers/{person_id}"): Call("/cases/{case}/watchers/{contact}"),
    ("PUT", "/api/v1/cases/{case}/external-id"): Call("/cases/{case}/external-id", NAME),
    ("PUT", "/api/v1/cases/{case}/notes/{note_id}/external-id"): Call("/cases/{case}/notes/{note}/external-id", NAME),
    ("PUT", "/api/v1/cases/{case}/articles/{article_id}"): Call("/cases/{case}/articles/{article_id}"),
    ("DELETE", "/api/v1/cases/{case}/articles/{article_id}"): Call("/cases/{case}/articles/{article_id}"),
    ("PUT", "/api/v1/cases/{case}/rating"): Call("/cases/{case}/rating", {"rating": 1, "comment": "Stranger"}),
    ("POST", "/api/v1/cases/{case}/merge"): Call("/cases/{case}/merge", {"into": "{case}"}),
    ("POST", "/api/v1/cases/{case}/split"): Call("/cases/{case}/split", {"note_id": "{note}", "subject": "Stranger"}),
    ("POST", "/api/v1/cases/{case}/presence"): Call("/cases/{case}/presence"),
    ("GET", "/api/v1/cases/{case}/canned-replies/{reply_id}"): Call("/cases/{case}/canned-replies/{reply}"),
    ("GET", "/api/v1/cases/views"): Call("/cases/views"),
    ("POST", "/api/v1/cases/bulk"): Call("/cases/bulk", {"case_ids": ["{case}"], "priority": "low"}),
    ("GET", "/api/v1/desk/holidays"): Call("/desk/holidays"),
    ("PUT", "/api/v1/desk/holidays"): Call(
        "/desk/holidays", {"days": [{"on_date": "2026-12-25", "name": "Stranger"}]}, headers=IF_NEW
    ),
    ("GET", "/api/v1/canned-replies"): Call("/canned-replies"),
    ("POST", "/api/v1/canned-replies"): Call("/canned-replies", REPLY | {"group_id": "{group}"}),
    ("PUT", "/api/v1/canned-replies/{reply_id}"): Call("/canned-replies/{reply}", REPLY, headers=IF_MATCH),
    ("DELETE", "/api/v1/canned-replies/{reply_id}"): Call("/canned-replies/{reply}"),
    ("GET", "/api/v1/cases/form"): Call("/cases/form"),
    ("PUT", "/api/v1/cases/by-external-id/{external_id}"): Call("/cases/by-external-id/zq", RECORD),
    ("POST", "/api/v1/cases/batch"): Call("/cases/batch", {"rows": [RECORD | {"external_id": "zq"}]}),
    ("GET", "/api/v1/cases/by-external-id/{external_id}"): Call("/cases/by-external-id/zq"),
    ("PUT", _FED_NOTE): Call("/cases/by-external-id/zq/notes/zq", NOTE),
    ("POST", "/api/v1/cases/notes/batch"): Call(
        "/cases/notes/batch", {"rows": [NOTE | {"external_id": "zq", "case_external_id": "zq"}]}
    ),
    ("GET", "/api/v1/desk"): Call("/desk"),
    ("PATCH", "/api/v1/desk"): Call("/desk", {"default_group_id": "{group}"}, headers=IF_NEW),
    ("POST", "/api/v1/desk/undo"): Call("/desk/undo", headers=IF_NEW),
    ("GET", "/api/v1/desk/categories"): Call("/desk/categories"),
    ("POST", "/api/v1/desk/categories"): Call("/desk/categories", STRANGER | {"group_id": "{group}"}),
    ("PATCH", "/api/v1/desk/categories/{category_id}"): Call("/desk/categories/{category}", STRANGER, headers=IF_MATCH),
    ("GET", "/api/v1/desk/departments"): Call("/desk/departments"),
    ("POST", "/api/v1/desk/departments"): Call("/desk/departments", STRANGER),
    ("PATCH", "/api/v1/desk/departments/{department_id}"): Call(
        "/desk/departments/{department}", STRANGER, headers=IF_MATCH
    ),
    ("GET", "/api/v1/desk/products"): Call("/desk/products"),
    ("POST", "/api/v1/desk/products"): Call("/desk/products", STRANGER),
    ("PATCH", "/api/v1/desk/products/{product_id}"): Call("/desk/products/{product}", STRANGER, headers=IF_MATCH),
    ("GET", "/api/v1/desk/groups"): Call("/desk/groups"),
    ("POST", "/api/v1/desk/groups"): Call("/desk/groups", STRANGER | {"member_ids": ["{staff}"]}),
    ("PATCH", "/api/v1/desk/groups/{group_id}"): Call("/desk/groups/{group}", STRANGER, headers=IF_MATCH),
    ("GET", "/api/v1/desk/templates"): Call("/desk/templates"),
    ("POST", "/api/v1/desk/templates"): Call("/desk/templates", STRANGER | {"category_id": "{category}"}),
    ("PATCH", "/api/v1/desk/templates/{template_id}"): Call("/desk/templates/{template}", STRANGER, headers=IF_MATCH),
    ("GET", "/api/v1/documents"): Call("/documents?case_id={case}"),
    ("GET", "/api/v1/documents/settings"): Call("/documents/settings"),
    ("PUT", "/api/v1/documents/settings"): Call(
        "/documents/settings", {"quota_bytes": 0, "tell_id": None}, headers={"if-match": '"0"'}
    ),
    ("GET", "/api/v1/documents/settings/retention"): Call("/documents/settings/retention?loose_days=1"),
    ("GET", "/api/v1/documents/zip"): Call("/documents/zip?case_id={case}"),
    ("GET", "/api/v1/documents/projects"): Call("/documents/projects"),
    ("POST", "/api/v1/documents/uploads"): Call("/documents/uploads", UPLOAD),
    ("GET", "/api/v1/documents/uploads/{document_id}"): Call("/documents/uploads/{upload}"),
    ("POST", "/api/v1/documents/uploads/{document_id}/parts"): Call(
        "/documents/uploads/{upload}/parts", {"numbers": [1]}
    ),
    ("DELETE", "/api/v1/documents/uploads/{document_id}"): Call("/documents/uploads/{upload}"),
    ("GET", "/api/v1/documents/requests"): Call("/documents/requests"),
    ("POST", "/api/v1/documents/requests"): Call("/documents/requests", WANTED),
    ("GET", "/api/v1/documents/requests/{request_id}"): Call("/documents/requests/{request}"),
    ("POST", "/api/v1/documents/requests/{request_id}/answer"): Call(
        "/documents/requests/{request}/answer", {"document_id": "{document}"}
    ),
    ("POST", "/api/v1/documents/requests/{request_id}/close"): Call("/documents/requests/{request}/close"),
    ("POST", "/api/v1/documents/requests/{request_id}/return"): Call(
        "/documents/requests/{request}/return", {"reason": "Stranger"}
    ),
    ("POST", "/api/v1/documents/placements"): Call(
        "/documents/placements", {"document_ids": ["{document}"], "title": "Stranger", "folder": "public"}
    ),
    ("GET", "/api/v1/documents/by-external-id/{external_id}"): Call("/documents/by-external-id/zq-file"),
    ("PUT", "/api/v1/documents/by-external-id/{external_id}"): Call("/documents/by-external-id/zq-file", FED_FILE),
    ("GET", "/api/v1/documents/by-external-id/{external_id}/download"): Call(
        "/documents/by-external-id/zq-file/download"
    ),
    ("PUT", "/api/v1/documents/{document_id}/external-id"): Call("/documents/{document}/external-id", NAME),
    ("POST", "/api/v1/documents/batch"): Call("/documents/batch", {"rows": [FED_FILE | {"external_id": "zq-file"}]}),
    ("PATCH", "/api/v1/documents/{document_id}"): Call(
        "/documents/{document}", STRANGER_DOCUMENT, headers={"if-match": '"2"'}
    ),
    ("POST", "/api/v1/documents/{document_id}/commit"): Call("/documents/{document}/commit"),
    ("GET", "/api/v1/documents/{document_id}"): Call("/documents/{document}"),
    ("GET", "/api/v1/documents/{document_id}/download"): Call("/documents/{document}/download"),
    ("GET", "/api/v1/documents/{document_id}/versions"): Call("/documents/{document}/versions"),
    ("GET", "/api/v1/documents/{document_id}/versions/{number}/download"): Call(
        "/documents/{document}/versions/1/download"
    ),
    ("GET", "/api/v1/documents/{document_id}/preview/{number}"): Call("/documents/{document}/preview/1"),
    ("GET", "/api/v1/documents/{document_id}/thumbnail"): Call("/documents/{document}/thumbnail"),
    ("POST", "/api/v1/documents/{document_id}/links"): Call("/documents/{document}/links", {"case_id": "{case}"}),
    ("DELETE", "/api/v1/documents/{document_id}/links/{kind}/{record_id}"): Call(
        "/documents/{document}/links/case/{case}"
    ),
    ("DELETE", "/api/v1/documents/{document_id}"): Call("/documents/{document}", headers={"if-match": '"2"'}),
    ("DELETE", "/api/v1/documents/by-external-id/{external_id}"): Call("/documents/by-external-id/zq-file"),
    ("GET", "/api/v1/articles"): Call("/articles?q=ZQSTAFF"),
    ("POST", "/api/v1/articles"): Call("/articles", {"title": "Stranger", "body": "Stranger"}),
    ("GET", "/api/v1/articles/suggestions"): Call("/articles/suggestions?q=ZQSTAFF"),
    ("GET", "/api/v1/articles/{article}"): Call("/articles/{article}"),
    ("PATCH", "/api/v1/articles/{article}"): Call("/articles/{article}", {"title": "Stranger"}, headers=IF_MATCH),
    ("POST", "/api/v1/articles/{article}/publish"): Call("/articles/{article}/publish"),
    ("POST", "/api/v1/articles/{article}/archive"): Call("/articles/{article}/archive"),
    ("PUT", "/api/v1/articles/by-external-id/{external_id}"): Call("/articles/by-external-id/zq", ARTICLE),
    ("GET", "/api/v1/announcements"): Call("/announcements?ever=true"),
    ("POST", "/api/v1/announcements"): Call("/announcements", ANNOUNCEMENT),
    ("PUT", "/api/v1/announcements/{announcement_id}"): Call(
        "/announcements/{announcement}", ANNOUNCEMENT, headers=IF_MATCH
    ),
    ("GET", "/api/v1/invoices"): Call("/invoices?q=ZQINV"),
    ("GET", "/api/v1/invoices/{invoice_id}"): Call("/invoices/{invoice}"),
    ("PUT", "/api/v1/invoices/by-external-id/{external_id}"): Call("/invoices/by-external-id/zq", INVOICE),
    ("GET", "/api/v1/projects"): Call("/projects?q=ZQANN"),
    ("POST", "/api/v1/projects"): Call("/projects", PROJECT),
    ("GET", "/api/v1/projects/{project}"): Call("/projects/{project}"),
    ("PATCH", "/api/v1/projects/{project}"): Call("/projects/{project}", {"name": "Stranger"}, headers=IF_MATCH),
    ("POST", "/api/v1/projects/{project}/archive"): Call("/projects/{project}/archive"),
    ("POST", "/api/v1/projects/{project}/restore"): Call("/projects/{project}/restore"),
    ("POST", "/api/v1/projects/{project}/comments"): Call("/projects/{project}/comments", NOTE),
    ("POST", "/api/v1/projects/{project}/updates"): Call("/projects/{project}/updates", NOTE),
    ("POST", "/api/v1/projects/{project}/tasks"): Call("/projects/{project}/tasks", TITLE),
    ("GET", "/api/v1/projects/{project}/tasks/{task_id}"): Call(_TASK),
    ("PATCH", "/api/v1/projects/{project}/tasks/{task_id}"): Call(_TASK, TITLE, headers=IF_MATCH),
    ("DELETE", "/api/v1/projects/{project}/tasks/{task_id}"): Call(_TASK),
    ("POST", "/api/v1/projects/{project}/milestones"): Call("/projects/{project}/milestones", TITLE),
    ("GET", "/api/v1/projects/{project}/milestones/{milestone_id}"): Call(_STONE),
    ("PATCH", "/api/v1/projects/{project}/milestones/{milestone_id}"): Call(_STONE, TITLE, headers=IF_MATCH),
    ("DELETE", "/api/v1/projects/{project}/milestones/{milestone_id}"): Call(_STONE),
    ("PUT", "/api/v1/projects/by-external-id/{external_id}"): Call("/projects/by-external-id/zq", FED_PROJECT),
    ("GET", "/api/v1/projects/by-external-id/{external_id}"): Call("/projects/by-external-id/zq"),
    ("PUT", "/api/v1/projects/by-external-id/{external_id}/tasks/{task_external_id}"): Call(
        "/projects/by-external-id/zq/tasks/1", TITLE
    ),
    ("PUT", "/api/v1/projects/{project}/external-id"): Call("/projects/{project}/external-id", NAME),
    ("PUT", "/api/v1/projects/{project}/tasks/{task_id}/external-id"): Call(f"{_TASK}/external-id", NAME),
    ("PUT", "/api/v1/projects/{project}/milestones/{milestone_id}/external-id"): Call(f"{_STONE}/external-id", NAME),
    ("POST", "/api/v1/projects/batch"): Call("/projects/batch", {"rows": [FED_PROJECT | {"external_id": "zq"}]}),
    ("GET", "/api/v1/mails"): Call("/mails"),
    ("GET", "/api/v1/mails/outgoing"): Call("/mails/outgoing"),
    ("GET", "/api/v1/changes"): Call("/changes"),
}

_NOTE_FORM = {"body": "Written by a stranger", "visibility": "customer", "idempotency_key": "stranger"}

FORMS: dict[str, dict[str, str]] = {
    "/cases/{reference}/notes": _NOTE_FORM,
    "/console/cases/{reference}/notes": _NOTE_FORM,
    "/console/cases/{reference}": {"status": "waiting", "version": "1"},
    "/console/cases/{reference}/edit": {"priority": "high", "was_priority": "normal", "version": "1"},
    "/console/desk": {"alias": "tickets", "version": "0"},
    "/console/desk/undo": {"version": "0"},
    "/console/desk/holidays": {"holidays": "2026-12-25 Stranger", "version": "0"},
    **{f"/console/desk/{noun}/{{row_id}}": {"name": "Stranger", "version": "1"} for noun in DESK},
    "/cases/{reference}/watchers": {"person_id": "{contact}", "action": "off"},
    "/cases/{reference}/edit": {"subject": "Stranger", "version": "1"},
    "/cases/{reference}/rating": {"rating": "1", "comment": "Stranger"},
    "/console/cases/{reference}/watchers": {"person_id": "{contact}"},
    "/console/cases/{reference}/articles": {"article_id": "{article_id}"},
    "/console/cases/{reference}/merge": {"into": "{case_reference}"},
    "/console/cases/{reference}/split": {"note_id": "{note}", "subject": "Stranger"},
    "/console/bulk": {"case_ids": "{case}", "set": "status=closed"},
    "/console/announcements": ANNOUNCEMENT | {"announcement_id": "{announcement}", "version": "1"},
    "/cases/views": {"name": "Stranger", "query": "status=new", "view_id": "{view}", "version": "1"},
    "/console/views": {"name": "Stranger", "view_id": "{view}", "version": "1", "action": "drop"},
    "/console/replies": REPLY | {"reply_id": "{reply}", "version": "1"},
    "/console/cases/new": {"subject": "Stranger", "body": "Stranger", "contact_id": "{contact}"},
    "/console/documents/{document_id}": {"title": "Stranger", "folder": "public", "version": "2"},
    "/console/documents/{document_id}/hold": {"legal_hold": "yes", "version": "2"},
    "/console/documents/{document_id}/portal": {"on_portal": "no", "version": "2"},
    "/console/documents/{document_id}/unlink": {"kind": "case", "id": "{case}"},
    "/console/documents/{document_id}/remove": {"version": "2"},
    "/console/documents/{document_id}/links": {"kind": "contact", "id": "{contact}", "idempotency_key": "stranger"},
    "/documents/requests/{request_id}": {"document_ids": "{document}", "idempotency_key": "stranger"},
    "/console/documents/requests/new": {"title": "Stranger", "contact_id": "{contact}"},
    "/console/documents/requests/{request_id}/return": {"reason": "Stranger"},
    "/console/contacts/access": {"contact_ids": "{contact}", "portal_enabled": "no", "action": "do"},
    "/console/contacts/{contact_id}/edit": PERSON | {"version": "1"},
    "/console/leads/{lead_id}/edit": PERSON | {"version": "1"},
    "/console/organisations/{organisation_id}/edit": {"name": "Stranger", "version": "1"},
    "/console/staff/{staff_id}": PERSON | {"roles": "admin", "version": "1"},
    "/console/keys": {"name": "Stranger", "idempotency_key": "stranger-key"},
    "/console/setup": {"anyway": "yes", "idempotency_key": "stranger-setup"},
    "/console/setup/hosts": {"host": "form.stranger.example", "idempotency_key": "stranger-host"},
    "/console/setup/hosts/check": {"host": "zqstaff.example"},
    "/console/setup/hosts/release": {"host": "zqstaff.example"},
    "/console/setup/company": {"phone": "Stranger", "landing": "home", "welcome": "Stranger", "version": "1"},
    "/console/registrations/{registration_id}/map": {"organisation_id": "x", "choice": "new", "version": "1"},
    "/console/registrations/{registration_id}/refuse": {"reason": "Stranger", "version": "1"},
    "/console/settings/files": {"quota": "0", "tell_id": "", "version": "0"},
    "/console/imports": {"kind": "contacts", "pasted": "external_id,name,email\nx,Stranger,stranger@x.example"},
    "/console/imports/{import_id}/columns": {"columns": "", "version": "1"},
    "/console/imports/{import_id}/run": {"version": "1"},
    "/projects/{project}/comments": _NOTE_FORM,
    "/projects/{project}/tasks/{task_id}/comments": _NOTE_FORM,
    "/console/projects/new": {"name": "Stranger", "organisation_id": "{organisation}", "idempotency_key": "stranger-p"},
    "/console/projects/{project}/edit": {"name": "Stranger", "version": "1"},
    "/console/projects/{project}/portal": {"on_portal": "yes", "version": "1"},
    "/console/projects/{project}/comments": _NOTE_FORM,
    "/console/projects/{project}/tasks": TITLE,
    "/console/projects/{project}/tasks/{task_id}": TITLE | {"version": "1"},
    "/console/projects/{project}/tasks/{task_id}/comments": _NOTE_FORM,
    "/console/projects/{project}/milestones": TITLE,
    "/console/projects/{project}/milestones/{milestone_id}": TITLE | {"version": "1"},
    "/console/settings": {"name": "Stranger", "accent": "#123456", "version": "1"},
}
"""What a stranger fills into a page's form; the others are sent empty."""

RECORD_OF = {
    "reference": "case_reference",
    "project": "project_reference",
    "task_id": "task",
    "milestone_id": "milestone",
    "document_id": "document",
    "request_id": "request",
    "slug": "article",
    "invoice_id": "invoice",
    "organisation_id": "organisation",
    "contact_id": "contact",
    "key_id": "key",
    "lead_id": "lead",
    "staff_id": "staff",
    "registration_id": "registration",
    "session_id": "session",
    "passkey_id": "passkey",
    "row_id": "category",
    "import_id": "import",
}
"""Which record a page's address names."""

UNGUARDED = {
    *("/login", "/logout", "/console/login", "/console/logout", "/logo", "/language"),
    *("/forgotten", "/forgotten/user-name", "/forgotten/sent", "/console/forgotten", "/console/forgotten/sent"),
    *("/login/second", "/console/login/second", "/console/login/enrol", "/login/magic", "/magic/{token}"),
    *("/login/company", "/account/oidc/callback"),
    *("/login/passkey", "/login/passkey/options", "/console/login/passkey", "/console/login/passkey/options"),
}
"""Ways in and out, the logo and the language: they name no record."""


def api_routes() -> set[tuple[str, str]]:
    """Every public route of the six services."""
    found: set[tuple[str, str]] = set()
    for service in SERVICES:
        settings = next(
            kind
            for name, kind in vars(importlib.import_module(f"{service}.settings")).items()
            if name.endswith("Settings") and name != "ServiceSettings"
        )
        known = {name: value for name, value in _NOWHERE.items() if name in settings.model_fields}
        database = Database(_NOWHERE["database_url"])  # type: ignore[arg-type]
        app = importlib.import_module(f"{service}.main").build(settings(**known), database)
        for path, methods in app.openapi()["paths"].items():
            found |= {(method.upper(), path) for method in methods if path.startswith("/api/")}
    return found


def pages() -> list[tuple[str, str]]:
    """Every page and form of the gateway."""
    found = [
        (method, route.path)
        for router in PAGES
        for route in router.routes
        for method in sorted(getattr(route, "methods", ()))
    ]
    return [(method, path) for method, path in found if path not in UNGUARDED]
