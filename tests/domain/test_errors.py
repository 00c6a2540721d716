"""Errors have the values that their explanations name."""

from pathlib import Path

import pytest

from zcc_keys_gui.domain import errors


def kinds_of(kind: type[Exception]) -> list[type[Exception]]:
    return [kind, *(each for below in kind.__subclasses__() for each in kinds_of(below))]


@pytest.mark.parametrize(
    "kind",
    [*kinds_of(errors.VaultError), *kinds_of(errors.BackupError), errors.FileNotWrittenError],
    ids=lambda kind: kind.__name__,
)
def test_an_error_about_a_file_names_it(kind: type[errors.VaultError]) -> None:
    path = Path("some") / "vault.db"
    error = kind(path)
    assert error.path == path
    assert str(error) == str(path)


def test_an_error_about_a_name_or_a_limit_has_its_value() -> None:
    taken = errors.NameTakenError("ProdSync")
    assert (taken.name, str(taken)) == ("ProdSync", "ProdSync")
    too_long = errors.SessionValidityTooLongError(3_600)
    assert (too_long.max_seconds, str(too_long)) == (3_600, "3600")
