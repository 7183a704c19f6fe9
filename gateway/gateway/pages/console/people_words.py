"""What the console calls the fields of people and organisations, and what was done to them."""

from gateway.pages.languages import later as _

FIELDS = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "job_title": _("Job title"),
    "organisation_id": _("Organisation"),
    "external_id": _("Id in the CRM"),
    "portal_enabled": _("Portal access"),
    "manager": _("Manages the organisation"),
    "email_opt_out": _("Wants no mails"),
    "support_start_on": _("Support from"),
    "support_end_on": _("Support until"),
    "modules": _("Modules"),
    "faq": _("Sees the articles"),
    "can_sign": _("May sign"),
    "may_reset_pin": _("May reset the PIN"),
    "notify_team": _("Team hears of files"),
    "kind": _("Kind"),
    "parent_id": _("Belongs to"),
    "active": _("Active"),
    "website": _("Website"),
    "address": _("Address"),
    "email_domains": _("E-mail domains"),
    "registered_office": _("Registered office"),
    "business_type": _("Business type"),
    "roles": _("Roles"),
    "on_duty": _("On duty"),
    "scopes": _("May"),
    "expires_at": _("Ends"),
    "parent_external_id": _("Belongs to (id in the CRM)"),
    "organisation_external_id": _("Organisation (id in the CRM)"),
    "organisation_name": _("Organisation (name)"),
    "company": _("Company"),
    "address.street": _("Street"),
    "address.postal_code": _("Postal code"),
    "address.city": _("City"),
    "address.region": _("Region"),
    "address.country": _("Country"),
    "row": _("Row"),
    "rows": _("Rows"),
    "created": _("Added"),
    "updated": _("Changed"),
    "unchanged": _("Unchanged"),
    "failed": _("Refused"),
}
"""Fields, as forms and histories name them."""

ACTIONS = {
    "contact.made": _("Contact added"),
    "contact.changed": _("Contact changed"),
    "lead.made": _("Lead added"),
    "lead.changed": _("Lead changed"),
    "lead.converted": _("Lead became a contact"),
    "organisation.made": _("Organisation added"),
    "organisation.changed": _("Organisation changed"),
    "staff.made": _("Colleague added"),
    "staff.changed": _("Colleague changed"),
    "key.made": _("Key made"),
    "key.rotated": _("Key given a successor"),
    "key.revoked": _("Key revoked"),
    "import.begun": _("Import begun"),
    "import.done": _("Import done"),
    "session.begun": _("Signed in"),
    "session.ended": _("Signed out"),
    "settings.changed": _("Settings changed"),
}
"""What was done. What is not named here is shown as it is kept."""

PLACES = {
    "portal": _("in the portal"),
    "console": _("in the console"),
    "crm": _("from the CRM"),
    "command": _("on the command line"),
    "portico": _("by Portico itself"),
}

ROLES = {
    "agent": _("Agent: answers cases"),
    "admin": _("Admin: everything"),
    "registration_mapper": _("Registration mapper: lets new people in"),
    "document_publisher": _("Document publisher: edits customer documents' portal availability"),
}
