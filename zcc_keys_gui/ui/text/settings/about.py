"""The texts of Help > About."""

from zcc_keys_gui.ui.text.values import PROGRAM

TITLE = f"About {PROGRAM}"
VERSION = "{program} {version}"
ABOUT = (
    f"{PROGRAM} keeps API keys on this computer, so that you can rehearse Zscaler Client Connector automation.\n\n"
    'This program is independent of Zscaler. "Zscaler" is a trademark of its owner. MIT license.\n\n'
    "Qt is used under the LGPL 3.0. You can replace its libraries."
)
COMPONENTS = "Components of the program"
HEADINGS = ("Component", "Purpose", "License")
LICENSE_TEXT = "License text"
