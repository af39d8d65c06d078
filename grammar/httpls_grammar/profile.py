"""Dialect profiles: which tool's meaning a file has where the tools contradict each other, and how that is found out.

A profile is named in the file (`# @dialect jetbrains` in its first block), by the project, or by evidence:
constructs that only one family of tools knows. The evidence must be unanimous; it is counted per block, so that an
edit re-counts one block.
"""

import re
from collections.abc import Iterable
from enum import Enum
from functools import cache

from httpls_grammar.block import Block
from httpls_grammar.islands.directive import normalise


class Profile(Enum):
    """The dialects whose meaning differs somewhere; `AUTO` means what VS Code REST Client means."""

    AUTO = "auto"
    REST_CLIENT = "restclient"
    JETBRAINS = "jetbrains"
    HTTPYAC = "httpyac"
    KULALA = "kulala"
    VISUAL_STUDIO = "vs"
    REST_NVIM = "rest.nvim"


def evidence(block: Block) -> frozenset[Profile]:
    """Return the profiles to which constructs in one block point."""
    text = block.text
    found = [
        profile
        for common, group in _EVIDENCE
        if common in text
        for profile, needle, pattern in group
        if needle in text and (not pattern or _compiled(pattern).search(text))
    ]
    if any(script.moment == "block" for script in block.inline_scripts):
        found.append(Profile.HTTPYAC)
    return frozenset(found) if found else _NO_EVIDENCE


def detect(pieces_of_evidence: Iterable[frozenset[Profile]]) -> Profile:
    """Return the one profile to which all evidence points, `AUTO` if there is none or it is divided.

    Kulala understands JetBrains' constructs, so these do not speak against it.
    """
    every: set[Profile] = set()
    for found in pieces_of_evidence:
        every |= found
    if Profile.KULALA in every:
        every.discard(Profile.JETBRAINS)
    return every.pop() if len(every) == 1 else Profile.AUTO


def explicit(first: Block) -> tuple[Profile | None, str | None]:
    """Return the profile that a `# @dialect` line of the first block names, and the word if it is not one of them."""
    for directive in first.directives:
        if directive.key == "dialect":
            word = directive.value.strip().lower()
            profile = _WORDS.get(normalise(word))
            return profile, None if profile else directive.value
    return None, None


_WORDS = {
    "auto": Profile.AUTO,
    "restclient": Profile.REST_CLIENT,
    "vscoderestclient": Profile.REST_CLIENT,
    "jetbrains": Profile.JETBRAINS,
    "intellij": Profile.JETBRAINS,
    "httpyac": Profile.HTTPYAC,
    "kulala": Profile.KULALA,
    "vs": Profile.VISUAL_STUDIO,
    "visualstudio": Profile.VISUAL_STUDIO,
    "rest.nvim": Profile.REST_NVIM,
    "restnvim": Profile.REST_NVIM,
}

_NO_EVIDENCE: frozenset[Profile] = frozenset()
_OAUTH = r"(?i:(?<![^\r\n])Authorization[ \t]*:[ \t]*(?:oauth2|openid)\b)"

_REQUEST_TYPE = r"(?i:(?<![^\r\n])X-Request-Type[ \t]*:)"

_EVIDENCE: tuple[tuple[str, tuple[tuple[Profile, str, str], ...]], ...] = (
    ("$", (
        (Profile.KULALA, "{{$kulala", ""),
        (Profile.JETBRAINS, "$random.", r"\{\{[ \t]*\$random\."),
        (Profile.JETBRAINS, "$isoTimestamp", r"\{\{[ \t]*\$isoTimestamp"),
        (Profile.JETBRAINS, "$projectRoot", r"\{\{[ \t]*\$projectRoot"),
        (Profile.REST_CLIENT, "$guid", r"\{\{[ \t]*\$guid"),
        (Profile.REST_CLIENT, "$processEnv", r"\{\{[ \t]*\$processEnv"),
        (Profile.REST_CLIENT, "$dotenv", r"\{\{[ \t]*\$dotenv"),
        (Profile.REST_CLIENT, "$aad", r"\{\{[ \t]*\$aad"),
        (Profile.REST_CLIENT, "$oidc", r"\{\{[ \t]*\$oidc"),
    )),
    ("{{", (
        (Profile.REST_CLIENT, "{{%", r"\{\{%\w"),
        (Profile.REST_CLIENT, ".response.", r"\.response\.(?:body|headers)\."),
    )),
    ("@", (
        (Profile.KULALA, "@kulala-", r"[#/][ \t]*@kulala-"),
        (Profile.KULALA, "@curl-", r"[#/][ \t]*@curl-"),
        (Profile.JETBRAINS, "@no-auto-encoding", r"[#/][ \t]*@no-auto-encoding"),
        (Profile.HTTPYAC, ":=", r"(?<![^\r\n])[ \t]*@[\w.\-]+[ \t]*:="),
        (Profile.HTTPYAC, "@ref", r"[#/][ \t]*@ref\b"),
        (Profile.HTTPYAC, "@forceRef", r"[#/][ \t]*@forceRef\b"),
        (Profile.HTTPYAC, "@loop", r"[#/][ \t]*@loop\b"),
        (Profile.HTTPYAC, "@ratelimit", r"[#/][ \t]*@ratelimit\b"),
    )),
    ("", (
        (Profile.KULALA, "Shared", r"(?<![^\r\n])#{3,}[ \t]*Shared[ \t]*(?=[\r\n]|\Z)"),
        (Profile.KULALA, "NOP", r"(?<![^\r\n])NOP[ \t]*(?=[\r\n]|\Z)"),
        (Profile.JETBRAINS, "{%", r"(?<![^\r\n])[<>][ \t]*\{%"),
        (Profile.JETBRAINS, "import ", r"(?<![^\r\n])import[ \t]+[^\r\n]*\.http"),
        (Profile.JETBRAINS, "run ", r"(?<![^\r\n])run[ \t]+(?:#|[^\r\n]*\.http)"),
        (Profile.REST_CLIENT, "equest-T", _REQUEST_TYPE),
        (Profile.REST_CLIENT, "equest-t", _REQUEST_TYPE),
        (Profile.REST_CLIENT, "EQUEST-T", _REQUEST_TYPE),
        (Profile.HTTPYAC, "??", r"(?<![^\r\n])\?\?[ \t]"),
        (Profile.HTTPYAC, "gql", r"(?<![^\r\n])[ \t]*gql[ \t]+\w+[ \t]*<"),
        (Profile.HTTPYAC, "auth2", _OAUTH),
        (Profile.HTTPYAC, "Auth2", _OAUTH),
        (Profile.HTTPYAC, "openid", _OAUTH),
    )),
)  # fmt: skip
"""For each text without which nothing of its group is to be found: a profile, a piece of text without which it is not
worth to look, and the pattern of the construct itself, empty where the piece of text is enough. Most blocks have none
of this, and every block is asked."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
