"""Kills a process just before one of its system calls that change something, with ptrace(2) of Linux."""

import ctypes
import os
import platform
import signal
import sys

_TRACE_ME, _PEEK_USER, _SYSCALL, _SET_OPTIONS = 0, 3, 24, 0x4200
_MARK_CALLS, _KILL_AT_EXIT = 0x01, 0x100000  # PTRACE_O_TRACESYSGOOD, PTRACE_O_EXITKILL
_CALL_NUMBER_OFFSET = 15 * 8  # orig_rax in struct user of x86-64

# On x86-64: write, pwrite64, writev, sendfile, truncate, ftruncate, rename, mkdir, rmdir, creat, link, unlink, symlink,
# chmod, fchmod, mkdirat, unlinkat, renameat, linkat, symlinkat, fchmodat, utimensat, fallocate, pwritev, renameat2,
# copy_file_range. A file that `open` creates is there when the next of these calls comes. On other processors, all
# calls count.
_CHANGING_CALLS = frozenset(
    (1, 18, 20, 40, 76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 258, 263, 264, 265, 266, 268, 280, 285, 296, 316, 326)
)

if sys.platform == "linux":
    _AT_CALL = signal.SIGTRAP | 0x80
    _libc = ctypes.CDLL(None, use_errno=True)
    _libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    _libc.ptrace.restype = ctypes.c_long

    def let_parent_trace() -> None:
        """Stop this process until its parent calls `run_traced`."""
        _ptrace(_TRACE_ME, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)

    def run_traced(child: int, until: int | None) -> tuple[int, bool]:
        """Continue a child that has called `let_parent_trace`, and kill it before call number `until`, counted from 0.

        If `until` is None, or the child makes fewer calls, it runs to its end. Return how many calls it made, and
        whether it was killed.
        """
        os.waitpid(child, 0)
        _ptrace(_SET_OPTIONS, child, _MARK_CALLS | _KILL_AT_EXIT)
        calls, is_inside, signal_to_deliver = 0, False, 0
        while True:
            _ptrace(_SYSCALL, child, signal_to_deliver)
            _, status = os.waitpid(child, 0)
            if not os.WIFSTOPPED(status):
                return calls, os.WIFSIGNALED(status)
            stopped_by = os.WSTOPSIG(status)
            signal_to_deliver = 0 if stopped_by == _AT_CALL else stopped_by
            if stopped_by != _AT_CALL:
                continue
            is_inside = not is_inside
            if is_inside and _changes_something(child):
                if calls == until:
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
                    return calls, True
                calls += 1

    def _changes_something(child: int) -> bool:
        if platform.machine() != "x86_64":
            return True
        return _ptrace(_PEEK_USER, child, 0, _CALL_NUMBER_OFFSET) in _CHANGING_CALLS

    def _ptrace(request: int, process: int, data: int, address: int = 0) -> int:
        result = int(_libc.ptrace(request, process, address, data))
        if result == -1:
            raise OSError(ctypes.get_errno(), "ptrace")
        return result
