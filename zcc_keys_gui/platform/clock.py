"""A clock that cannot be set, and that keeps running while the computer sleeps."""

import sys
import time


def seconds_including_sleep() -> float:
    """Return the seconds since some fixed moment, including the time that the computer was asleep.

    `time.monotonic` stops during sleep on Linux and macOS (man pages of clock_gettime). On Windows it doesn't: Python
    reads GetTickCount64 or QueryPerformanceCounter there, and both include sleep (Microsoft, "Acquiring high-resolution
    time stamps").
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # mach_continuous_time, unlike Python's own monotonic clock
    return time.monotonic()
