"""Values that are the same only if they are the very same objects: to remember what was made of them."""

from typing import TypeVar

T = TypeVar("T")


class Same(tuple[T, ...]):
    """A tuple that equals another one of the very same objects; to compare declarations word by word takes long.

    As a key it keeps its objects, so that no other one can come to stand at their address.
    """

    __slots__ = ()

    def __hash__(self) -> int:
        """By the addresses of its objects."""
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        """Whether it has the very same objects."""
        return isinstance(other, Same) and tuple(map(id, self)) == tuple(map(id, other))

    def __ne__(self, other: object) -> bool:
        """Whether it does not: a tuple would compare word by word."""
        return not self == other
