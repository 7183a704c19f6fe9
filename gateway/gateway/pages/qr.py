"""The address of an authenticator app as a picture an app can read."""

from urllib.parse import parse_qs, urlsplit

import segno


def qr_of(uri: str) -> dict[str, str]:
    """The picture as a data: address, the secret in groups for typing, and the address itself.

    Only of what apps read: what comes back from a page is drawn again when its code was wrong.
    """
    if not uri.startswith("otpauth://totp/"):
        return {"qr": "", "secret": "", "uri": ""}
    secret = parse_qs(urlsplit(uri).query).get("secret", [""])[0][:64]
    picture = segno.make(uri, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    return {"qr": picture, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), "uri": uri}
