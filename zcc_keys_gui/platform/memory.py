"""Overwrites freed memory that contained a secret.

Neither Python nor the C library clears the memory of a deleted object, and the program can no longer reach it. But an
allocator usually hands out the block that was freed last, so requesting more blocks of a size than are free also
returns the one with the secret. No allocator promises that; `tests/program/test_memory.py` checks it on Linux.
"""

import ctypes

_BLOCK_STEP = 16  # bytes between two sizes of blocks, in Python and in the C library
_MAX_PYTHON_OBJECT = 512  # bytes; Python gets the memory of larger objects from the C library
_PYTHON_BLOCKS = 1_000  # of each size: more than were ever seen free
_MAX_SHORT_TEXT, _MAX_LONG_TEXT = 1_040, 8_208  # bytes; a snippet with a secret has up to 4,000 characters
_BLOCKS_FOR_SHORT_TEXTS, _BLOCKS_FOR_LONG_TEXTS = 64, 4  # of each size: more than were ever seen free
_KEY_BLOCKS = 10_000  # more than were ever seen free

_allocate = ctypes.pythonapi.PyMem_RawMalloc
_allocate.restype = ctypes.c_void_p
_allocate.argtypes = (ctypes.c_size_t,)
_free = ctypes.pythonapi.PyMem_RawFree
_free.restype = None
_free.argtypes = (ctypes.c_void_p,)


def overwrite_freed_memory() -> None:
    """Write zeros over what Python, and Qt in the calling thread, have freed; takes about 9 ms.

    Call it when no function that is still running holds the secret, for example from a timer.
    """
    blocks = [
        _allocate_zeroed_block(size)
        for sizes, count in (
            # From large to small, because a free block that is large enough may be split for a smaller one.
            (range(_MAX_LONG_TEXT, _MAX_SHORT_TEXT, -_BLOCK_STEP), _BLOCKS_FOR_LONG_TEXTS),
            (range(_MAX_SHORT_TEXT, 0, -_BLOCK_STEP), _BLOCKS_FOR_SHORT_TEXTS),
        )
        for size in sizes
        for _ in range(count)
    ]
    objects = [bytes(size) for size in range(7, _MAX_PYTHON_OBJECT, _BLOCK_STEP) for _ in range(_PYTHON_BLOCKS)]
    del objects
    for block in blocks:
        _free(block)


def overwrite_freed_keys(key_bytes: int) -> None:
    """Write zeros over the `bytes` objects of this length that Python has freed; takes about 0.5 ms."""
    objects = [bytes(key_bytes) for _ in range(_KEY_BLOCKS)]
    del objects


def _allocate_zeroed_block(size: int) -> int:
    """Return the address of a block of zeros. Raises `MemoryError`."""
    # Not PyMem_RawCalloc: glibc's calloc does not use the blocks that the thread freed last.
    block = _allocate(size)
    if block is None:
        raise MemoryError
    ctypes.memset(block, 0, size)
    return int(block)
