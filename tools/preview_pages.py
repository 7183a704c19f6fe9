"""Every page of the portal with sample data: name -> (template, context). Several states of the same page where
it has them: empty, refused, closed."""

from typing import Any

from gateway.pages import words
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
    new = {"categories": data.CATEGORIES, "suggestions": [], "offer": data.OFFER, "asked": [], "lists": {}}
    found = listed(data.CASES, "c2", 1000)
    return {
        "home": _page(
            "portal/home.html",
            support_ends_on="2027-01-20",
            cases=listed(data.CASES[:4]),
            articles=listed(data.ARTICLES[:3]),
            invoices=listed(data.INVOICES[:3]),
        ),
        "home-empty": _page(
            "portal/home.html", cases=listed([]), articles=listed([]), invoices=None, support_ends_on=None
        ),
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
        "case-close": _page("portal/ask.html", reference="CASE-1042"),
    }


def _rest() -> dict[str, Page]:
    return {**_documents(), **_articles(), **_invoices()}


def _documents() -> dict[str, Page]:
    shown: dict[str, Any] = {"filters": {"q": "", "cursor": ""}, "adding": False, **FORM}
    wrong = {"files": "photo.heic: This file is larger than 25 MB."}
    return {
        "documents": _page("portal/documents.html", documents=listed(data.DOCUMENTS, "c2", 40), **shown),
        "documents-add": _page(
            "portal/documents.html",
            documents=listed(data.DOCUMENTS),
            **{**shown, "adding": True, "errors": wrong, "attached": data.DOCUMENTS[:1]},
        ),
        "documents-empty": _page("portal/documents.html", documents=listed([]), **shown),
        "document": _page("portal/document.html", document=data.DOCUMENTS[0], cases=data.CASES[:2]),
        "document-refused": _page("portal/document.html", document=data.DOCUMENTS[3], cases=[]),
    }


def _articles() -> dict[str, Page]:
    found = {**listed(data.ARTICLES[:3], None, 3), "categories": ["Contracts", "Hardware", "Network", "Telephony"]}
    none = {**found, "items": [], "best_only": True}
    filters = {"q": "", "category": "", "cursor": ""}
    return {
        "articles": _page("portal/articles.html", articles=found, filters={**filters, "category": "Network"}),
        "articles-none": _page("portal/articles.html", articles=none, filters={**filters, "q": "fax"}),
        "article": _page("portal/article.html", article=data.ARTICLE),
    }


def _invoices() -> dict[str, Page]:
    filters: dict[str, Any] = {
        **dict.fromkeys(("q", "from", "to", "cursor"), ""),
        "status": ["open", "overdue"],
        "by": "paid",
        "sort": "-issued_on",
    }
    choices = {"statuses": words.INVOICE_STATUSES, "days": words.INVOICE_DAYS, "sorts": words.INVOICE_SORTS}
    shown = {"filters": filters, "problem": None, **choices}
    return {
        "invoices": _page("portal/invoices.html", invoices=listed(data.INVOICES, "c2", 30), **shown),
        "invoices-none": _page("portal/invoices.html", invoices=listed([]), **shown),
        "invoice": _page("portal/invoice.html", invoice=data.INVOICE),
    }


def _apart() -> dict[str, Page]:
    login = {"audience": "portal", "action": "/login", "next": "", "values": {}, "problem": None}
    refused = {"title": "That did not work.", "detail": "Check the address and the password."}
    slowed = {"slug": "too-many-tries", "title": "There were too many attempts. Wait a few minutes."}
    errors = {
        403: "You may not do this.",
        404: "There is nothing here, or it is not yours to see.",
        409: "This case is closed.",
        500: "Something went wrong here. It was recorded; try again later.",
        503: "A part of the portal is away for the moment. Try again shortly.",
    }
    nobody = {"tenant": None, "theme_url": None, "detail": ""}
    return {
        "login": _page("login.html", **login),
        "login-slowed": _page("login.html", **{**login, "problem": slowed}),
        **{
            f"error-{status}": _page("error.html", status=status, title=said, detail="")
            for status, said in errors.items()
        },
        "no-portal": ("error.html", {**nobody, "status": 404, "title": "There is no portal at this address."}),
        "login-refused": _page("login.html", **{**login, "values": {"email": "ann@acme.example"}, "problem": refused}),
    }
