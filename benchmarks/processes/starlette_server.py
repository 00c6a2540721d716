"""The sign-in on Starlette and uvicorn: `python -m benchmarks.processes.starlette_server PORT`."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from benchmarks.processes.comparison_sign_in import LOGIN, REJECTED, sign_in_from_input


def main(port: int) -> None:
    """Serve until the process is stopped."""
    sign_in = sign_in_from_input()

    async def login(request: Request) -> JSONResponse:
        body = await request.json()
        token = sign_in.token(body["apiKey"], body["secretKey"])
        if token is None:
            return JSONResponse({"jwtToken": None, "message": REJECTED}, status_code=401)
        return JSONResponse({"jwtToken": token, "message": None})

    app = Starlette(routes=[Route(LOGIN, login, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
