"""What a misreading is, and the tools that may read something differently."""

from typing import NamedTuple

from httpls.model.dynamic.description import Tool
from httpls_grammar import Profile
from httpls_grammar.text import Range


class Misreading(NamedTuple):
    """A place, the tools that read it differently, how they do, and what all read alike."""

    range: Range
    tools: frozenset[Profile]
    reading: str
    remedy: str


JB, RC, HY, KU, VS, RN = (
    Profile.JETBRAINS, Profile.REST_CLIENT, Profile.HTTPYAC, Profile.KULALA, Profile.VISUAL_STUDIO, Profile.REST_NVIM,
)  # fmt: skip
ALL = frozenset((JB, RC, HY, KU, VS, RN))
TOOLS = {
    JB: Tool.JETBRAINS, RC: Tool.REST_CLIENT, HY: Tool.HTTPYAC, KU: Tool.KULALA, VS: Tool.VISUAL_STUDIO,
    RN: Tool.REST_NVIM,
}  # fmt: skip
"""The tools by the profile that means their files."""
