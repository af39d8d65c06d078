"""NTLM and Negotiate leg by leg, accepted by pyspnego's own server; the real ones are in tests/real."""

import base64
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import cast

import pytest
import spnego
from hypothesis import HealthCheck, settings
from hypothesis import given as given_any
from hypothesis import strategies as st
from spnego.exceptions import BadBindingsError, NoContextError
from tests.support.certificates import issue
from tests.support.schemes import context, notes, request, scheme

from httpls_auth.errors import ChallengeError, CredentialError
from httpls_auth.schemes import negotiate
from httpls_auth.schemes.flow import FlowContext, Step, drive
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.schemes.security_context import ntlm_account

TYPE1 = b"NTLMSSP\x00\x01\x00\x00\x00"
HEADS = [
    b"", TYPE1, b"NTLMSSP\x00\x02\x00\x00\x00", b"NTLMSSP\x00\x02\x00\x00\x00" + b"\x00" * 12, b"\xa1\x07\x30\x05\xa0\x03\x0a\x01",
    b"\x60\x48\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x3e", b"\xa1\x30\x30\x2e\xa0\x03\x0a\x01\x01\xa1\x0c\x06\x0a",
]  # fmt: skip


@pytest.fixture(autouse=True)
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "accounts").write_text("CORP:alice:pw\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "accounts"))
    monkeypatch.setattr(negotiate, "_has_kerberos", lambda: False)


def no_steps(step: Step) -> object:
    raise AssertionError(step)


def authenticate(given: Scheme, sent: OutgoingRequest, world: FlowContext) -> OutgoingRequest:
    return drive(given.authenticate(sent, world), no_steps)


def answer(
    given: Scheme, sent: OutgoingRequest, status: int, *challenges: str, world: FlowContext
) -> OutgoingRequest | None:
    head = ResponseHead(status, "", tuple([("WWW-Authenticate", value) for value in challenges]))
    return drive(given.answer(sent, head, world), no_steps)


def token(sent: OutgoingRequest | None, word: str) -> bytes:
    assert sent is not None
    scheme, _, text = (sent.value("Authorization") or "").partition(" ")
    assert scheme == word
    return base64.b64decode(text)


def length(sent: OutgoingRequest | None) -> int:
    assert sent is not None
    return sent.body.length if sent.body is not None else 0


def acceptor(word: str, certificate_hash: bytes | None = None) -> spnego.ContextProxy:
    from spnego.channel_bindings import GssChannelBindings

    bindings = (
        GssChannelBindings(application_data=b"tls-server-end-point:" + certificate_hash) if certificate_hash else None
    )
    own = spnego.NegotiateOptions.use_negotiate if word == "negotiate" else spnego.NegotiateOptions.use_ntlm
    return spnego.server(protocol=word, options=own, channel_bindings=bindings)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (scheme("ntlm", "alice", "pw", domain="CORP"), "NTLM"),
        (scheme("ntlm", "CORP\\alice", "pw"), "NTLM"),
        (scheme("ntlm", "alice@CORP", "pw"), "NTLM"),
        (scheme("ntlm", "alice@CORP", "pw"), "Negotiate"),
        (scheme("negotiate", "CORP\\alice", "pw"), "Negotiate"),
    ],
)
def test_a_login(given: Scheme, word: str) -> None:
    world, server = context(), acceptor(word.lower())
    sent = request("POST https://a.example/x\nContent-Length: 4\n\nbody")
    first = authenticate(given, sent, world)
    assert (first.value("Authorization"), length(first), first.value("Content-Length")) == (None, 0, "0")
    second = answer(given, sent, 401, "Bearer", word, world=world)
    assert TYPE1 in token(second, word)
    assert length(second) == 0
    challenge = server.step(token(second, word))
    assert challenge is not None
    third = answer(given, sent, 401, f"{word} {base64.b64encode(challenge).decode()}", world=world)
    assert (length(third), third.value("Content-Length") if third else None) == (4, "4")
    server.step(token(third, word))
    assert server.client_principal == "CORP\\alice"
    assert answer(given, sent, 200, world=world) is None
    # On the same connection, which is logged in, the next request goes as it is.
    assert authenticate(given, sent, world._replace(exchange={})) == sent


