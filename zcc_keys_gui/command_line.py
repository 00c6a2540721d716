"""Parses the command line, and shows messages about wrong options."""

import argparse
import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from platformdirs import user_data_path

from zcc_keys_gui import __version__
from zcc_keys_gui.platform.files import to_long_path
from zcc_keys_gui.platform.start_message import flush_output, show_start_message

# These can't be in `ui/text`, because importing the package `ui` needs Qt, which may be the problem.
_DESCRIPTION = "Keep local API keys in an encrypted vault."
_DATA_FOLDER_HELP = "the folder of the vault; without this option, a folder in your profile"
_VERSION = f"ZCC Keys {__version__}"
_NO_FOLDER = "the name of the folder is missing"
_IMPOSSIBLE_NAME = "this name contains characters that are not allowed in folder names"
_UNKNOWN_HOME = "the home folder that {text} refers to is unknown"
_NO_CURRENT_FOLDER = "the current folder no longer exists, so {text} can't be found in it; use the full path"
_NO_HOME = "your home folder is unknown; set HOME, or use --data-folder"


def data_folder(arguments: list[str]) -> Path:
    """Return the absolute folder for the vault that the arguments name.

    Raises `SystemExit` for wrong arguments, `--help` and `--version`, after showing a message or the text that was
    asked for.
    """
    # Shown at the end, because a windowed exe has no streams that argparse could write to.
    output = io.StringIO()
    parser = _parser()
    try:
        with redirect_stdout(sys.stdout or output), redirect_stderr(output):
            folder: Path | None = parser.parse_args(arguments).data_folder or _default_folder()
            if folder is None:
                parser.error(_NO_HOME)
            return folder
    except SystemExit:
        if output.getvalue():
            show_start_message(output.getvalue().strip())
        flush_output()
        raise


def _parser() -> argparse.ArgumentParser:
    command = Path(sys.executable).name if getattr(sys, "frozen", False) else "zcc-keys-gui"
    parser = argparse.ArgumentParser(prog=command, description=_DESCRIPTION)
    parser.add_argument("--data-folder", type=_absolute_folder, metavar="FOLDER", help=_DATA_FOLDER_HELP)
    parser.add_argument("--version", action="version", version=_VERSION)
    return parser


def _absolute_folder(text: str) -> Path:
    """Return the absolute folder that an argument names. Raises `ArgumentTypeError` if it names none."""
    if not text.strip():
        raise argparse.ArgumentTypeError(_NO_FOLDER)
    try:
        if "\0" in os.fsdecode(os.fsencode(text)):
            raise ValueError
        folder = Path(text).expanduser().absolute()
    except ValueError as error:
        raise argparse.ArgumentTypeError(_IMPOSSIBLE_NAME) from error
    except RuntimeError as error:  # raised for `~` and `~name`
        raise argparse.ArgumentTypeError(_UNKNOWN_HOME.format(text=text)) from error
    except OSError as error:
        raise argparse.ArgumentTypeError(_NO_CURRENT_FOLDER.format(text=text)) from error
    return to_long_path(folder)


def _default_folder() -> Path | None:
    """Return the folder in the user's profile; None if no home folder is known."""
    folder = user_data_path("ZCC Keys", appauthor=False)
    return folder if folder.is_absolute() else None  # otherwise it begins with `~`
