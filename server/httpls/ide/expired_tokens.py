"""JSON Web Tokens that stand in a file and are not valid any more."""

import re
from collections.abc import Iterator

from httpls.ide.jwt_text import TOKEN, expiry_of, span
from httpls.model.late_problems import EXPIRED_TOKEN
from httpls_grammar.problems import Problem
from httpls_grammar.text import Range

_SAYS_SOMETHING = re.compile(r"""[ \t]*(?:@|#|//|"|[!#$%&'*+.^`|~\w-]+[ \t]*[:=])""")
MOST = 200


def expired_tokens(text: str, now: float) -> Iterator[Problem]:
    """Yield a problem for each token in a variable, a header field, a directive or a value that has expired.

    What stands in bodies and in saved responses may be as old as it likes. `now` is in seconds since the epoch.
    """
    if "eyJ" not in text:
        return
    for number, match in enumerate(TOKEN.finditer(text)):
        if number == MOST:
            return
        start = text.rfind("\n", 0, match.start()) + 1
        if _SAYS_SOMETHING.match(text, start) is None:
            continue
        expiry = expiry_of(match.group())
        if expiry is not None and expiry < now:
            yield EXPIRED_TOKEN.at(Range(*match.span()), ago=span(now - expiry))