def test_the_computations_are_those_of_ms_nlmp() -> None:
    """[MS-NLMP], section 4.2: what the library computes for the published challenge at the time zero."""
    from spnego._ntlm_raw.crypto import compute_response_v2, ntowfv1, ntowfv2
    from spnego._ntlm_raw.messages import AvId, FileTime, TargetInfo

    nt_hash = ntowfv1("Password")
    assert nt_hash.hex() == "a4f49c406510bdcab6824ee7c30fd852"
    key = ntowfv2("User", nt_hash, "Domain")
    assert key.hex() == "0c868a403bfd7a93a3001ef22ef02e3f"
    target = TargetInfo()
    target[AvId.nb_domain_name], target[AvId.nb_computer_name] = "Domain", "Server"
    target[AvId.eol] = b""
    server, client, zero = bytes.fromhex("0123456789abcdef"), b"\xaa" * 8, FileTime.unpack(bytes(8))
    nt_response, lm_response, session_key = compute_response_v2(key, server, client, zero, target)
    assert nt_response[:16].hex() == "68cd0ab851e51c96aabc927bebef6a1c"
    assert lm_response.hex() == "86c35097ac9cec102554764a57cccc19" + "aa" * 8
    assert session_key.hex() == "8de40ccadbc14a82f15cb0ad0de95ca3"


def test_a_wrong_password_is_a_refusal_and_no_second_try() -> None:
    world, given, sent = context(), scheme("ntlm", "alice", "wrong", domain="CORP"), request("GET https://a/")
    authenticate(given, sent, world)
    second = answer(given, sent, 401, "NTLM", world=world)
    challenge = acceptor("ntlm").step(token(second, "NTLM"))
    assert challenge is not None
    assert answer(given, sent, 401, f"NTLM {base64.b64encode(challenge).decode()}", world=world) is not None
    assert answer(given, sent, 401, "NTLM", world=world) is None


def test_spnego_may_refuse() -> None:
    world, given, sent = context(), scheme("negotiate", "alice", "pw"), request("GET https://a/")
    authenticate(given, sent, world)
    answer(given, sent, 401, "Negotiate", world=world)
    reject = base64.b64encode(bytes.fromhex("a1073005a0030a0102")).decode()
    assert answer(given, sent, 401, f"Negotiate {reject}", world=world) is None


@pytest.mark.parametrize("text", ["TlRMTVNTUAACAAAA", "AAAA", "%%%", "YIIB"])
@pytest.mark.parametrize("word", ["ntlm", "negotiate"])
def test_what_is_no_message_is_an_error(word: str, text: str) -> None:
    world, given, sent = context(), scheme(word, "alice", "pw"), request("GET https://a/")
    authenticate(given, sent, world)
    answer(given, sent, 401, word, world=world)
    with pytest.raises(ChallengeError):
        answer(given, sent, 401, f"{word} {text}", world=world)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given_any(word=st.sampled_from(["ntlm", "negotiate"]), head=st.sampled_from(HEADS), rest=st.binary(max_size=200))
def test_no_message_of_a_server_breaks_a_login(word: str, head: bytes, rest: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(negotiate, "_has_kerberos", lambda: False)
        world, login, sent = context(), scheme(word, "alice", "pw"), request("GET https://a/")
        authenticate(login, sent, world)
        answer(login, sent, 401, word, world=world)
        text = base64.b64encode(head + rest).decode()
        with suppress(ChallengeError):
            answer(login, sent, 401, f"{word} {text}" if text else word, world=world)


def test_a_server_that_forgets_is_told() -> None:
    world, given, sent = context(), scheme("ntlm", "alice", "pw"), request("GET https://a/")
    authenticate(given, sent, world)
    answer(given, sent, 401, "NTLM", world=world)
    with pytest.raises(ChallengeError, match="did not go on") as caught:
        answer(given, sent, 401, "NTLM", world=world)
    assert "same one" in caught.value.remedy


def test_the_body_follows_where_nobody_asks() -> None:
    world, given, sent = context(), scheme("ntlm", "alice", "pw"), request("POST https://a/\n\nbody")
    assert length(authenticate(given, sent, world)) == 0
    assert answer(given, sent, 200, world=world) == sent
    assert answer(given, sent, 200, world=world) is None


def test_other_challenges_are_not_answered() -> None:
    world, given, sent = context(), scheme("ntlm", "alice", "pw"), request("GET https://a/")
    authenticate(given, sent, world)
    assert answer(given, sent, 401, 'Basic realm="x"', 'Digest realm="x", nonce="y"', world=world) is None
    assert answer(scheme("negotiate", "alice", "pw"), sent, 401, "NTLM", world=context()) is None


def test_a_login_over_tls_is_bound_to_the_certificate() -> None:
    import hashlib

    certificate = issue("a.example").der
    given, sent = scheme("ntlm", "alice", "pw", domain="CORP"), request("GET https://a.example/")
    for known, holds in ((certificate, True), (issue("b.example").der, False)):
        server = acceptor("ntlm", hashlib.sha256(certificate).digest())
        world = context()._replace(peer_certificate=partial(bytes, known))
        authenticate(given, sent, world)
        challenge = server.step(token(answer(given, sent, 401, "NTLM", world=world), "NTLM"))
        assert challenge is not None
        third = answer(given, sent, 401, f"NTLM {base64.b64encode(challenge).decode()}", world=world)
        if holds:
            server.step(token(third, "NTLM"))
            assert server.complete
        else:
            with pytest.raises(BadBindingsError):
                server.step(token(third, "NTLM"))


def test_the_workstation_is_named_and_nothing_else_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("NETBIOS_COMPUTER_NAME", "OWN")
    world, given, sent = context(), scheme("ntlm", "alice", "pw", workstation="PC1"), request("GET https://a/")
    authenticate(given, sent, world)
    challenge = acceptor("ntlm").step(token(answer(given, sent, 401, "NTLM", world=world), "NTLM"))
    assert challenge is not None
    third = answer(given, sent, 401, f"NTLM {base64.b64encode(challenge).decode()}", world=world)
    assert "PC1".encode("utf-16-le") in token(third, "NTLM")
    assert os.environ["NETBIOS_COMPUTER_NAME"] == "OWN"


@pytest.mark.parametrize(
    ("user", "domain", "account"),
    [
        ("alice", "", "alice"),
        ("alice", "CORP", "CORP\\alice"),
        ("CORP\\alice", "", "CORP\\alice"),
        ("CORP\\alice", "OTHER", "CORP\\alice"),
        ("alice@CORP", "", "CORP\\alice"),
        ("alice@corp.example.com", "", "alice@corp.example.com"),
        ("alice@corp", "OTHER", "OTHER\\alice@corp"),
        ("@x", "", "@x"),
    ],
)
def test_accounts(user: str, domain: str, account: str) -> None:
    assert ntlm_account(user, domain) == account


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        (scheme("negotiate"), "httpls[kerberos]"),
        (scheme("negotiate", username="alice"), "httpls[kerberos]"),
        (scheme("negotiate", password="x"), "both"),
        (scheme("ntlm", username="alice"), "both"),
        (scheme("ntlm", password="x"), "both"),
    ],
)
def test_without_what_it_needs_nothing_is_sent(given: Scheme, remedy: str) -> None:
    with pytest.raises(CredentialError) as caught:
        authenticate(given, request("GET https://a/"), context())
    assert remedy in caught.value.remedy


