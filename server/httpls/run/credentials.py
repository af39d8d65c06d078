"""What authenticates one request of a file, ready to run its flows, for those who want tokens and not responses."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from httpls.run.authenticate import Prepared
from httpls.run.exchange import Failure, Hop
from httpls.run.flow_steps import FlowSteps
from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.message import OutgoingRequest


class Credentials(NamedTuple):
    """The authentication of one request.

    `schemes` are those in force, in the order in which they act; `tokens` are the schemes whose tokens stand in its
    texts (`{{$auth.token("id")}}`), by the words of the hole. `steps` drives their flows, `context` is that of the
    request. `draft` gives the request as it would be sent without authentication. `hops` are what was sent so far.
    """

    schemes: tuple[Prepared, ...]
    tokens: Mapping[tuple[str, ...], Prepared]
    steps: FlowSteps
    context: FlowContext
    draft: Callable[[], OutgoingRequest]
    hops: Sequence[Hop]


class CredentialsRefusedError(Exception):
    """A request cannot be prepared; `failures` say why and where, there is at least one."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        """Take the failures."""
        super().__init__("; ".join(failure.message for failure in failures))
        self.failures = tuple(failures)
