"""Every page of the portal with sample data: name -> (template, context). Several states of the same page where
it has them: empty, refused, closed."""

from typing import Any

from tools import preview_data as data
from tools.preview_data import listed

Page = tuple[str, dict[str, Any]]
WHO: dict[str, Any] = {"tenant": data.TENANT, "theme_url": "/theme/northwind.css", "caller": data.CONTACT}
ALL = {"scope": "mine", "status": [], "q": "", "sort": "-updated_at", "cursor": ""}
FORM: dict[str, Any] = {"values": {}, "errors": {}, "problem": None, "attached": []}
REFUSED: dict[str, Any] = {
    "values": {"subject": "prnter ofline", "body": "", "priority": "high", "category": "hardware"},
    "errors": {"body": "Say in a sentence what happened.", "files": "“empty.txt” is empty. Choose another one."},
    "problem": None,
    "attached": data.DOCUMENTS[:1],
}
CLOSED = {"title": "This case is closed.", "detail": "Open a new one and name this case."}


def portal() -> dict[str, Page]:
    return {**_cases(), **_rest(), **_apart()}


def _page(template: str, **context: Any) -> Page:
    return template, {**WHO, **context}


def _cases() -> dict[str, Page]:
    new = {"categories": data.CATEGORIES, "suggestions": []}
    found = listed(data.CASES, "c2", 1000)
    return {
        "home": _page(
            "portal/home.html",
            cases=listed(data.CASES[:4]),
            articles=listed(data.ARTICLES[:3]),
            invoices=listed(data.INVOICES[:3]),
        ),
        "home-empty": _page("portal/home.html", cases=listed([]), articles=listed([]), invoices=None),
        "cases": _page("portal/cases.html", cases=found, filters=ALL, statuses=data.STATUSES),
        "cases-all": _page(
            "portal/cases.html",
            cases=found,
            statuses=data.STATUSES,
            filters={**ALL, "scope": "all", "status": ["new", "in_progress"], "cursor": "c2"},
        ),
        "cases-none": _page(
            "portal/cases.html", cases=listed([], None, 0), statuses=data.STATUSES, filters={**ALL, "q": "fax"}
        ),
        "case-new": _page("portal/case_new.html", **FORM, **new),
        "case-new-refused": _page("portal/case_new.html", **REFUSED, **{**new, "suggestions": data.ARTICLES[:2]}),
        "case": _page("portal/case.html", case=data.CASE, documents=listed(data.DOCUMENTS[:2]), **FORM),
        "case-closed": _page(
            "portal/case.html", case=data.CLOSED_CASE, documents=listed([]), **{**FORM, "problem": CLOSED}
        ),
        "case-close": _page(
            "portal/ask.html",
            title="Close CASE-1042?",
            confirm="Close the case",
            text="Nobody will be able to add to it afterwards.",
            action="/cases/CASE-1042/close",
            back="/cases/CASE-1042",
        ),
    }


def _rest() -> dict[str, Page]:
    return {}


def _apart() -> dict[str, Page]:
    login = {"audience": "portal", "action": "/login", "next": "", "values": {}, "problem": None}
    refused = {"title": "That did not work.", "detail": "Check the address and the password."}
    return {
        "login": _page("login.html", **login),
        "login-refused": _page("login.html", **{**login, "values": {"email": "ann@acme.example"}, "problem": refused}),
    }
