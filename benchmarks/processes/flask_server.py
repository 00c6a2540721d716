"""The sign-in on Flask and waitress: `python -m benchmarks.processes.flask_server PORT`."""

import logging
import sys
from typing import Any

from flask import Flask, jsonify, request
from waitress import serve

from benchmarks.processes.comparison_sign_in import LOGIN, REJECTED, sign_in_from_input


def main(port: int) -> None:
    """Serve until the process is stopped."""
    sign_in = sign_in_from_input()
    app = Flask(__name__)

    @app.post(LOGIN)  # type: ignore[untyped-decorator, unused-ignore]
    def login() -> Any:
        body = request.get_json()
        token = sign_in.token(body["apiKey"], body["secretKey"])
        if token is None:
            return jsonify(jwtToken=None, message=REJECTED), 401
        return jsonify(jwtToken=token, message=None)

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns about every request that has to wait
    serve(app, host="127.0.0.1", port=port)


if __name__ == "__main__":
    main(int(sys.argv[1]))
