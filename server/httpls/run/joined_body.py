"""A body of several pieces, each of which can be read again and again."""

from collections.abc import Iterator, Sequence

from httpls_auth.schemes.message import Body, MemoryBody
from httpls_auth.values.labels import PLAIN, Labels


class JoinedBody:
    """The bytes of several bodies one after the other."""

    __slots__ = ("_pieces", "labels", "length")

    def __init__(self, pieces: Sequence[Body]) -> None:
        """Take the pieces in order."""
        self._pieces = tuple(pieces)
        self.length = sum(piece.length for piece in self._pieces)
        labels: Labels = PLAIN
        for piece in self._pieces:
            labels = labels | piece.labels
        self.labels = labels

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes from the start. Raises `BodyChangedError` for a file that is not what it was before."""
        for piece in self._pieces:
            yield from piece.chunks()


def joined_body(pieces: Sequence[Body]) -> Body:
    """Return one body of the pieces: in memory if all of them are."""
    if len(pieces) == 1:
        return pieces[0]
    if all(isinstance(piece, MemoryBody) for piece in pieces):
        body = JoinedBody(pieces)
        return MemoryBody(b"".join(body.chunks()), body.labels)
    return JoinedBody(pieces)
