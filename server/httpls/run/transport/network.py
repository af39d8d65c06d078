"""Names and connections: looks a host up, and connects to the first of its addresses that answers."""

import errno
import selectors
import socket
import threading
from collections.abc import Sequence
from contextlib import closing
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from time import monotonic
from typing import NamedTuple

from httpls.run.errors import TransportError
from httpls.run.transport.attempt import Attempt
from httpls.run.transport.stream import Stream

_NEXT_ADDRESS_AFTER = 0.25
"""How long one address may take before the next is tried beside it (RFC 8305, section 5), in seconds."""

_LOOK_AT_CANCEL_EVERY = 0.05


class Address(NamedTuple):
    """An address as a socket takes it."""

    family: int
    where: tuple[object, ...]


def connect(host: str, port: int, addresses: Sequence[tuple[str, int, str]], attempt: Attempt) -> Stream:
    """Connect to a host and port. `addresses` say where a host and port are really to be found.

    Raises `TransportError` and `CancelledError`.
    """
    deadline = _deadline(attempt)
    found = look_up(host, port, addresses, attempt)
    started = monotonic()
    connected = _first_to_answer(found, host, port, attempt, deadline)
    attempt.connect = (attempt.connect or 0.0) + monotonic() - started
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Stream(connected, _shown(host, port), attempt)


def look_up(host: str, port: int, addresses: Sequence[tuple[str, int, str]], attempt: Attempt) -> list[Address]:
    """Return the addresses of a host. Raises `TransportError` and `CancelledError`."""
    deadline = _deadline(attempt)
    started = monotonic()
    given = [address for name, number, address in addresses if (name.lower(), number) == (host.lower(), port)]
    found = [address for name in given or [host] for address in _look_up(name.strip("[]"), port, attempt, deadline)]
    attempt.dns = (attempt.dns or 0.0) + monotonic() - started
    return found


def _deadline(attempt: Attempt) -> float | None:
    limit = attempt.longest_wait()
    return None if limit is None else monotonic() + limit


def _look_up(host: str, port: int, attempt: Attempt, deadline: float | None) -> list[Address]:
    # The zone of a link-local address is written `%25eth0` in a URL (RFC 6874).
    host = host.replace("%25", "%")
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return _resolved(host, port, attempt, deadline)
    if "%" in host:
        # The zone of a link-local address is a number that the system knows.
        return _resolved(host, port, attempt, deadline)
    if address.version == 6:
        return [Address(socket.AF_INET6, (host, port, 0, 0))]
    return [Address(socket.AF_INET, (host, port))]


def _resolved(host: str, port: int, attempt: Attempt, deadline: float | None) -> list[Address]:
    """Ask the system in a thread of its own: such a call cannot be interrupted, so it is left to itself."""
    answer: SimpleQueue[list[Address] | OSError | UnicodeError] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put(_ask_system(host, port))
        except (OSError, UnicodeError) as error:
            answer.put(error)

    threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
    while True:
        attempt.cancel.check()
        wait = _LOOK_AT_CANCEL_EVERY
        if deadline is not None:
            wait = min(wait, deadline - monotonic())
            if wait <= 0:
                raise attempt.out_of_time(f"the name `{host}` was not found")
        try:
            found = answer.get(timeout=wait)
        except Empty:
            continue
        if isinstance(found, list):
            return found
        raise TransportError(
            "host-not-found",
            f"the host `{host}` is not known ({getattr(found, 'strerror', None) or found})",
            "Check the name, and whether this machine is online; `--resolve` gives an address by hand.",
        ) from found


def _ask_system(host: str, port: int) -> list[Address]:
    found: dict[Address, None] = {}
    for family, _, _, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        found[Address(family, where)] = None
    first = [address for address in found if address.family == next(iter(found)).family]
    others = [address for address in found if address not in first]
    # One of each family in turn, so that a family that does not work costs one attempt only (RFC 8305, section 4).
    mixed: list[Address] = []
    for position in range(max(len(first), len(others))):
        mixed += first[position : position + 1] + others[position : position + 1]
    return mixed


def _first_to_answer(
    addresses: Sequence[Address], host: str, port: int, attempt: Attempt, deadline: float | None
) -> socket.socket:
    """Connect to all addresses, each a moment after the one before, and return the first connection there is."""
    waiting = list(addresses)
    failure: OSError | None = None
    pending: set[socket.socket] = set()
    next_at = monotonic()
    with closing(selectors.DefaultSelector()) as selector:
        try:
            while waiting or pending:
                attempt.tell("connect", 0, None)
                attempt.cancel.check()
                now = monotonic()
                if deadline is not None and now >= deadline:
                    raise attempt.out_of_time(f"{_shown(host, port)} did not answer")
                if waiting and (now >= next_at or not pending):
                    next_at = now + _NEXT_ADDRESS_AFTER
                    try:
                        begun = _begin(waiting.pop(0))
                    except OSError as error:
                        failure = failure or error
                        continue
                    pending.add(begun)
                    selector.register(begun, selectors.EVENT_WRITE)
                wait = min(_LOOK_AT_CANCEL_EVERY, max(next_at - now, 0.0) if waiting else _LOOK_AT_CANCEL_EVERY)
                if deadline is not None:
                    wait = min(wait, max(deadline - now, 0.0))
                for key, _ in selector.select(wait):
                    ready = next(one for one in pending if one is key.fileobj)
                    selector.unregister(ready)
                    pending.discard(ready)
                    code = ready.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if code == 0:
                        return ready
                    failure = failure or OSError(code, _reason(code))
                    ready.close()
                    next_at = now
        finally:
            for one in pending:
                one.close()
    raise _cannot_connect(failure, host, port)


def _begin(address: Address) -> socket.socket:
    begun = socket.socket(address.family, socket.SOCK_STREAM)
    begun.setblocking(False)
    try:
        code = begun.connect_ex(address.where)
    except BaseException:
        begun.close()
        raise
    if code in _UNDER_WAY:
        return begun
    begun.close()
    raise OSError(code, _reason(code))


def _cannot_connect(failure: OSError | None, host: str, port: int) -> TransportError:
    where = _shown(host, port)
    if failure is None:
        return TransportError("host-not-found", f"the host `{host}` has no address", "Check the name.")
    if failure.errno in (errno.ECONNREFUSED, 10061):
        return TransportError(
            "connection-refused", f"nothing listens at {where}", "Start the server, or check host and port."
        )
    if failure.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, 10051, 10065):
        return TransportError(
            "host-unreachable",
            f"there is no way to {where} ({failure.strerror})",
            "Check the network, the VPN and the proxy.",
        )
    return TransportError(
        "connection-failed", f"there is no connection to {where} ({failure.strerror or failure})", "Check the network."
    )


def _reason(code: int) -> str:
    import os

    return os.strerror(code)


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


_UNDER_WAY = frozenset((0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY, 10035))
"""What a connection attempt that does not wait answers while all is well; 10035 is Windows' WSAEWOULDBLOCK."""
