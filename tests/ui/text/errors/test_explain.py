"""What the windows say about errors."""

from pathlib import Path

from zcc_keys_gui.domain import errors
from zcc_keys_gui.ui.text.errors.explain import explain

PATH = Path("folder") / "vault.db"


def all_errors() -> list[errors.ZccKeysError]:
    """Return an error of every class."""
    found: list[errors.ZccKeysError] = []
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.ZccKeysError):
            if issubclass(kind, errors.VaultError | errors.BackupError | errors.FileNotWrittenError):
                found.append(kind(PATH))
            elif kind is errors.SessionValidityTooLongError:
                found.append(kind(3_600))
            elif kind is errors.NameTakenError:
                found.append(kind("ProdSync"))
            else:
                found.append(kind())
    return found


def test_every_error_says_what_happened_and_what_to_do() -> None:
    explanations = {}
    for error in all_errors():
        explanation = explain(error)
        assert explanation.summary.endswith(".")
        assert explanation.next_step
        assert "Error" not in explanation.summary + explanation.next_step
        if isinstance(error, errors.VaultError):
            assert str(PATH) in explanation.details
            assert str(PATH) not in explanation.without_path
        explanations[type(error)] = explanation
    # The base classes and files that can't be reached share the general sentences.
    general = {errors.ZccKeysError, errors.VaultError, errors.VaultUnreachableError, errors.BackupError}
    distinct = {explanation.summary for kind, explanation in explanations.items() if kind not in general}
    assert len(distinct) == len(explanations) - len(general)


def test_an_unexpected_error_is_called_unexpected() -> None:
    assert explain(ZeroDivisionError("1 / 0")).summary == "Something unexpected happened."
