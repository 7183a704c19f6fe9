"""What a mail says, and what nobody can make it say."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.ids import now
from kit.seal import Seal
from kit.testing import SEALING_KEY
from notifier.letters import ACCESS, WORDS, Letters, on
from notifier.models import mail_id

TENANT = UUID("018f0000-0000-7000-8000-000000000001")
EVENT = UUID("018f0000-0000-7000-8000-000000000002")
ROOT = "https://portal.northwind.example/portal/northwind"
LETTERS = Letters("Portico <portal@portico.example>", Seal(SEALING_KEY))
HEADERS = {
    *("from", "to", "subject", "date", "message-id", "references", "list-id", "auto-submitted", "reply-to"),
    *("x-portico-trace", "mime-version", "content-type"),
}
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=200)


DATA = {"subject": "Printer offline", "who": "Sam", "excerpt": "Try **this**.", "internal": False, "priority": "high"}
DATA |= {"promise": "response", "rating": 4}


def written(
    template: str = "case_answered", *, to: str = "contact", mail: Any = None, portal: Any = None, by: Letters = LETTERS
) -> EmailMessage:
    row = {
        "id": mail_id(TENANT, EVENT, "ann@acme.example", template),
        "tenant_id": TENANT,
        "template": template,
        "kind": "notification",
        "about": "CASE-1042",
        "recipient": "ann@acme.example",
        "recipient_name": "Ann Archer",
        "recipient_kind": to,
        "created_at": now(),
        "trace": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    } | (mail or {})
    looks = {
        "portal_name": "Northwind Telecom",
        "portal_slug": "northwind",
        "portal_portal_url": ROOT,
        "portal_accent": "#0b6e4f",
        "portal_support_email": "help@northwind.example",
        "portal_has_logo": True,
    } | (portal or {})
    row["data"] = DATA | row.get("data", {})
    return by.written(cast(Any, SimpleNamespace(**row)), cast(Any, SimpleNamespace(**looks)))


def arrived(letter: EmailMessage) -> EmailMessage:
    """The letter as the receiver reads it."""
    return message_from_bytes(letter.as_bytes(policy=SMTP), policy=default)


def body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("template", sorted(name for name in WORDS if name.startswith("case_")))
def test_every_template_names_the_reference_and_has_one_button_into_the_portal(template: str) -> None:
    letter = arrived(written(template))
    assert letter["subject"].startswith("[CASE-1042] ")
    html, text = body(letter, "html"), body(letter, "plain")
    assert re.findall(r'<a class="button"[^>]* href="([^"]+)"', html) == [f"{ROOT}/cases/CASE-1042"]
    assert f"{ROOT}/cases/CASE-1042" in text
    assert "help@northwind.example" in text


def test_a_tenants_own_words_stand_above_the_usual_ones_and_are_never_markup_f145() -> None:
    data = {"notice": "Look <b>today</b>.\nThe team", "who": "Ann"}
    letter = arrived(written("document_added", to="staff", mail={"data": data, "about": "Plan"}))
    html, text = (body(letter, kind).replace("\r\n", "\n") for kind in ("html", "plain"))
    assert "Look &lt;b&gt;today&lt;/b&gt;.\nThe team</p>" in html
    assert html.index("The team") < html.index("is in the portal now")
    assert "Look <b>today</b>.\nThe team\n\n“Plan” is in the portal now." in text
    usual = body(arrived(written("document_added", to="staff")), "html")
    assert 'class="notice"' not in usual


@pytest.mark.parametrize("to", ["contact", "staff"])
def test_a_portal_that_has_moved_is_linked_to_where_it_is_f004(to: str) -> None:
    """Its settings were saved when it was elsewhere; the process is told where it is."""
    moved = Letters("portal@portico.example", Seal(SEALING_KEY), "https://help.example.com/")
    letter = arrived(written(to=to, by=moved))
    for kind in ("html", "plain"):
        assert ROOT not in body(letter, kind)
        assert "https://help.example.com/portal/northwind/" in body(letter, kind)


def test_staff_are_led_to_the_console() -> None:
    assert f"{ROOT}/console/cases/CASE-1042" in body(arrived(written("case_note", to="staff")), "plain")


def test_links_and_pictures_come_from_the_portal_alone() -> None:
    html = body(arrived(written(mail={"data": {"excerpt": "see https://evil.example"}})), "html")
    assert set(re.findall(r'(?:href|src)="([^"]+)"', html)) == {
        *(f"{ROOT}/cases/CASE-1042", f"{ROOT}/logo", "mailto:help@northwind.example"),
    }


def test_without_a_logo_the_letter_names_the_portal_where_it_would_stand_f009() -> None:
    html = body(arrived(written(portal={"portal_has_logo": False})), "html")
    assert "<img" not in html
    assert re.search(r'<td class="head"[^>]*>Northwind Telecom</td>', html)


def test_it_has_the_tenants_name_and_colours_inlined() -> None:
    letter = arrived(written(portal={"portal_accent": "#ffcc00"}))
    html = body(letter, "html")
    assert letter["from"] == "Northwind Telecom <portal@portico.example>"
    assert re.search(r'class="button" style="[^"]*background: #ffcc00;color: #000000"', html)
    assert "<link" not in html
    assert 'alt="Northwind Telecom"' in html


def test_it_says_that_no_person_wrote_it_and_where_answers_go() -> None:
    letter = arrived(written())
    assert letter["auto-submitted"] == "auto-generated"
    assert letter["list-id"] == "<northwind.portal.portico.example>"
    assert letter["reply-to"] == "Northwind Telecom <help@northwind.example>"
    assert letter["x-portico-trace"] == "0af7651916cd43dd8448eb211c80319c"


def test_the_same_mail_has_the_same_message_id_and_another_has_another() -> None:
    first, again, other = written(), written(), written("case_closed")
    assert first["message-id"] == again["message-id"] != other["message-id"]
    assert first["references"] == other["references"]


def test_ids_stay_in_one_piece_however_long_the_domain() -> None:
    letters = Letters(f"portal@{'long.' * 20}example", Seal(SEALING_KEY))
    row = SimpleNamespace(
        id=EVENT,
        tenant_id=TENANT,
        template="case_closed",
        kind="notification",
        about="CASE-1",
        recipient="a@b.example",
        recipient_name="A",
        recipient_kind="contact",
        created_at=now(),
        trace="",
        data={"subject": "S", "who": "W"},
    )
    looks = SimpleNamespace(
        portal_name="N",
        portal_slug="n",
        portal_portal_url=ROOT,
        portal_accent="#000000",
        portal_support_email="",
        portal_has_logo=False,
    )
    raw = letters.written(cast(Any, row), cast(Any, looks)).as_bytes(policy=SMTP)
    for header in (b"Message-ID", b"References", b"List-Id"):
        assert re.search(rb"(?m)^" + header + rb":\s+<[^\s>]+example>\r$", raw), header
    assert b"Reply-To" not in raw
    assert b"X-Portico-Trace" not in raw


@settings(deadline=None, max_examples=60)
@given(subject=anything, who=anything, name=anything, tenant=anything, excerpt=anything)
def test_nothing_people_write_becomes_a_header_or_markup(
    subject: str, who: str, name: str, tenant: str, excerpt: str
) -> None:
    said = {"data": {"subject": subject, "who": who, "excerpt": excerpt}, "recipient_name": name}
    letter = arrived(written(mail=said, portal={"portal_name": tenant}))
    assert {header.lower() for header in letter} == HEADERS
    assert letter["to"].addresses[0].addr_spec == "ann@acme.example"
    assert letter["from"].addresses[0].addr_spec == "portal@portico.example"
    plain = body(arrived(written()), "html")
    tags = re.compile(r"<(/?[a-z0-9]+)")
    assert sorted(tags.findall(body(letter, "html"))) == sorted(tags.findall(plain))


@pytest.mark.parametrize("evil", ["x\r\nBcc: all@acme.example", "x\nX-Evil: 1\n\nbody", "\u2028Bcc: y"])
def test_a_line_break_in_a_subject_or_name_adds_no_header(evil: str) -> None:
    letter = arrived(written(mail={"data": {"subject": evil}, "recipient_name": evil}, portal={"portal_name": evil}))
    assert {header.lower() for header in letter} == HEADERS
    assert letter["bcc"] is None


def test_a_template_cannot_be_smuggled_in_through_words() -> None:
    letter = arrived(written(mail={"data": {"subject": "{{ 7 * 7 }}", "excerpt": "{% for x in y %}"}}))
    assert "{{ 7 * 7 }}" in letter["subject"]
    assert "{% for x in y %}" in body(letter, "plain")


def test_a_long_note_is_cut_between_words_and_says_so() -> None:
    text = body(arrived(written(mail={"data": {"excerpt": "word " * 100}})), "plain")
    assert "word …" in text


def test_words_on_the_accent_are_black_or_white_whichever_can_be_read() -> None:
    assert [on(colour) for colour in ("#ffffff", "#ffcc00", "#0b6e4f", "#000000")] == [
        *("#000000", "#000000", "#ffffff", "#ffffff"),
    ]


SECRETS = {"path": "/reset/a-token", "password": "", "excerpt": ""}
SECRETS |= {"user_name": "ann@acme.example", "who": "Rita Roe", "address": "rita@acme.example", "company": "Acme"}
SECRETS |= {"reference": "CASE-1042"}
SECRETS |= {"inviter": "Bob Barnes", "organisation": "Acme Ltd", "email": "ann@new.example"}
SECRETS |= {"host": "help.northwind.example", "about": "The line is dead"}


def about_access(template: str, **sealed: Any) -> EmailMessage:
    data = {"sealed": LETTERS._seal.seal(SECRETS | sealed)}
    return written(template, mail={"kind": "credential", "about": None, "data": data})


@pytest.mark.parametrize("template", sorted(ACCESS))
def test_a_letter_about_access_leads_to_the_tenants_portal_and_nowhere_else(template: str) -> None:
    """F039, F045: every link in it is below the portal's own address."""
    text = arrived(about_access(template)).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"{ROOT}/reset/a-token" in text
    assert {link for link in re.findall(r"https?://\S+", text) if not link.startswith(ROOT)} == set()
