"""Loading modules in a second thread while the first one loads others."""

import importlib
import sys
from contextlib import suppress
from threading import Thread


def import_ahead(*modules: str) -> None:
    """Begin to import `modules`; a later `import` of one finds it there, or waits for it, or tells what is wrong.

    Windows has each file and library that is opened looked at by the virus scanner, and Python lets other threads run
    meanwhile. Elsewhere nothing is begun: modules load so fast there that two threads only get in each other's way.
    """
    if sys.platform == "win32":
        Thread(target=_import, args=modules, name="import ahead").start()


def _import(*modules: str) -> None:
    with suppress(Exception):
        for module in modules:
            importlib.import_module(module)
