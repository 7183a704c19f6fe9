"""People as CSV, as filtered."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from identity import queries
from identity.schemas.people import ContactFilters
from kit.edge import Caller, router
from kit.tables import csv_of

exports = router(tags=["people"])

COLUMNS = (
    *("id", "kind", "external_id", "name", "email", "phone", "job_title", "organisation_external_id"),
    *("organisation_name", "portal_enabled", "manager", "email_opt_out", "support_start_on", "support_end_on"),
    *("modules", "faq", "can_sign", "may_reset_pin", "notify_team", "last_login_at", "updated_at"),
)


@exports.get("/contacts/export", response_class=StreamingResponse)
async def export_contacts(
    filters: Annotated[ContactFilters, Query()], caller: Caller, request: Request
) -> StreamingResponse:
    """F057: the contacts and leads the caller may see, as filtered, as CSV."""
    slices = queries.every_contact(request.app.state.database, caller, filters)
    return await csv_of("contacts.csv", COLUMNS, slices)
