"""The properties that Windows shows for the exe: version, company, description and copyright."""

import re
import sys

from zcc_keys_gui import __copyright__, __version__

if sys.platform == "win32":
    from PyInstaller.utils.win32.versioninfo import (
        FixedFileInfo,
        StringFileInfo,
        StringStruct,
        StringTable,
        VarFileInfo,
        VarStruct,
        VSVersionInfo,
    )

COMPANY = "The ZCC Keys authors"
PRODUCT = "ZCC Keys"

_ENGLISH, _UNICODE = 0x0409, 1200  # language and code page of the texts (VarFileInfo)
_FOR_WINDOWS, _A_PROGRAM = 0x00040004, 0x1  # VOS_NT_WINDOWS32, VFT_APP (verrsrc.h)


def numbers(version: str) -> tuple[int, int, int, int]:
    """Return the four numbers that Windows compares, such as (1, 2, 3, 0) for `1.2.3rc1`.

    Raises `ValueError` if the version does not begin with three numbers.
    """
    three = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if three is None:
        raise ValueError(version)
    return int(three[1]), int(three[2]), int(three[3]), 0


if sys.platform == "win32":

    def version_info(exe: str) -> VSVersionInfo:
        """Return the version resource of the exe with that name for PyInstaller."""
        texts = {
            "CompanyName": COMPANY,
            "FileDescription": PRODUCT,
            "FileVersion": __version__,
            "InternalName": PRODUCT,
            "LegalCopyright": __copyright__,
            "OriginalFilename": exe,
            "ProductName": PRODUCT,
            "ProductVersion": __version__,
        }
        table = StringTable(f"{_ENGLISH:04x}{_UNICODE:04x}", [StringStruct(name, text) for name, text in texts.items()])
        version = numbers(__version__)
        return VSVersionInfo(
            ffi=FixedFileInfo(filevers=version, prodvers=version, OS=_FOR_WINDOWS, fileType=_A_PROGRAM),
            kids=[StringFileInfo([table]), VarFileInfo([VarStruct("Translation", [_ENGLISH, _UNICODE])])],
        )
