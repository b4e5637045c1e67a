"""Sets of places as whole numbers, one bit for each: `&`, `|` and `bit_count` take microseconds."""

from collections.abc import Sequence

from numpy.typing import NDArray

from search.arrays import np

#: Places in some order.
Places = NDArray[np.intp]
#: For each place whether it belongs to the set.
Marks = NDArray[np.bool_]


def set_of(places: Places | Sequence[int]) -> int:
    """The set with these places."""
    places = np.asarray(places, np.intp)
    marks = np.zeros(int(places.max(initial=-1)) + 1, bool)
    marks[places] = True
    return set_where(marks)


def set_where(marks: Marks) -> int:
    """The set of the marked places."""
    return int.from_bytes(np.packbits(marks, bitorder="little").tobytes(), "little")


def those_in(places: Places, chosen: int) -> Places:
    """Of these places, those in the set, in their order."""
    size = int(places.max(initial=-1)) + 1
    packed = chosen.to_bytes(max(1, (chosen.bit_length() + 7) // 8), "little")
    marks = np.unpackbits(np.frombuffer(packed, np.uint8), count=size, bitorder="little")
    return places[marks[places] > 0]
