"""A name server of the tests' own, speaking DNS over UDP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class Names(asyncio.DatagramProtocol):
    """Answers TXT questions from `records`; for a name in `broken` it says that it cannot."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self.address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers leave."""
        self._transport = transport
        self.address = f"127.0.0.1:{transport.get_extra_info('sockname')[1]}"

    def datagram_received(self, data: bytes, sender: tuple[str, int]) -> None:
        """Answer one question."""
        question = dns.message.from_wire(data)
        name = question.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.AA | dns.flags.RA
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name not in self.records:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            texts = [f'"{text}"' for text in self.records[name]]
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *texts))
        self._transport.sendto(answer.to_wire(), sender)  # type: ignore[attr-defined]


@asynccontextmanager
async def naming() -> AsyncIterator[Names]:
    """The server, listening."""
    loop = asyncio.get_running_loop()
    transport, names = await loop.create_datagram_endpoint(Names, local_addr=("127.0.0.1", 0))
    try:
        yield names
    finally:
        transport.close()
