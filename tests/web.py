"""HTTP as the tests speak it: `httpx`, but the machine's certificates are read once and not at every request.

Reading them costs 50 ms of CPU; the tests ask some ten thousand times.
"""

import ssl
from functools import partial
from typing import Any

import httpx

TRUST = ssl.create_default_context()


def request(method: str, url: str, **options: Any) -> httpx.Response:
    """One request on a connection of its own; nothing is remembered of the one before."""
    return httpx.request(method, url, **({"timeout": 30, "verify": TRUST} | options))


get = partial(request, "GET")
post = partial(request, "POST")
put = partial(request, "PUT")
