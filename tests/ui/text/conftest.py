"""Locales in which sentences are tested."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale


@pytest.fixture(params=["en_US", "C"])
def english(request: pytest.FixtureRequest) -> Iterator[None]:
    """Use an English locale, or none, for which the program uses English too."""
    yield from _use(QLocale.c() if request.param == "C" else QLocale(request.param))


@pytest.fixture
def german() -> Iterator[None]:
    """Use a German locale."""
    yield from _use(QLocale("de_DE"))


def _use(locale: QLocale) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(locale)
    yield
    QLocale.setDefault(before)
