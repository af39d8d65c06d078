"""`python edgegrid.py PORT`: verifies EdgeGrid by signing anew with Akamai's own edgegrid-python; refuses replays."""

import hmac
import importlib
import sys
import time
from calendar import timegm
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

_TOKENS = ("akab-client-token", "client/secret+=", "akab-access-token")
_edgegrid: Any = importlib.import_module("akamai.edgegrid.edgegrid")
_structures: Any = importlib.import_module("requests.structures")
_signer: Any = _edgegrid.EdgeGridAuthHeaders(*_TOKENS, headers_to_sign=["X-Test1", "X-Test2"], max_body=2048)
_seen: set[str] = set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name of the library)
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content = b"welcome" if self._is_authentic(body) else b"refused"
        self.send_response(200 if content == b"welcome" else 401)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 (the names of the library)

    def _is_authentic(self, body: bytes) -> bool:
        given = self.headers.get("Authorization", "")
        members = dict(part.split("=", 1) for part in given.partition(" ")[2].split(";") if "=" in part)
        time_text, nonce = members.get("timestamp", ""), members.get("nonce", "")
        try:
            age = time.time() - timegm(time.strptime(time_text, "%Y%m%dT%H:%M:%S+0000"))
        except ValueError:
            return False
        asked = SimpleNamespace(
            method=self.command,
            url=f"http://{self.headers['Host']}{self.path}",
            headers=_structures.CaseInsensitiveDict(self.headers.items()),
            body=body,
        )
        expected = str(_signer.make_auth_header(asked, time_text, nonce))
        is_new = nonce not in _seen
        _seen.add(nonce)
        return hmac.compare_digest(expected, given) and abs(age) < 60 and is_new


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()
