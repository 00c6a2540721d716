"""How much memory this process has, in MiB."""

import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS (psapi.h)."""

        _fields_ = (
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("further_counters", ctypes.c_size_t * 6),
        )

    def resident_memory_mib() -> float:
        """Return the memory that is in RAM now, own and shared."""
        return float(_counters().WorkingSetSize) / 2**20

    def peak_memory_mib() -> float:
        """Return the highest resident memory so far."""
        return float(_counters().PeakWorkingSetSize) / 2**20

    def _counters() -> _Counters:
        counters = _Counters(cb=ctypes.sizeof(_Counters))
        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.GetCurrentProcess.restype = wintypes.HANDLE
        kernel32.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD]
        kernel32.K32GetProcessMemoryInfo(kernel32.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
        return counters

else:

    def resident_memory_mib() -> float:
        """Return the memory that is in RAM now, own and shared."""
        return _status_mib("VmRSS:")

    def peak_memory_mib() -> float:
        """Return the highest resident memory so far."""
        return _status_mib("VmHWM:")

    def _status_mib(field: str) -> float:
        with open("/proc/self/status", encoding="utf-8") as status:  # noqa: PTH123  pathlib itself would use memory
            return next(int(line.split()[1]) for line in status if line.startswith(field)) / 1_024
