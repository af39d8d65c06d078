"""The grammar of request files: text in, a lossless tree with problems out. No I/O, no HTTP, no editor protocol.

`parse(text)` never fails. Its answer, a `Document`, has the requests in order, the problems with place and remedy,
and the blocks with their nodes; `Document.edited` re-parses only what an edit touches.
"""

from httpls_grammar.document import Document, Request, parse
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.profile import Profile
from httpls_grammar.text import Position, Range

__all__ = ["Document", "Position", "Problem", "ProblemKind", "Profile", "Range", "Request", "Severity", "parse"]
