"""Memory that Qt and Python have given back, in which a secret may still stand."""

from PySide6.QtCore import QByteArray, QTimer

# In bytes, one for each step of 16 in which short pieces are given; Python leaves those of more than 512 to the system.
_OF_QT, _OF_PYTHON = range(1_031, 0, -16), range(7, 512, 16)
_PIECES_OF_QT, _PIECES_OF_PYTHON = 64, 1_000  # of each size: more than are free, as far as was seen
# A long piece is given wherever there is room for it: these fill it up. A snippet has up to 4,000 bytes.
_LONG = range(8_191, 1_040, -16)
_PIECES_OF_LONG = 4


def write_over_freed_memory() -> None:
    """Write zeros where texts were that nobody has any more, as soon as what is under way is done; takes 9 ms.

    Neither Qt nor Python wipes a text that it gives up, and nobody can reach it then. But who asks for as much memory
    is mostly given the same again.
    """
    QTimer.singleShot(0, _take_and_give_back)


def _take_and_give_back() -> None:
    long = [QByteArray(size, 0) for size in _LONG for _ in range(_PIECES_OF_LONG)]
    of_qt = [QByteArray(size, 0) for size in _OF_QT for _ in range(_PIECES_OF_QT)]
    of_python = [bytes(size) for size in _OF_PYTHON for _ in range(_PIECES_OF_PYTHON)]
    del long, of_qt, of_python
