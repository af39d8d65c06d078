"""A server with TLS whose logins are accepted by the GSSAPI library of the system, and bound to its certificate."""

import base64
import hashlib
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

NTLM = "1.3.6.1.4.1.311.2.2.10"


@contextmanager
def accepting(certificate: Path, key: Path, der: bytes) -> Generator[int]:
    """Run the server for NTLM (gss-ntlmssp checks the binding); yield its port."""
    # Not installed where the types are checked.
    gssapi: Any = import_module("gssapi")
    bindings = gssapi.raw.ChannelBindings(application_data=b"tls-server-end-point:" + hashlib.sha256(der).digest())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        login: Any = None

        def do_GET(self) -> None:
            scheme, _, text = (self.headers["Authorization"] or "").partition(" ")
            if not text:
                self._answer(401, "NTLM")
                return
            if self.login is None:
                credentials = gssapi.Credentials(usage="accept", mechs=[gssapi.OID.from_int_seq(NTLM)])
                self.login = gssapi.SecurityContext(creds=credentials, usage="accept", channel_bindings=bindings)
            try:
                token = self.login.step(base64.b64decode(text))
            except gssapi.exceptions.GSSError:
                self.login = None
                self._answer(401, "NTLM")
                return
            if self.login.complete:
                self._answer(200, None)
            else:
                self._answer(401, f"{scheme} {base64.b64encode(token).decode()}")

        def _answer(self, status: int, challenge: str | None) -> None:
            self.send_response(status)
            if challenge is not None:
                self.send_header("WWW-Authenticate", challenge)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - it is called so there
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
