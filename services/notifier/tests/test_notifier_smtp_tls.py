"""Mail over TLS: both ways of it, and a certificate nobody vouches for."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kit.ids import now
from notifier.settings import NotifierSettings
from notifier.smtp import Server, ServerAway


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that vouches for itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "localhost.pem"
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


class Keeper:
    """Keeps who sent what, and whether it came encrypted."""

    def __init__(self) -> None:
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.encrypted.append(server.transport.get_extra_info("cipher") is not None)
        return "250 OK"


@asynccontextmanager
async def answering(
    settings: NotifierSettings, keeper: Keeper, certificate: Path, tls: str
) -> AsyncIterator[NotifierSettings]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    offered = context if tls == "starttls" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, tls_context=offered, loop=loop), "127.0.0.1", 0, ssl=context if tls == "tls" else None
    )
    port = server.sockets[0].getsockname()[1]
    try:
        yield settings.model_copy(update={"smtp_host": "localhost", "smtp_port": port, "smtp_tls": tls})
    finally:
        server.close()


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "portal@portico.example", "ann@acme.example"
    message.set_content("Hello")
    return message


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_mail_goes_out_encrypted(
    settings: NotifierSettings, certificate: Path, tls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with answering(settings, keeper := Keeper(), certificate, tls) as told:
        server = Server(told)
        outcome = await server.hand_over(letter(), "ann@acme.example")
        await server.close()
    assert (outcome.state, keeper.encrypted) == ("sent", [True])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_said(
    settings: NotifierSettings, certificate: Path, tls: str
) -> None:
    async with answering(settings, keeper := Keeper(), certificate, tls) as told:
        with pytest.raises(ServerAway):
            await Server(told).hand_over(letter(), "ann@acme.example")
    assert keeper.encrypted == []


async def test_starttls_is_never_given_up_for_plain_text(settings: NotifierSettings, certificate: Path) -> None:
    async with answering(settings, keeper := Keeper(), certificate, "none") as told:
        wanting = told.model_copy(update={"smtp_tls": "starttls"})
        with pytest.raises(ServerAway):
            await Server(wanting).hand_over(letter(), "ann@acme.example")
    assert keeper.encrypted == []
