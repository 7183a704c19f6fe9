"""What the sources say of a schema's fields, in the docstring below each: OpenAPI leaves it out."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import suppress

from pydantic import BaseModel


def of_fields(service: str, name: str) -> dict[str, str]:
    """By the field's name; `service` is its package."""
    found = (one for one in _below(BaseModel) if one.__name__ == name and one.__module__.startswith(f"{service}."))
    kind = next(found, None)
    docs: dict[str, str] = {}
    for one in reversed(kind.__mro__ if kind else ()):
        if issubclass(one, BaseModel) and one is not BaseModel:
            with suppress(OSError):  # made of others in the code, not written down as a class
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
