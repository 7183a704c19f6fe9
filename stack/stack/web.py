"""One way to ask an HTTP server of ours something."""

import urllib3


class Unanswered(OSError):
    """Nobody there, or no answer in time."""


class Refused(OSError):
    """An answer, but not the one asked for."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"answered {status}: {text[:200]}")
        self.status = status


def ask(
    method: str, url: str, *, json: object = None, headers: dict[str, str] | None = None, seconds: float = 10
) -> urllib3.BaseHTTPResponse:
    """A successful answer, or an OSError that says why there is none."""
    try:
        answer = urllib3.request(method, url, json=json, headers=headers, timeout=seconds, retries=False)
    except urllib3.exceptions.HTTPError as error:
        raise Unanswered(f"{method} {url.partition('?')[0]}: {error}") from error
    if answer.status >= 400:
        raise Refused(answer.status, answer.data.decode(errors="replace"))
    return answer
