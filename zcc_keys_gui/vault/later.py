"""Modules that are imported when they are first used, though others name them earlier.

`import keyring` brings along an HTTP client, readers of packages' metadata and more, which keeping and reading an entry
never use and which cost as much as half of a bare window's start.
"""

import importlib
import sys
from types import ModuleType

_METADATA = "importlib.metadata" if sys.version_info >= (3, 12) else "importlib_metadata"
_UNUSED_BY_KEYRING = (_METADATA, "more_itertools", "subprocess", "urllib.request")


class LaterModule(ModuleType):
    """Stands in for a module until one of its names is asked for."""

    def __getattr__(self, name: str) -> object:
        """Return the real module's attribute. Python's own questions, as `__file__`, are no use of the module."""
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def spare_imports_of_keyring() -> None:
    """Let the next `import keyring` import less; nothing is changed for modules that are there already."""
    for name in _UNUSED_BY_KEYRING:
        if name not in sys.modules:
            sys.modules[name] = LaterModule(name)
            package, _, last = name.rpartition(".")
            if package:
                setattr(importlib.import_module(package), last, sys.modules[name])
