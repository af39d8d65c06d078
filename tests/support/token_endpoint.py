"""A token endpoint and an API in one small server: it counts token requests, and takes only the tokens it gave."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class TokenEndpoint:
    """What the server does and saw. Tokens are `token-1`, `token-2` …; refresh tokens rotate."""

    def __init__(self) -> None:
        self.url = ""
        self.expires_in = 3600
        self.token_requests: list[dict[str, str]] = []
        self.api_requests: list[str] = []
        self.revoked: list[str] = []
        self.answer: tuple[int, str, str] | None = None
        self._lock = threading.Lock()
        self._good: set[str] = set()

    def forget(self) -> None:
        """Take no token any more that was given so far."""
        with self._lock:
            self._good.clear()

    def token(self, form: dict[str, str]) -> tuple[int, str, str]:
        with self._lock:
            self.token_requests.append(form)
            if self.answer is not None:
                return self.answer
            if form.get("client_secret", "sesame") != "sesame":
                return 401, "application/json", json.dumps({"error": "invalid_client"})
            number = len(self.token_requests)
            self._good.add(f"token-{number}")
        members = {"access_token": f"token-{number}", "token_type": "Bearer", "expires_in": self.expires_in}
        return 200, "application/json", json.dumps({**members, "refresh_token": f"refresh-{number}"})

    def api(self, authorization: str) -> tuple[int, str, str]:
        with self._lock:
            self.api_requests.append(authorization)
            is_good = authorization.removeprefix("Bearer ") in self._good
        return (200 if is_good else 401), "application/json", json.dumps({"good": is_good})


@contextmanager
def token_endpoint() -> Generator[TokenEndpoint]:
    """Serve `/token`, `/revoke` and `/api` on a free port of this machine."""
    endpoint = TokenEndpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            form = {name: values[0] for name, values in parse_qs(content, keep_blank_values=True).items()}
            if self.path == "/revoke":
                endpoint.revoked.append(form["token"])
                self._answer(200, "application/json", "{}")
            elif self.path == "/introspect":
                known = endpoint.api(form["token"])[0] == 200
                self._answer(200, "application/json", json.dumps({"active": known}))
            else:
                self._answer(*endpoint.token(form))

        def do_GET(self) -> None:
            self._answer(*endpoint.api(self.headers.get("Authorization", "")))

        def _answer(self, status: int, media_type: str, content: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content.encode())))
            if status == 401:
                self.send_header("WWW-Authenticate", 'Bearer error="invalid_token"')
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
