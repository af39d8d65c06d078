"""Splits a block at its method lines, as httpyac does; only for files that are said to be httpyac's."""

from itertools import pairwise

from httpls_grammar.lines import BLANK, COMMENT, DIRECTIVE, REQUEST, VARIABLE, classify
from httpls_grammar.structure import pieces_of


def split_at_methods(text: str) -> list[str]:
    """Return the pieces of a block, each with at most one request.

    Comments, directives and variables right above a method line go with it.
    """
    lines = classify(text)
    pieces = pieces_of(lines.kinds)
    requests = [piece.first for piece in pieces if piece.kind in ("REQUEST_LINE", "CURL", "PLACEHOLDER")]
    if not requests:
        return [text]
    cuts = [0]
    inside_script = {line for piece in pieces if piece.kind in _ATOMIC for line in range(piece.first, piece.end)}
    for line in range(requests[0] + 1, len(lines.kinds)):
        if lines.kinds[line] != REQUEST or line in inside_script:
            continue
        begin = line
        while begin - 1 > requests[0] and lines.kinds[begin - 1] in _GOES_WITH_NEXT:
            begin -= 1
        begin += len(lines.kinds[begin:line]) - len(lines.kinds[begin:line].lstrip(BLANK))
        if lines.starts[begin] > cuts[-1]:
            cuts.append(lines.starts[begin])
    cuts.append(len(text))
    return [text[start:end] for start, end in pairwise(cuts)]


_GOES_WITH_NEXT = COMMENT + DIRECTIVE + VARIABLE + BLANK
_ATOMIC = frozenset(("SCRIPT", "HANDLER", "SCRIPT_BLOCK", "BLOCK_COMMENT", "EXAMPLE"))
