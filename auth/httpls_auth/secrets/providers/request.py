"""What a provider is asked for, and what it may touch."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import SecretError
from httpls_auth.secrets.access import Access


class Asked(NamedTuple):
    """The members of a provider object, with the folder of its file, from which relative paths count.

    `environment` are the variables of the operating system; `parse_dotenv` reads the text of a `.env` file.
    """

    provider: str
    parameters: Sequence[tuple[str, str]]
    folder: Path
    access: Access
    environment: Mapping[str, str]
    parse_dotenv: Callable[[str], Mapping[str, str]]
    cancellation: Cancellation

    def get(self, *names: str) -> str | None:
        """Return the value of the first of these members that is there; names are compared without case, `-`, `_`."""
        wanted = [_same(name) for name in names]
        return next((text for key, text in self.parameters if _same(key) in wanted and text), None)

    def required(self, *names: str) -> str:
        """Return the value of a member that has to be there. Raises `SecretError`."""
        found = self.get(*names)
        if found is None:
            raise SecretError(f"the provider `{self.provider}` needs `{names[0]}`", f'Add `"{names[0]}": "…"` to it.')
        return found

    def seconds(self, default: float) -> float:
        """Return the time limit that the member `timeout` gives, in seconds. Raises `SecretError`."""
        written = self.get("timeout")
        if written is None:
            return default
        try:
            seconds = float(written)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= 3600:
            raise SecretError(f"`{written}` is no time limit", "Write seconds, more than 0 and at most 3600.")
        return seconds

    def readable(self, path: Path) -> Path:
        """Return the real path of a file that may be read. Raises `SecretError` for one outside the project."""
        real = self.access.permitted(path)
        if real is None:
            raise SecretError(
                f"`{path}` lies outside the project, which is not trusted",
                "Move it into the project, or trust the project with `httpls trust`, or for this run with `--trust`.",
            )
        return real

    def demand_trust(self, what: str) -> None:
        """Raise `SecretError` unless the project is trusted; `what` is what only a trusted project may do."""
        if not self.access.is_trusted:
            raise SecretError(
                f"the project is not trusted, and only a trusted one may {what}",
                "Look at the files of the project; then run `httpls trust`, or this run with `--trust`.",
            )


def _same(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
