"""F042: the captcha: work a browser does while its form is filled in, which costs whoever sends many forms dearly.

It stands in any form of somebody who is not logged in: the page gets `captcha=await captcha.challenge(visit)`, its
form has `{% include "captcha.html" %}`, and whoever reads the form (`captcha.FIELD` among its fields) asks
`await captcha.checked(visit, form)`. Nobody is refused for want of a solution: who has no script proves an address
by mail, and gets fewer tries.
"""

import asyncio
import hmac
import secrets
import time
from datetime import UTC, datetime

import altcha
import orjson

from gateway.pages.forms import Form
from gateway.pages.visit import Visit

FIELD = "captcha"
ALGORITHM, COST = "PBKDF2/SHA-256", 5_000
FEWEST, SPREAD = 150, 200
"""The answer lies between them: half a second of a desk's work, some seconds of a phone's."""
GOOD_FOR = 3600
LONGEST = 4_000


async def challenge(visit: Visit) -> str:
    """A challenge for one form of this tenant, as JSON. Any gateway process can check what comes of it."""
    sign, key = _keys(visit)
    made = await asyncio.to_thread(
        altcha.create_challenge,
        ALGORITHM,
        COST,
        counter=FEWEST + secrets.randbelow(SPREAD),
        expires_at=int(time.time()) + GOOD_FOR,
        hmac_secret=sign,
        hmac_key_secret=key,
    )
    return orjson.dumps(made.to_dict()).decode()


async def checked(visit: Visit, form: Form) -> bool:
    """Did this form bring a solution of ours that was not used before?"""
    solved = _solved(visit, form.values.get(FIELD, ""))
    if solved is None:
        return False
    signature, ends = solved
    question = {"challenge": signature, "expires_at": datetime.fromtimestamp(ends, UTC).isoformat()}
    # A form that is sent twice brings its solution twice, and is still one form.
    once = {"idempotency-key": f"{form.key}-{signature[:32]}"} if form.key else {}
    grant = visit.parts.callers.system(visit.tenant.id)
    spent = await visit.parts.services.call(
        "identity", grant, "POST", "/internal/captchas", json=question, headers=once
    )
    return bool(spent["fresh"])


def _solved(visit: Visit, sent: str) -> tuple[str, int] | None:
    """The signature and the end of a challenge that was solved; None for anything else, whatever it is."""
    sign, key = _keys(visit)
    if not sent or len(sent) > LONGEST:
        return None
    try:
        payload = altcha.Payload.from_base64(sent)
        if not altcha.verify_solution(payload, sign, hmac_key_secret=key).verified:
            return None
        return str(payload.challenge.signature), int(payload.challenge.parameters.expires_at or 0)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _keys(visit: Visit) -> tuple[bytes, bytes]:
    """What challenges and answers are signed with: made from the key all gateway processes share, one pair a tenant."""
    secret = visit.parts.settings.caller_private_key.get_secret_value().encode()
    return (
        hmac.digest(secret, f"captcha/challenge/{visit.tenant.id}".encode(), "sha256"),
        hmac.digest(secret, f"captcha/answer/{visit.tenant.id}".encode(), "sha256"),
    )
