"""Fixtures for the tests of faults."""

from collections.abc import Iterator

import pytest

from tests.reliability import figures
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture


@pytest.fixture(autouse=True)
def counted(request: pytest.FixtureRequest) -> Iterator[None]:
    """Count each test as a fault in the report of reliability."""
    yield
    what = request.function.__name__.removeprefix("test_").replace("_", " ")
    figures.count("faults", what, 1)
