"""The mail sink, over SMTP and HTTP."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest

from stack import mail, parts
from stack.mail.box import Box
from stack.state import State
from stack.testing import first_block
from stack.web import Refused, ask


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """A sink of these tests alone."""
    state = State.at(tmp_path_factory.mktemp("mail"))
    parts.settle_ports(state, ["mail"], first_block(state))
    mail.start(state, lambda word: None)
    yield state
    mail.stop(state)


@pytest.fixture(scope="module")
def box(sink: State) -> str:
    return mail.need_mailbox(sink)


def letter(to: str, subject: str = "Zażółć") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Portico <portal@portico.example>", to, subject
    message.set_content("Good morning, Ann.")
    message.add_alternative("<p>Good morning, <b>Ann</b>.</p><script>alert(1)</script>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="offer.pdf")
    return message


def send(sink: State, message: EmailMessage, *more: str) -> None:
    server = mail.smtp(sink)
    with smtplib.SMTP(server.host, server.port, timeout=10) as client:
        client.login(server.username, server.password)
        client.send_message(message, to_addrs=[str(message["To"]), *more])


@pytest.fixture
def ann() -> str:
    return f"ann-{uuid4().hex[:8]}@acme.example"


def test_it_keeps_a_mail_for_tests_to_read(sink: State, box: str, ann: str) -> None:
    send(sink, letter(ann))
    (kept,) = mail.messages(box, to=ann)
    assert (kept["subject"], kept["to"]) == ("Zażółć", ann)
    assert kept["from"] == "Portico <portal@portico.example>"
    assert kept["text"].strip() == "Good morning, Ann."
    assert "<b>Ann</b>" in kept["html"]
    assert kept["attachments"] == ["offer.pdf"]
    assert "X-Envelope-To" not in kept["headers"]


def test_it_finds_a_mail_by_a_recipient_no_header_names(sink: State, box: str, ann: str) -> None:
    send(sink, letter("list@acme.example"), ann)
    assert mail.messages(box, to=ann)[0]["envelope_to"] == ["list@acme.example", ann]


def test_it_lists_the_newest_first(sink: State, box: str, ann: str) -> None:
    for subject in ("one", "two"):
        send(sink, letter(ann, subject))
    assert [kept["subject"] for kept in mail.messages(box, to=ann)] == ["two", "one"]


def test_it_refuses_a_wrong_password(sink: State) -> None:
    server = mail.smtp(sink)
    with smtplib.SMTP(server.host, server.port, timeout=10) as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(server.username, "guess")


def test_it_takes_no_mail_without_a_login(sink: State, ann: str) -> None:
    server = mail.smtp(sink)
    with smtplib.SMTP(server.host, server.port, timeout=10) as client, pytest.raises(smtplib.SMTPException):
        client.send_message(letter(ann))


def test_mails_survive_a_restart(sink: State, box: str, ann: str) -> None:
    send(sink, letter(ann))
    mail.stop(sink)
    mail.start(sink, lambda word: None)
    assert len(mail.messages(box, to=ann)) == 1


def test_the_page_shows_a_mail_without_running_its_script(sink: State, box: str, ann: str) -> None:
    send(sink, letter(ann, "<b>bold</b>"))
    (kept,) = mail.messages(box, to=ann)
    assert "&lt;b&gt;bold&lt;/b&gt;" in ask("GET", f"{box}?to={ann}").data.decode()
    page = ask("GET", f"{box}/messages/{kept['id']}").data.decode()
    assert "<script>" not in page
    frame = ask("GET", f"{box}/messages/{kept['id']}/html")
    assert "sandbox" in frame.headers["Content-Security-Policy"]


def test_it_shows_the_source(sink: State, box: str, ann: str) -> None:
    send(sink, letter(ann))
    (kept,) = mail.messages(box, to=ann)
    assert b"Content-Type: multipart/" in ask("GET", f"{box}/messages/{kept['id']}/source").data


@pytest.mark.parametrize("name", ["unknown", "..%2F..%2Fsecrets", "%00"])
def test_it_knows_no_other_files(box: str, name: str) -> None:
    with pytest.raises(Refused) as refused:
        ask("GET", f"{box}/api/messages/{name}")
    assert refused.value.status == 404


def test_it_refuses_a_limit_that_is_no_number(box: str) -> None:
    with pytest.raises(Refused) as refused:
        ask("GET", f"{box}/api/messages?limit=many")
    assert refused.value.status == 400


def test_an_empty_box_says_so(sink: State, box: str) -> None:
    mail.delete_all(box)
    assert mail.messages(box) == []
    assert "No mail yet" in ask("GET", box).data.decode()


def test_it_reads_a_mail_in_an_unknown_charset(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.keep(
        "a@b.example", ["c@d.example"], b"Subject: x\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nhello\xff"
    )
    (kept,) = box.find()
    assert kept.text.startswith("hello")
