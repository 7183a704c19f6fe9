"""Words the other schemas are made of."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PlainSerializer, SecretStr, StringConstraints, WithJsonSchema

Module = Literal["cases", "documents", "articles", "invoices", "projects"]
Modules = Annotated[list[Module], Field(max_length=10), AfterValidator(lambda names: list(dict.fromkeys(names)))]
Audience = Literal["portal", "console"]
KeyScope = Literal[
    "crm.write",
    "people.read",
    "cases.read",
    "internal.read",
    "documents.read",
    "articles.read",
    "invoices.read",
    "projects.read",
    "projects.write",
    "audit.read",
]
"""What a secret key can be granted."""

LONGEST_KEY = timedelta(days=3653)
"""How far ahead a key may expire."""

_PART = r"[^@\s\x00-\x1f\x7f<>\"(),:;\\]+"
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=rf"^{_PART}@([\w-]+\.)+[\w-]*[^\W_]$")
]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Host = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=253)]
ExternalId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Base64 = Annotated[str, StringConstraints(max_length=360_000)]

Secret = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1000)]
"""A key or token, whatever was sent for one."""

ShownOnce = Annotated[
    SecretStr,
    PlainSerializer(lambda secret: secret.get_secret_value(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string"}),
]
"""A secret on its way out: in the answer's JSON, and in no log or repr."""

UserAgent = Annotated[str, AfterValidator(lambda sent: sent[:500])]
"""What a browser calls itself; nobody is refused for a long name."""
