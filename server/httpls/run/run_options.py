"""What whoever starts a run decides: how much of it, how fast, and what the files may do."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from httpls.run.ports import Clock, Login, OutputFiles, Prompter, Randomness, Secrets, Tokens
from httpls.run.wire import Wire
from httpls_auth.values.origin import Origin

if TYPE_CHECKING:
    from httpls.run.cookies.jar import CookieJar
    from httpls.run.hooks import Hooks
    from httpls.run.tls_rules import TlsRules


class Ports(NamedTuple):
    """The outside, as a run sees it. `new_wire` makes a wire for a worker; `hooks` run scripts.

    `project` is the random id of the project with this root, for the names of its tokens. `jar` gives the cookies of
    the project with this root in these environments, the same jar each time; whoever gives it keeps it between runs.
    It may give None while there are no cookies, unless it is told that some are to be stored. Without it there is one
    in memory.
    """

    clock: Clock
    randomness: Randomness
    prompter: Prompter
    login: Login
    secrets: Secrets
    outputs: OutputFiles
    tokens: Tokens
    new_wire: Callable[[], Wire]
    project: Callable[[Path], str]
    hooks: "Hooks"
    tls: "TlsRules"
    jar: "Callable[[Path, tuple[str, ...], bool], CookieJar | None] | None" = None


class RunOptions(NamedTuple):
    """The options of one run; what is None is left to the files and their settings.

    `is_forced` sends a request although the condition of its `# @disabled` cannot be evaluated. `agrees` answers the
    questions of `# @note` with yes. `allowed_origins` are those that secrets of this machine may go to although
    the project is not trusted. Times are in seconds. `proxy` is a URL, empty for none. `addresses` are `host`, `port`,
    `address`, as curl's `--resolve`.
    """

    parallel: int = 1
    fails_fast: bool = False
    runs_dependencies: bool = True
    is_forced: bool = False
    agrees: bool = False
    is_trusted: bool = False
    allowed_origins: frozenset[Origin] = frozenset()
    is_insecure: bool = False
    proxy: str | None = None
    addresses: tuple[tuple[str, int, str], ...] = ()
    connect_timeout: float | None = None
    read_timeout: float | None = None
    total_timeout: float | None = None
    follows_redirects: bool | None = None
    uses_cookies: bool | None = None
    http_version: str | None = None
