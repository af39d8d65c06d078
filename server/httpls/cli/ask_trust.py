"""Asks once whether a project is trusted, when its files want what only a trusted one may have."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from httpls.cli.trust import WHAT_IT_MEANS
from httpls.host.trust import Grants, TrustStore
from httpls.host.user_state import user_state
from httpls.model.planned_text import Hole, HoleKind
from httpls.run.cancel import Cancel
from httpls.run.ports import Prompter
from httpls.run.selection import Selected


def becomes_trusted(root: Path, selected: Sequence[Selected], prompter: Prompter, cancel: Cancel) -> bool:
    """Tell whether a person, asked because these requests want it, trusts the project now; that is remembered.

    Nobody is asked if the requests want nothing that takes trust. Raises `CancelledError`.
    """
    store = TrustStore(user_state(os.environ))
    grants = store.grants(root)
    wanted = list(dict.fromkeys(want for one in selected for want in _wants(one, grants)))
    if not wanted:
        return False
    lines = [f"The files of {root} want to:", *[f"  {want}" for want in wanted], "", WHAT_IT_MEANS]
    prompter.show("\n".join(lines))
    if not prompter.confirm(f"Trust {root}", cancel):
        return False
    store.set_trusted(root, True, cancel)
    return True


def _wants(one: Selected, grants: Grants) -> Iterator[str]:
    plan = one.analysis.plan(one.request)
    for hole in (*plan.holes, *plan.auth.holes):
        if hole.kind is HoleKind.PROVIDER:
            yield from _of_provider(hole)
        elif hole.kind is HoleKind.SECRET and hole.arguments[0].lower() == "keyring":
            service, account = (*hole.arguments[1:3], "", "")[:2]
            if (service, account) not in grants.entries:
                yield f"use the entry `{account}` of `{service}` in your keyring"


def _of_provider(hole: Hole) -> Iterator[str]:
    parameters = {key.lower(): value for key, _, value in (word.partition("=") for word in hole.arguments)}
    kind = parameters.get("provider", "").lower()
    if kind == "command":
        yield f"run the command {parameters.get('command', '')}"
    elif kind == "azurekeyvault":
        yield "use your login at Azure"
    elif kind == "aspnetusersecrets":
        yield f"read the user secret {parameters.get('secretname', '')}"
