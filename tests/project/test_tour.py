"""The guided tour runs to its end and saves a picture of each step."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

STEPS = [
    "first-start",
    "empty-list",
    "add-key",
    "client-secret",
    "list",
    "sign-in-service",
    "sign-in-log",
    "connect",
    "rehearse-failures",
    "edit-with-a-wrong-name",
    "edit",
    "delete",
    "search-without-match",
]


def test_each_step_has_a_picture(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, "-m", "tests.support.tour", str(tmp_path / "tour")]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=240).stdout
    pictures = sorted((tmp_path / "tour").glob("*.png"))
    assert [picture.stem.split("-", 1)[1] for picture in pictures] == STEPS
    for picture in pictures:
        assert str(picture) in output
        image = QImage(str(picture))
        assert image.width() > 200
        colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
        assert len(colors) > 5, picture  # the picture is not blank
