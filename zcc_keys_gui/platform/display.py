"""Finds out whether Qt can connect to a display. If it can't, it aborts the process with its own message."""

import ctypes
import os
import socket
import sys

_INVISIBLE_PLATFORMS = ("offscreen", "minimal", "vnc")


def can_start_qt() -> bool:
    """Return whether Qt finds the display that the environment names, or needs none; always True except on Linux.

    This does not notice if a plugin of Qt, or a library that a plugin needs, is missing; Qt's own message names it.
    """
    return sys.platform in ("win32", "darwin") or any(map(_can_connect, _list_platforms()))


def can_show_box() -> bool:
    """Return whether the user would see a message box."""
    return not any(platform in _INVISIBLE_PLATFORMS for platform in _list_platforms()) and can_start_qt()


def _list_platforms() -> list[str]:
    """Return Qt's names of the display systems that it tries, such as `xcb`."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "") or "wayland;xcb"
    return [each.partition(":")[0] for each in chosen.split(";")]


def _can_connect(platform: str) -> bool:
    if platform.startswith("wayland"):
        return _can_reach_wayland(is_chosen="QT_QPA_PLATFORM" in os.environ)
    return _can_reach_x_server() if platform == "xcb" else True


def _can_reach_wayland(*, is_chosen: bool) -> bool:
    """Return whether a compositor listens where wl_display_connect(3) of libwayland looks for it."""
    if os.environ.get("WAYLAND_SOCKET"):  # an open connection, which can be used only once
        return True
    display = os.environ.get("WAYLAND_DISPLAY", "")
    if not display and (is_chosen or os.environ.get("XDG_SESSION_TYPE") == "wayland"):
        display = "wayland-0"
    if not display or sys.platform == "win32":
        return False
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), display))  # noqa: PTH118  no file
        except OSError:
            return False
    return True


def _can_reach_x_server() -> bool:
    """Return whether an X server accepts this program, using the same library as Qt."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:  # Qt reports the missing library
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    has_failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not has_failed
