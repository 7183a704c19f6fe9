"""People and organisations, made and changed one by one: by staff in the console, by the CRM over the API."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from identity.schemas.access import Short
from identity.schemas.people import OrganisationFields, PersonFields
from identity.schemas.words import Email, ExternalId
from kit.schemas import Input, Line

Role = Literal["agent", "admin", "registration_mapper", "document_publisher"]
Roles = Annotated[list[Role], Field(min_length=1, max_length=3)]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class NewOrganisation(OrganisationFields):
    """An organisation to make."""

    name: Line
    external_id: ExternalId | None = None
    parent_id: UUID | None = None


class OrganisationPatch(OrganisationFields):
    """What to change of an organisation; what is not named stays."""

    name: Line = Field(default_factory=str)
    external_id: ExternalId | None = None
    parent_id: UUID | None = None


class NewContact(PersonFields):
    """A contact to make, in an organisation named by its id or by the CRM's own."""

    name: Line
    email: Email
    external_id: ExternalId | None = None
    organisation_id: UUID | None = None
    organisation_external_id: ExternalId | None = None
    manager: bool = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.organisation_id is None) == (self.organisation_external_id is None):
            raise ValueError("name the organisation: by organisation_id or by organisation_external_id")
        return self


class ContactPatch(PersonFields):
    """What to change of a contact; what is not named stays. A lead is moved by converting them."""

    name: Line = Field(default_factory=str)
    email: Email = Field(default_factory=str)
    external_id: ExternalId | None = None
    organisation_id: UUID = Field(default_factory=lambda: UUID(int=0))
    manager: bool = False


class NewLead(PersonFields):
    """F026: a lead to make. `company` is the name of their organisation; without one it is theirs."""

    name: Line
    email: Email
    external_id: ExternalId | None = None
    company: Short = ""


class LeadPatch(PersonFields):
    """What to change of a lead; what is not named stays."""

    name: Line = Field(default_factory=str)
    email: Email = Field(default_factory=str)
    external_id: ExternalId | None = None
    company: Short = ""


class Conversion(Input):
    """Whose contact a lead becomes; without an organisation their own company becomes a customer."""

    organisation_id: UUID | None = None


class PortalAccess(Input):
    """F022: whom to let into the portal, or to keep out."""

    contact_ids: Ids
    portal_enabled: bool


class NewStaff(Input):
    """A member of staff to make."""

    name: Line
    email: Email
    roles: Roles
    on_duty: bool = True


class StaffPatch(Input):
    """What to change of a member of staff; what is not named stays."""

    name: Line = Field(default_factory=str)
    email: Email = Field(default_factory=str)
    roles: Roles = Field(default_factory=list)
    active: bool = Field(default_factory=bool)
    on_duty: bool = Field(default_factory=bool)