def test_the_current_user_is_one_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(CredentialError, match="this is not Windows"):
        authenticate(scheme("ntlm"), request("GET https://a/"), context())


@pytest.mark.parametrize(("word", "offer"), [("ntlm", "NTLM"), ("ntlm", "Negotiate"), ("negotiate", "Negotiate")])
def test_on_windows_the_system_is_asked_for_the_current_user(
    monkeypatch: pytest.MonkeyPatch, word: str, offer: str
) -> None:
    """What pyspnego is asked for there; whether SSPI then does it, only Windows can tell."""
    asked: list[dict[str, object]] = []

    def client(username: str | None = None, password: str | None = None, **more: object) -> object:
        asked.append({"username": username, "password": password, **more})
        raise cast("Exception", NoContextError(context_msg="this is not Windows"))

    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(negotiate, "_has_kerberos", lambda: True)
    monkeypatch.setattr(spnego, "client", client)
    world, sent = context(), request("GET https://a.example/")
    world = world._replace(peer_certificate=lambda: issue("a.example").der)
    authenticate(scheme(word), sent, world)
    with pytest.raises(CredentialError, match="cannot begin"):
        answer(scheme(word), sent, 401, offer, world=world)
    (only,) = asked
    assert (only["username"], only["password"], only["hostname"], only["service"]) == (None, None, "a.example", "HTTP")
    assert only["protocol"] == ("negotiate" if offer == "Negotiate" else "ntlm")
    assert only["channel_bindings"] is not None


def test_without_retry_the_challenge_is_the_response() -> None:
    given, sent, world = (
        scheme("ntlm", "alice", "pw", **{"no-retry": "true"}),
        request("POST https://a/\n\nbody"),
        context(),
    )
    assert authenticate(given, sent, world) == sent
    assert answer(given, sent, 401, "NTLM", world=world) is None


def test_the_legs_are_shown_without_their_secrets() -> None:
    world, given, sent = context(), scheme("ntlm", "alice", "hidden", domain="CORP"), request("GET https://a/")
    authenticate(given, sent, world)
    second = answer(given, sent, 401, "NTLM", world=world)
    assert second is not None
    assert notes(world) == {
        "account": "CORP\\alice", "login": "ntlm, not bound to a certificate", "first message": "•••••",
    }  # fmt: skip
    assert str(second.values("Authorization")[0]) == "•••••"


def test_a_connection_is_named_by_the_login() -> None:
    same = scheme("ntlm", "alice", "pw"), scheme("ntlm", "alice", "pw")
    other = scheme("ntlm", "alice", "other"), scheme("ntlm", "bob", "pw"), scheme("negotiate", "alice", "pw")
    names = {one.connection for one in (*same, *other)}
    assert len(names) == 4
    assert all(name is not None and "pw" not in name and "alice" not in name for name in names)
    assert scheme("basic", "alice", "pw").connection is None
