"""Imports modules in a second thread while the main thread imports others."""

import importlib
import sys
from contextlib import suppress
from threading import Thread


def import_ahead(*modules: str) -> None:
    """Begin to import `modules`. A later `import` of one of them uses it, waits for it, or reports its error.

    On Windows, the virus scanner checks each file and library that is opened, and Python runs other threads meanwhile.
    Other systems load modules so fast that two threads would only delay each other, so nothing is imported there.
    """
    if sys.platform == "win32":
        Thread(target=_import, args=modules, name="import ahead").start()


def _import(*modules: str) -> None:
    with suppress(Exception):
        for module in modules:
            importlib.import_module(module)
