"""Kills a process just before a certain one of its system calls that change something: Linux' ptrace(2)."""

import ctypes
import os
import platform
import signal
import sys

_TRACE_ME, _PEEK_USER, _KILL, _SYSCALL, _SET_OPTIONS = 0, 3, 8, 24, 0x4200
_MARK_CALLS, _KILL_AT_EXIT = 0x01, 0x100000  # PTRACE_O_TRACESYSGOOD, PTRACE_O_EXITKILL
_NUMBER_OF_CALL = 15 * 8  # orig_rax in struct user of x86-64

# Of x86-64: write, pwrite64, writev, sendfile, truncate, ftruncate, rename, mkdir, rmdir, creat, link, unlink, symlink,
# chmod, fchmod, mkdirat, unlinkat, renameat, linkat, symlinkat, fchmodat, utimensat, fallocate, pwritev, renameat2,
# copy_file_range. What is opened and made by that is there when the next of them comes. Elsewhere, all calls count.
_CHANGING = frozenset(
    (1, 18, 20, 40, 76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 258, 263, 264, 265, 266, 268, 280, 285, 296, 316, 326)
)

if sys.platform == "linux":
    _AT_CALL = signal.SIGTRAP | 0x80
    _libc = ctypes.CDLL(None, use_errno=True)
    _libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    _libc.ptrace.restype = ctypes.c_long

    def let_parent_trace() -> None:
        """Stop this process until its parent lets it go on by `run`."""
        _trace(_TRACE_ME, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)

    def run(child: int, until: int | None) -> tuple[int, bool]:
        """Let a child go on that has called `let_parent_trace`; kill it just before its so-manieth call, from 0 on.

        Where that is None, or it makes no so many, it goes on to its end. Returns how many it made, and whether it was
        killed.
        """
        os.waitpid(child, 0)
        _trace(_SET_OPTIONS, child, _MARK_CALLS | _KILL_AT_EXIT)
        calls, is_inside, passed_on = 0, False, 0
        while True:
            _trace(_SYSCALL, child, passed_on)
            _, status = os.waitpid(child, 0)
            if not os.WIFSTOPPED(status):
                return calls, os.WIFSIGNALED(status)
            stopped_by = os.WSTOPSIG(status)
            passed_on = 0 if stopped_by == _AT_CALL else stopped_by
            if stopped_by != _AT_CALL:
                continue
            is_inside = not is_inside
            if is_inside and _changes(child):
                if calls == until:
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
                    return calls, True
                calls += 1

    def _changes(child: int) -> bool:
        if platform.machine() != "x86_64":
            return True
        return _trace(_PEEK_USER, child, 0, _NUMBER_OF_CALL) in _CHANGING

    def _trace(request: int, process: int, data: int, address: int = 0) -> int:
        found = int(_libc.ptrace(request, process, address, data))
        if found == -1:
            raise OSError(ctypes.get_errno(), "ptrace")
        return found
