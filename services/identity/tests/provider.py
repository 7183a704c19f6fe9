"""An OpenID Connect provider, small and real: a process of its own with discovery, login, tokens and keys.

    python provider.py <port>

Knows one client (CLIENT, SECRET). Whoever comes to log in is let in at once as the address of `login_hint`.
`POST /_next` says what the next identity token shall hold otherwise, for the tests of what is not believed.
"""

import sys
import time
from base64 import b64decode
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote, urlencode

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "portico", "the provider's word"

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
FORGED = RSAKey.generate_key(2048, {"kid": "one"})


def provider(issuer: str) -> FastAPI:
    """The provider, as it calls itself."""
    app, codes, otherwise = FastAPI(), dict[str, dict[str, str]](), dict[str, Any]()

    @app.get("/.well-known/openid-configuration")
    def about() -> dict[str, Any]:
        ends = {"authorization": "authorize", "token": "token"}
        return {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/jwks",
            **{f"{name}_endpoint": f"{issuer}/{path}" for name, path in ends.items()},
        }

    @app.get("/jwks")
    def jwks() -> dict[str, Any]:
        return {"keys": [KEY.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        if asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            return Response(status_code=400)
        code = token_urlsafe()
        codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = await request.form()
        asked = codes.pop(str(form.get("code")), None)
        user, _, password = b64decode(request.headers["authorization"].split()[1]).decode().partition(":")
        challenge = create_s256_code_challenge(str(form.get("code_verifier")))
        known = (unquote(user), unquote(password)) == (CLIENT, SECRET)
        if not known:
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or challenge != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": issuer, "sub": "1", "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims |= {"email": asked["login_hint"], "email_verified": True} | otherwise
        key = FORGED if claims.pop("forged", False) else KEY
        otherwise.clear()
        return JSONResponse({"id_token": jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)})

    @app.post("/_next")
    async def change(request: Request) -> None:
        otherwise.update(await request.json())

    return app


if __name__ == "__main__":
    port = int(sys.argv[1])
    uvicorn.run(provider(f"http://127.0.0.1:{port}"), port=port, log_level="warning")
