"""What a CRM may send of each record, as tables for docs/api.md: out of the services' OpenAPI and their schemas."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

_BY_ITS_ID = re.compile(r"by-external-id/\{\w*external_id\}(/\w+/\{\w+_external_id\})?$")
Schema = Mapping[str, Any]


def records(documents: Mapping[str, Any]) -> str:
    """A table for each record that is PUT by the CRM's own id, and for what stands inside of those; `documents` are
    the OpenAPI of the services by name."""
    return "\n\n".join(part for service, openapi in documents.items() for part in _of_service(service, openapi))


def _of_service(service: str, openapi: Schema) -> Iterator[str]:
    known: dict[str, Schema] = openapi["components"]["schemas"]
    told: set[str] = set()
    for path, methods in openapi["paths"].items():
        if "put" in methods and _BY_ITS_ID.search(path):
            body = methods["put"]["requestBody"]["content"]["application/json"]["schema"]
            yield from _tables(service, f"`PUT {path}`", _name(body), known, told)


def _tables(service: str, title: str, name: str, known: Mapping[str, Schema], told: set[str]) -> Iterator[str]:
    if name in told:
        return
    told.add(name)
    inside: list[str] = []
    docs = _docs(service, name)
    needed = known[name].get("required", [])
    rows = [
        f"| `{field}` | {'yes' if field in needed else ''} | {_kind(schema, known, inside)} | {docs.get(field, '')} |"
        for field, schema in known[name].get("properties", {}).items()
    ]
    said = " ".join(known[name].get("description", "").split())
    yield f"### {title}\n\n{said}\n\n" + "\n".join(["| field | needed | what it holds | |", "|---|---|---|---|", *rows])
    for each in inside:
        yield from _tables(service, f"`{each}`", each, known, told)


def _kind(schema: Schema, known: Mapping[str, Schema], inside: list[str]) -> str:
    """What a value looks like: its type and its bounds."""
    if "$ref" in schema:
        name = _name(schema)
        if "properties" not in known[name]:
            return _kind(known[name], known, inside)
        inside.append(name)
        return f"`{name}`"
    if "anyOf" in schema:
        return " or ".join(_kind(one, known, inside) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{one}`" for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list{_bounds(schema, 'Items')} of {_kind(schema.get('items', {}), known, inside)}"
    kind = schema.get("format", schema.get("type", "anything"))
    return f"{kind}{_bounds(schema, 'Length')}{_between(schema)}"


def _name(schema: Schema) -> str:
    name: str = schema["$ref"].rpartition("/")[2]
    return name


def _bounds(schema: Schema, what: str) -> str:
    return f" (up to {schema[f'max{what}']:,})" if f"max{what}" in schema else ""


def _between(schema: Schema) -> str:
    ends = [schema.get("minimum"), schema.get("maximum")]
    return "" if None in ends else f" ({ends[0]:,.0f} to {ends[1]:,.0f})"


def _docs(service: str, name: str) -> dict[str, str]:
    """What the schema's source says of each field, below it."""
    found = (one for one in _below(BaseModel) if one.__name__ == name and one.__module__.startswith(f"{service}."))
    kind = next(found, None)
    docs: dict[str, str] = {}
    for one in reversed(kind.__mro__ if kind else ()):
        if issubclass(one, BaseModel) and one is not BaseModel:
            docs |= _written(one)
    return docs


def _written(kind: type) -> dict[str, str]:
    [body] = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    pairs = zip(body.body, body.body[1:], strict=False)
    return {
        field.target.id: " ".join(str(below.value.value).split())
        for field, below in pairs
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
    }


def _below(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
