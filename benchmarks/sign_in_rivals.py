"""The sign-in as an admin might mock it up: `python -m benchmarks.sign_in_rivals flask|starlette PORT`.

Each rival looks the key up in the same vault by the same statement, compares the same verifier, signs the same claims
by PyJWT, and answers with the same JSON, written as the framework's documentation does. Settings are the defaults:
waitress has its four threads, each with a reader of its own; uvicorn has asyncio's loop and, as it is installed,
httptools. Neither logs accesses, nor does waitress warn of each call that has to queue. There is no log of sign-ins, no
check of Host or Origin, no pacing of wrong ones, no bound on anything, and no rehearsal. What opens the vault
(`SignIns.access`) is the first line of standard input.
"""

import hmac
import json
import logging
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from zcc_keys_gui.domain.client_secret import ClientSecret, verifier_of
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader

LOGIN = "/papi/auth/v1/login"
_REFUSED = "Invalid API key or secret key."


class SignIn:
    """What both rivals do between taking the JSON and answering with JSON."""

    def __init__(self, access: str) -> None:
        """Read the vault that `access` opens."""
        said = json.loads(access)
        self._database, self._key = Path(said["database"]), bytes.fromhex(said["key"])
        sys.modules["cryptography"] = None  # type: ignore[assignment]  # PyJWT signs quicker without it
        import jwt

        self._encode = jwt.encode
        self._of_thread = threading.local()
        self._signing_key = self._reader().signing_key()

    def token(self, client_id: str, secret: str) -> str | None:
        """Return a token, or None where the credentials do not hold."""
        key = self._reader().find(client_id)
        if (
            key is None
            or not key.is_enabled
            or not hmac.compare_digest(key.verifier, verifier_of(ClientSecret(secret)))
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": "zcc-keys",
            "sub": client_id,
            "iat": now,
            "exp": now + key.session_validity,
            "jti": str(uuid.uuid4()),
            "role": key.role,
        }
        return self._encode(claims, self._signing_key, algorithm="HS256")

    def _reader(self) -> VaultKeyReader:
        if not hasattr(self._of_thread, "reader"):
            self._of_thread.reader = VaultKeyReader(self._database, self._key)
        reader = self._of_thread.reader
        assert isinstance(reader, VaultKeyReader)
        return reader


def serve_flask(sign_in: SignIn, port: int) -> None:
    """Serve by Flask and waitress."""
    from flask import Flask, jsonify, request
    from waitress import serve

    app = Flask(__name__)

    @app.post(LOGIN)  # type: ignore[untyped-decorator, unused-ignore]
    def login() -> Any:
        said = request.get_json()
        token = sign_in.token(said["apiKey"], said["secretKey"])
        if token is None:
            return jsonify(jwtToken=None, message=_REFUSED), 401
        return jsonify(jwtToken=token, message=None)

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    serve(app, host="127.0.0.1", port=port)


def serve_starlette(sign_in: SignIn, port: int) -> None:
    """Serve by Starlette and uvicorn."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def login(request: Request) -> JSONResponse:
        said = await request.json()
        token = sign_in.token(said["apiKey"], said["secretKey"])
        if token is None:
            return JSONResponse({"jwtToken": None, "message": _REFUSED}, status_code=401)
        return JSONResponse({"jwtToken": token, "message": None})

    app = Starlette(routes=[Route(LOGIN, login, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    serve_one = {"flask": serve_flask, "starlette": serve_starlette}[sys.argv[1]]
    serve_one(SignIn(sys.stdin.readline()), int(sys.argv[2]))
