"""Memory that Qt and Python have given back, in which a secret may still stand."""

from PySide6.QtCore import QByteArray, QTimer

# In bytes: one in each step of 16 in which allocators give memory; texts of up to 200 characters, at up to three bytes.
_SIZES = range(7, 640, 16)
_OF_EACH_SIZE = 64


def write_over_freed_memory() -> None:
    """Write zeros where texts were that nobody has any more, as soon as what is under way is done; takes a millisecond.

    Neither Qt nor Python wipes a text that it gives up, and nobody can reach it then. But who asks for as much memory
    is mostly given the same again.
    """
    QTimer.singleShot(0, _take_and_give_back)


def _take_and_give_back() -> None:
    of_qt = [QByteArray(size, 0) for size in _SIZES for _ in range(_OF_EACH_SIZE)]
    of_python = [bytes(size) for size in _SIZES for _ in range(_OF_EACH_SIZE)]
    del of_qt, of_python
