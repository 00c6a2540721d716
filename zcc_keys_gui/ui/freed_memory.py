"""Memory that Qt and Python have given back, in which a secret may still stand."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QByteArray, QTimer

# In bytes, one for each step of 16 in which short pieces are given; Python leaves those of more than 512 to the system.
_OF_QT, _OF_PYTHON = range(1_031, 0, -16), range(7, 512, 16)
# A long piece is given wherever there is room for it: these fill it up. A snippet has up to 4,000 bytes.
_LONG = range(8_191, 1_040, -16)
_PAUSE = 1  # millisecond; not 0, where Qt would do the next step before it paints
_Step = tuple[Callable[[int], object], Sequence[int], int]
"""What gives a piece that holds zeros; the sizes; how many of each: more than are free, as far as was seen."""


def write_over_freed_memory() -> None:
    """Write zeros where texts were that nobody has any more, as soon as what is under way is done.

    Neither Qt nor Python wipes a text that it gives up, and nobody can reach it then. But who asks for as much memory
    is mostly given the same again. It takes 15 ms, in steps of which each is shorter than a frame.
    """
    QTimer.singleShot(0, partial(_take, _STEPS, []))


def _take(steps: Sequence[_Step], taken: list[object]) -> None:
    """Take what a step says, and keep it until the last step: else that would be given the same memory again."""
    (zeros, sizes, pieces), *others = steps
    taken.append([zeros(size) for size in sizes for _ in range(pieces)])
    if others:
        QTimer.singleShot(_PAUSE, partial(_take, others, taken))


def _zeros_of_qt(size: int) -> QByteArray:
    return QByteArray(size, 0)


_STEPS: tuple[_Step, ...] = (
    (_zeros_of_qt, _LONG, 4),
    (_zeros_of_qt, _OF_QT, 64),
    (bytes, _OF_PYTHON[:16], 1_000),
    (bytes, _OF_PYTHON[16:], 1_000),
)
