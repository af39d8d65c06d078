"""`python asap.py PORT KEYS`: Atlassian's atlassian-jwt-auth verifies; KEYS is a folder of public keys, `<id>.pem`."""

import importlib
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_library: Any = importlib.import_module("atlassian_jwt_auth")
_keys = Path(sys.argv[2])


class _Keys:
    """Finds a public key by its id, as the library asks for it."""

    def retrieve(self, key_identifier: Any, **_: object) -> str:
        return (_keys / f"{key_identifier.key_id.replace('/', '_')}.pem").read_text()


_verifier: Any = _library.JWTAuthVerifier(_Keys(), check_jti_uniqueness=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name of the library)
        pass

    def do_GET(self) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            content = str(_verifier.verify_jwt(token, "their-service")["iss"])
            status = 200
        # The library's errors have no common base.
        except Exception as error:  # noqa: BLE001
            content, status = f"{type(error).__name__}: {error}", 401
        encoded = content.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()
