"""What the program says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from zcc_keys_gui.domain import errors
from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.key_name import NameFault, NameProblem, name_problem
from zcc_keys_gui.domain.session_validity import ValidityProblem
from zcc_keys_gui.domain.simulated_failures import Failure, SimulatedFailures
from zcc_keys_gui.ui.text import fields, sign_in, values
from zcc_keys_gui.ui.text.errors import explain
from zcc_keys_gui.ui.text.keys import key_list

PATH = Path("folder") / "vault.db"


@pytest.fixture(params=["en_US", "C"])
def english(request: pytest.FixtureRequest) -> Iterator[None]:
    yield from _locale(request.param)


@pytest.fixture
def german() -> Iterator[None]:
    yield from _locale("de_DE")


def _locale(name: str) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(name) if name != "C" else QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (30, "30 seconds"),
        (60, "60 seconds = 1 minute"),
        (3_600, "3,600 seconds = 1 hour"),
        (5_400, "5,400 seconds = 1 hour 30 minutes"),
        (86_400, "86,400 seconds = 1 day"),
        (999_999_999, "999,999,999 seconds = 11,574 days 1 hour 46 minutes 39 seconds"),
    ],
)
def test_the_hint_says_seconds_in_words(seconds: int, said: str) -> None:
    assert fields.validity_hint(seconds) == said


@pytest.mark.usefixtures("german")
def test_numbers_are_grouped_as_the_locale_does() -> None:
    assert values.number_words(999_999_999) == "999.999.999"
    assert fields.validity_hint(3_600) == "3.600 seconds = 1 hour"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("locale", ["en_US", "de_DE", "de_CH", "fr_FR", "en_IN", "ar_EG", "fa_IR"])
def test_an_interval_is_understood_as_it_is_shown(locale: str) -> None:
    QLocale.setDefault(QLocale(locale))
    for seconds in (30, 3_600, 86_400, 999_999_999):
        assert values.session_validity_in(f" {values.number_words(seconds)} ") == seconds
    for wrong in ("3600.5", "-30", "+60", "1e3", "3,6,00", "an hour"):
        assert values.session_validity_in(wrong) is ValidityProblem.NOT_WHOLE_SECONDS
    assert values.session_validity_in(values.number_words(29)) is ValidityProblem.TOO_SHORT


@pytest.mark.usefixtures("english")
def test_counts_have_their_plural() -> None:
    assert [values.counted(number, "key") for number in (0, 1, 2, 100_000)] == [
        "0 keys",
        "1 key",
        "2 keys",
        "100,000 keys",
    ]


@pytest.mark.usefixtures("english")
def test_a_time_of_today_has_no_date() -> None:
    now = datetime.now(UTC)
    assert values.time_words(now) == now.astimezone().strftime("today %H:%M")
    assert values.time_words(datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) == "2 Mar 2026"
    local = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC).astimezone()
    assert values.full_time_words(local) == local.strftime("%Y-%m-%d %H:%M:%S")
    assert "today" not in values.time_words(now - timedelta(days=2))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"),
        (59, "just now"),
        (61, "1 minute ago"),
        (3_599, "59 minutes ago"),
        (3_601, "1 hour ago"),
        (2 * 3_600 + 5, "2 hours ago"),
        (86_399, "23 hours ago"),
    ],
)
def test_how_long_ago_a_time_was(seconds: int, said: str) -> None:
    when = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert values.ago_words(when, when + timedelta(seconds=seconds)) == said


def test_a_time_of_another_day_or_to_come_is_said_as_a_time() -> None:
    now = datetime.now(UTC)
    for when in (now - timedelta(days=1, seconds=5), now + timedelta(hours=1)):  # by a clock that was wrong
        assert values.ago_words(when, now) == values.time_words(when)


def test_status_is_said_in_words_not_by_a_mark_alone() -> None:
    assert [key_list.status_words(status) for status in Status] == ["● Enabled", "○ Disabled"]
    assert [key_list.role_words(role) for role in Role] == ["Read", "Write"]


def test_many_names_are_shortened() -> None:
    assert values.names_words(["A", "B"]) == "A, B"
    assert values.names_words([f"K{number}" for number in range(8)]) == "K0, K1, K2, K3, K4 and 3 more"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Enter a name."),
        (" Prod", "Remove the space at the beginning."),
        ("Prod Sync", "Remove the space after Prod."),
        ("Prod\nSync", "Remove the line break after Prod."),
        ("Prod-Sync", "Remove “-” after Prod: letters A-Z and digits only."),
        ("Prod\x07", "Remove “U+0007” after Prod: letters A-Z and digits only."),
        ("A" * 30 + "-", "Remove “-” after …" + "A" * 20 + ": letters A-Z and digits only."),
        ("A" * 51, "Remove 1 character: a name has up to 50."),
        ("A" * 60, "Remove 10 characters: a name has up to 50."),
    ],
)
def test_a_wrong_name_is_answered_with_what_to_change(name: str, said: str) -> None:
    problem = name_problem(name)
    assert problem is not None
    assert fields.name_problem_words(problem) == said


@pytest.mark.parametrize("fault", NameFault)
def test_every_fault_of_a_name_has_its_words(fault: NameFault) -> None:
    assert fields.name_problem_words(NameProblem(fault, "x", "y", 1))


@pytest.mark.parametrize("problem", ValidityProblem)
def test_every_problem_of_an_interval_has_its_words(problem: ValidityProblem) -> None:
    assert fields.validity_problem_words(problem).endswith(".")


def _all_errors() -> list[errors.ZccKeysError]:
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


def test_every_error_has_words_of_its_own_that_say_what_to_do() -> None:
    said = {}
    for error in _all_errors():
        explanation = explain(error)
        assert explanation.what.endswith(".")
        assert explanation.next_step
        assert "Error" not in explanation.what + explanation.next_step
        if isinstance(error, errors.VaultError):
            assert str(PATH) in explanation.next_step
        said[type(error)] = explanation
    # The roots and the files that cannot be reached share the general words.
    general = {errors.ZccKeysError, errors.VaultError, errors.VaultUnreachableError, errors.BackupError}
    distinct = {explanation.what for kind, explanation in said.items() if kind not in general}
    assert len(distinct) == len(said) - len(general)


def test_an_unexpected_error_is_admitted() -> None:
    assert explain(ZeroDivisionError("1 / 0")).what == "Something unexpected happened."


def test_one_rehearsed_call_is_the_next_call() -> None:
    assert sign_in.simulated_failures_words(SimulatedFailures(Failure.SLOW, 1)) == "the next call is answered slowly"
    assert (
        sign_in.simulated_failures_words(SimulatedFailures(Failure.SLOW, 2)) == "the next 2 calls are answered slowly"
    )
