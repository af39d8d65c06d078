"""Labels: what must be known about a value wherever it goes."""

from typing import NamedTuple

from httpls_auth.values.origin import Origin


class Labels(NamedTuple):
    """The labels of a value.

    `secret` says why it may not be shown, None if it may. `origins` are the only origins to which it may be sent,
    None if it may go anywhere; a host that begins with `*.` stands for all hosts below that name.
    """

    secret: str | None = None
    origins: frozenset[Origin] | None = None

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing is to be heeded."""
        return self.secret is None and self.origins is None

    def allows(self, origin: Origin) -> bool:
        """Tell whether a value with these labels may be sent to `origin`."""
        return self.origins is None or any(covers(allowed, origin) for allowed in self.origins)

    def __or__(self, other: object) -> "Labels":
        """Unite labels: secret if one of them is, allowed only where both are."""
        if not isinstance(other, Labels):
            return NotImplemented
        if self.is_plain or self == other:
            return other
        if other.is_plain:
            return self
        origins = self.origins if other.origins is None else other.origins
        if self.origins is not None and other.origins is not None:
            origins = _common(self.origins, other.origins)
        return Labels(self.secret or other.secret, origins)


def covers(allowed: Origin, origin: Origin) -> bool:
    """Tell whether an allowed origin, which may be a pattern such as `https://*.example.com`, is or means `origin`."""
    if allowed == origin:
        return True
    is_pattern = allowed.host.startswith("*.") and len(origin.host) > len(allowed.host) - 1
    return is_pattern and allowed[::2] == origin[::2] and origin.host.endswith(allowed.host[1:])


def _common(some: frozenset[Origin], others: frozenset[Origin]) -> frozenset[Origin]:
    """Return what both allow; of a pattern and an origin that it means, the origin."""
    found = [one for one in some if any(covers(other, one) for other in others)]
    return frozenset([*found, *[other for other in others if any(covers(one, other) for one in some)]])


PLAIN = Labels()
"""The labels of a value that may be shown and sent anywhere."""
