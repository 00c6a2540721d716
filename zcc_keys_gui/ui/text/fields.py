"""The texts with which fields of several windows describe their content."""

from typing import assert_never

from zcc_keys_gui.domain.recovery_key import RecoveryKeyFault, RecoveryKeyProblem
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS, MIN_SESSION_SECONDS, ValidityProblem
from zcc_keys_gui.ui.text.values import format_duration, format_number

SECONDS = "seconds"
_SECONDS = "{number} seconds"
_SECONDS_AND_DURATION = "{number} seconds ({duration})"

WHOLE_NUMBER_EXPECTED = "Enter a whole number from {minimum} to {maximum}."

_VALIDITY_EMPTY = "Enter a number of seconds from {minimum} to {maximum}."
_VALIDITY_NOT_WHOLE_SECONDS = "Enter a whole number of seconds from {minimum} to {maximum}, in digits."
_VALIDITY_TOO_SHORT = "The interval is too short. Enter at least {minimum} seconds."
_VALIDITY_TOO_LONG = "The interval is too long. Enter at most {maximum} seconds."
_VALIDITY_TOO_LONG_FOR_ORGANIZATION = "The interval is too long. Your organization allows at most {maximum} seconds."

_RECOVERY_KEY_EMPTY = "Enter the recovery key."
_RECOVERY_KEY_CHARACTER = "Group {group} contains characters that aren't digits."
_RECOVERY_KEY_GROUP = "Group {group} has a typing error. Check its six digits."
_RECOVERY_KEY_TOO_SHORT = "Some digits are missing. A recovery key has eight groups of six digits."
_RECOVERY_KEY_TOO_LONG = "There are too many digits. A recovery key has eight groups of six digits."

GUESSED_IN_MINUTES = "Weak. An attacker with a copy of the file could guess this passphrase in minutes."
GUESSED_IN_HOURS = "Weak. An attacker with a copy of the file could guess this passphrase in hours."
GUESSED_IN_DAYS = "Weak. An attacker with a copy of the file could guess this passphrase in days."
GUESSED_IN_MONTHS = "Weak. An attacker with a copy of the file could guess this passphrase in months."
GUESSED_IN_YEARS = "Fair. An attacker with a copy of the file would need years to guess this passphrase."
GUESSED_IN_CENTURIES = "Strong. An attacker with a copy of the file would need centuries to guess this passphrase."


def validity_hint(seconds: int) -> str:
    """Return a session validity interval in seconds and in words, such as `3,600 seconds (1 hour)`."""
    number = format_number(seconds)
    if seconds < 60:
        return _SECONDS.format(number=number)
    return _SECONDS_AND_DURATION.format(number=number, duration=format_duration(seconds))


def describe_validity_problem(problem: ValidityProblem, maximum: int = MAX_SESSION_SECONDS) -> str:
    """Say what to change in a session validity interval; `maximum` is the most seconds that the organization allows."""
    match problem:
        case ValidityProblem.EMPTY:
            template = _VALIDITY_EMPTY
        case ValidityProblem.NOT_WHOLE_SECONDS:
            template = _VALIDITY_NOT_WHOLE_SECONDS
        case ValidityProblem.TOO_SHORT:
            template = _VALIDITY_TOO_SHORT
        case ValidityProblem.TOO_LONG:
            template = _VALIDITY_TOO_LONG_FOR_ORGANIZATION if maximum < MAX_SESSION_SECONDS else _VALIDITY_TOO_LONG
        case _:  # pragma: no cover
            assert_never(problem)
    return template.format(minimum=format_number(MIN_SESSION_SECONDS), maximum=format_number(maximum))


def describe_recovery_key_problem(problem: RecoveryKeyProblem) -> str:
    """Say what to change in a recovery key as typed."""
    match problem.fault:
        case RecoveryKeyFault.EMPTY:
            return _RECOVERY_KEY_EMPTY
        case RecoveryKeyFault.CHARACTER:
            return _RECOVERY_KEY_CHARACTER.format(group=problem.group)
        case RecoveryKeyFault.GROUP:
            return _RECOVERY_KEY_GROUP.format(group=problem.group)
        case RecoveryKeyFault.TOO_FEW:
            return _RECOVERY_KEY_TOO_SHORT
        case RecoveryKeyFault.TOO_MANY:
            return _RECOVERY_KEY_TOO_LONG
        case _:  # pragma: no cover
            assert_never(problem.fault)
