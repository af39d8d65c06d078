"""Problems that the text alone does not show: the clock, git, a server or all files of the project tell them."""

from collections.abc import Iterator, Sequence

from httpls.model.environments.layers import Layer
from httpls.model.source import Finding
from httpls_grammar.problems import ProblemKind, Severity

EXPIRED_TOKEN = ProblemKind(
    "expired-token", Severity.WARNING,
    "this token expired {ago} ago",
    "Put a new one in its place; `# @auth oauth2` obtains and renews tokens by itself.",
)  # fmt: skip
SECRET_IN_TRACKED_FILE = ProblemKind(
    "secret-in-tracked-file", Severity.WARNING,
    "this file is meant to be private, and git keeps it",
    "Run `git rm --cached {name}`, name it in `.gitignore`, and change the secrets that the history has.",
)  # fmt: skip
INCOMPLETE_ENVIRONMENT = ProblemKind(
    "incomplete-environment", Severity.INFORMATION,
    "the environment lacks {names}, which {others} has",
    "Define it here too, or for all environments in `$shared`.",
)  # fmt: skip
REFUSED_BY_SERVER = ProblemKind(
    "refused-by-server", Severity.WARNING,
    "{status}: {explanation}",
    "",
)  # fmt: skip

_MOST_NAMES = 8


def incomplete_environments(layers: Sequence[Layer]) -> Iterator[Finding]:
    """Yield a finding for each environment that lacks names which every other environment has.

    What only some of the others have may well be theirs alone. The finding stands at the public file, if there is one.
    """
    names: dict[str, set[str]] = {}
    for layer in layers:
        if layer.environment is not None:
            names.setdefault(layer.environment, set()).update(layer.name_ranges)
    shared = {name for layer in layers if layer.environment is None for name in layer.definitions}
    if len(names) < 2:
        return
    order = list(dict.fromkeys([name for layer in layers for name in layer.name_ranges]))
    for environment, own in names.items():
        others = [name for name in names if name != environment]
        known = own | shared
        missing = [name for name in order if name not in known and all(name in names[other] for other in others)]
        missing = [name for name in missing if not name.startswith("$")]
        places = [one for one in layers if one.environment == environment and one.environment_range is not None]
        if not missing or not places:
            continue
        place = max(places, key=lambda layer: layer.privacy)
        shown = ", ".join([f"`{name}`" for name in missing[:_MOST_NAMES]])
        who = f"`{others[0]}`" if len(others) == 1 else "every other one"
        assert place.environment_range is not None
        yield Finding(place.source, INCOMPLETE_ENVIRONMENT.at(place.environment_range, names=shown, others=who))
