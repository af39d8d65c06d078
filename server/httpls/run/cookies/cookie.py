"""One cookie, as a jar holds it (RFC 6265bis, section 5.7)."""

from enum import Enum
from typing import NamedTuple, TypeAlias

Key: TypeAlias = tuple[str, str, bool, str]
"""What makes two cookies the same: name, domain, whether it is for that host alone, path."""


class SameSite(Enum):
    """Whether a cookie goes along when another site causes the request. What a person sends is caused by no site."""

    STRICT = "strict"
    LAX = "lax"
    NONE = "none"
    UNSPECIFIED = "unspecified"


class Cookie(NamedTuple):
    """A cookie. Times are in seconds since the epoch; without `expires_at` it ends with the session.

    `domain` is in lower case and ASCII, without a dot before it; `is_host_only` says that it is for that host alone and
    not for those below. In `name` and `value`, bytes that are no UTF-8 are kept as surrogates (PEP 383).
    """

    name: str
    value: str
    domain: str
    path: str = "/"
    is_host_only: bool = True
    is_secure: bool = False
    is_http_only: bool = False
    same_site: SameSite = SameSite.UNSPECIFIED
    expires_at: float | None = None
    created_at: float = 0.0
    used_at: float = 0.0

    @property
    def key(self) -> Key:
        """What makes it that cookie."""
        return (self.name, self.domain, self.is_host_only, self.path)

    @property
    def pair(self) -> str:
        """The cookie as the field `Cookie` writes it; one without a name is its value alone."""
        return f"{self.name}={self.value}" if self.name else self.value

    def has_expired(self, now: float) -> bool:
        """Tell whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now
