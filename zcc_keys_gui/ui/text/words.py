"""Everything the program says about values and errors, in one place: short, plain and true."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, assert_never

from PySide6.QtCore import QDate, QDateTime, QLocale

from zcc_keys_gui.domain import errors
from zcc_keys_gui.domain.api_key import ApiKey, Role, Status
from zcc_keys_gui.domain.key_name import MAX_LENGTH, NameFault, NameProblem
from zcc_keys_gui.domain.policies import MalformedPolicy, PolicyFault, UnknownPolicy, UnreadablePolicies
from zcc_keys_gui.domain.recovery_key import RecoveryKeyFault, RecoveryKeyProblem
from zcc_keys_gui.domain.session_validity import MAXIMUM, MINIMUM, ValidityProblem, in_parts, parse_session_validity
from zcc_keys_gui.domain.wrong_attempts import WrongAttempts

if TYPE_CHECKING:  # start-up has nothing to say about it
    from zcc_keys_gui.domain.simulated_failures import SimulatedFailures

PROGRAM = "ZCC Keys"
UNLOCKED_BY_PASSPHRASE = "Unlocked by passphrase"
NAME_RULE = f"Letters and digits only, no spaces, up to {MAX_LENGTH} characters."
LOCAL_KEYS = "Local keys: honoured by this computer's sign-in service, by no Zscaler cloud."
LOCAL_KEYS_EXPLAINED = (
    "The keys in this list are made and kept on this computer alone, for rehearsing your automation. No Zscaler cloud "
    "knows them, and the program sends nothing anywhere. A key for your tenant is made in the Zscaler Client Connector "
    "Portal.\n\nThe sign-in service of this computer honours them, once you switch it on. What the vendor does not "
    "document is ours, and a tenant may do otherwise: that a token lasts as long as the session validity interval, "
    "that a Read key may only GET, when a call is refused, and what refusals say."
)
ABOUT = (
    "Keeps API keys for rehearsing Zscaler Client Connector automation on this computer.\n\nIndependent of Zscaler; "
    '"Zscaler" is its owner\'s trademark. MIT licence.\n\nQt is used under the LGPL 3.0; its libraries can be replaced.'
)
SERVICE_STOPPED = "Locking the vault stopped the sign-in service.\n\n"
ROLE_HINT = "Read looks things up; Write also changes them."
ONLY_TIME = (
    "This is the only time this secret is shown. Copy it now and keep it safe; if it is lost, regenerate the key's "
    "secret."
)
SHOW_IN_SHARING = "Ctrl+Shift+S"
HIDDEN_SECRET = (
    "The client secret is shown in a window that is hidden from screen sharing. If you don't see it, press "
    f"{SHOW_IN_SHARING}."
)

KEY_STORE = {"win32": "Windows Credential Manager", "darwin": "macOS Keychain"}.get(sys.platform, "the system keyring")
WAITING_FOR_KEY_STORE = f"Waiting for {KEY_STORE}…"

MANAGED = "Managed by your organization."

_FAULTS_SHOWN = 5
_NAME_SHOWN = 40  # characters of a name that somebody else chose
_SHOWN_BEFORE = 20  # characters of a name that are repeated in a message
_REHEARSED = {"slow": "slowly", "expired": "with a token that has expired"}  # the others are numbers
_STATUS_MARKS = {Status.ENABLED: "●", Status.DISABLED: "○"}


# --- values -----------------------------------------------------------------------------------------------


def status_words(status: Status) -> str:
    """Return a status with its mark, so that neither colour nor shape alone tells."""
    return f"{_STATUS_MARKS[status]} {status.value}"


def key_status_words(key: ApiKey, now: datetime) -> str:
    """Return a key's status, and until when its old secret works, where it still does."""
    until, status = key.old_secret_until(now), status_words(key.fields.status)
    return status if until is None else f"{status}, old secret until {until_words(until, now)}"


def number_words(number: int) -> str:
    """Return a whole number in the locale's digits and groups."""
    return _locale().toString(number)


def interrupted_reencryption_words(*, was_done: bool) -> str:
    """Say which recovery key opens the vault after re-encrypting was interrupted, as by locking the vault."""
    if was_done:
        return (
            "Re-encrypting the vault was interrupted and is finished now. Use the new recovery key. The former one no "
            "longer opens the vault."
        )
    return (
        "Re-encrypting the vault was interrupted before it was done. What opened the vault before still opens it. The "
        "new recovery key does not."
    )


def megabytes_words(size: int) -> str:
    """Return a number of bytes in megabytes, rounded up, such as `3 MB`."""
    return f"{number_words(-(-size // 1_000_000))} MB"


def counted(number: int, thing: str) -> str:
    """Return a number of things, such as `1 key` and `2 keys`."""
    return f"{number_words(number)} {thing if number == 1 else thing + 's'}"


def duration_words(seconds: int) -> str:
    """Return a session validity interval in words, such as `1 hour 30 minutes`."""
    return " ".join(counted(part.number, part.unit) for part in in_parts(seconds))


def validity_hint(seconds: int) -> str:
    """Return what is said beside the field, such as `3,600 seconds = 1 hour`."""
    words = f"{number_words(seconds)} seconds"
    return words if seconds < 60 else f"{words} = {duration_words(seconds)}"


def session_validity_in(text: str, longest: int = MAXIMUM) -> int | ValidityProblem:
    """Return the seconds that a text says, also in the digits and groups in which this locale shows them."""
    seconds = parse_session_validity(text, longest)
    if seconds is ValidityProblem.NOT_WHOLE_SECONDS and text.strip()[:1].isdigit():  # no sign
        number, is_number = _locale().toLongLong(text.strip())
        if is_number:
            return parse_session_validity(str(number), longest)
    return seconds


def time_words(when: datetime) -> str:
    """Return a time in local time: `today 09:12`, or `12 Nov 2026`."""
    local = _local(when)
    if local.date() == QDate.currentDate():
        return f"today {_locale().toString(local.time(), 'HH:mm')}"
    return QLocale(QLocale.Language.English).toString(local.date(), "d MMM yyyy")  # a month's name is a word


def ago_words(when: datetime, now: datetime) -> str:
    """Return how long ago a time of the last day was, such as `2 hours ago`; of another time, its words."""
    seconds = (now - when) // timedelta(seconds=1)
    if not 0 <= seconds < 86_400:
        return time_words(when)
    if seconds < 60:
        return "just now"
    return f"{counted(seconds // 60, 'minute') if seconds < 3_600 else counted(seconds // 3_600, 'hour')} ago"


def until_words(when: datetime, now: datetime) -> str:
    """Return a time within the next months in local time: `15:12` where it is today, else `2 Dec 15:12`."""
    local = _local(when)
    time = _locale().toString(local.time(), "HH:mm")
    if local.date() == _local(now).date():
        return time
    return f"{QLocale(QLocale.Language.English).toString(local.date(), 'd MMM')} {time}"


def full_time_words(when: datetime) -> str:
    """Return a time in local time to the second, such as `2026-11-12 09:12:33`."""
    return _local(when).toString("yyyy-MM-dd HH:mm:ss")


def role_words(role: Role) -> str:
    """Return a role as the vendor's page says it."""
    return role.value


def simulated_failures_words(simulated_failures: "SimulatedFailures") -> str:
    """Return what is rehearsed, such as `the next 3 calls are answered 429`; empty where nothing is."""
    words = []
    if simulated_failures.failure is not None:
        calls = "call is" if simulated_failures.calls == 1 else f"{counted(simulated_failures.calls, 'call')} are"
        words.append(
            f"the next {calls} answered {_REHEARSED.get(simulated_failures.failure, simulated_failures.failure)}"
        )
    if simulated_failures.limits_calls:
        words.append("the documented rate limits hold")
    return ", and ".join(words)


def names_words(names: Sequence[str], count: int | None = None) -> str:
    """Return the first few names as a list, and how many more there are; `count` in all, or as many as `names`."""
    shown = names[:5]
    more = (len(names) if count is None else count) - len(shown)
    return ", ".join(shown) + (f" and {number_words(more)} more" if more else "")


def _locale() -> QLocale:
    locale = QLocale()
    # A system without a language of its own groups no digits.
    return locale if locale.language() != QLocale.Language.C else QLocale(QLocale.Language.English)


def _local(when: datetime) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(round(when.timestamp() * 1000))


# --- what is wrong with a field ---------------------------------------------------------------------------


def name_problem_words(problem: NameProblem) -> str:
    """Say what to change in a name."""
    match problem.fault:
        case NameFault.EMPTY:
            return "Enter a name."
        case NameFault.SPACE:
            return f"Remove the space {_place(problem.before)}."
        case NameFault.LINE_BREAK:
            return f"Remove the line break {_place(problem.before)}."
        case NameFault.CHARACTER:
            return f"Remove “{_visible(problem.character)}” {_place(problem.before)}: letters A-Z and digits only."
        case NameFault.TOO_LONG:
            return f"Remove {counted(problem.excess, 'character')}: a name has up to {MAX_LENGTH}."
        case NameFault.TAKEN:
            return "Another key has this name (capitals and small letters count as the same)."
        case _:  # pragma: no cover
            assert_never(problem.fault)


def validity_problem_words(problem: ValidityProblem, longest: int = MAXIMUM) -> str:
    """Say what to change in a session validity interval; `longest` is what the organization allows."""
    limits = f"{number_words(MINIMUM)} to {number_words(longest)}"
    match problem:
        case ValidityProblem.EMPTY:
            return f"Enter a number of seconds, {limits}."
        case ValidityProblem.NOT_WHOLE_SECONDS:
            return f"Enter a whole number of seconds, {limits}, in digits."
        case ValidityProblem.TOO_SHORT:
            return f"Too short: enter at least {number_words(MINIMUM)} seconds."
        case ValidityProblem.TOO_LONG:
            if longest < MAXIMUM:
                return f"Too long: your organization allows at most {number_words(longest)} seconds."
            return f"Too long: enter at most {number_words(MAXIMUM)} seconds."
        case _:  # pragma: no cover
            assert_never(problem)


def recovery_key_problem_words(problem: RecoveryKeyProblem) -> str:
    """Say what to change in a recovery key as typed."""
    match problem.fault:
        case RecoveryKeyFault.EMPTY:
            return "Enter the recovery key."
        case RecoveryKeyFault.CHARACTER:
            return f"Group {problem.group} contains characters that aren't digits."
        case RecoveryKeyFault.GROUP:
            return f"Group {problem.group} has a typing error: check its six digits."
        case RecoveryKeyFault.TOO_FEW:
            return "Some digits are missing: a recovery key is eight groups of six digits."
        case RecoveryKeyFault.TOO_MANY:
            return "There are too many digits: a recovery key is eight groups of six digits."
        case _:  # pragma: no cover
            assert_never(problem.fault)


def _place(before: str) -> str:
    if not before:
        return "at the beginning"
    return f"after {before if len(before) <= _SHOWN_BEFORE else '…' + before[-_SHOWN_BEFORE:]}"


def _visible(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"


# --- what an organization decided -------------------------------------------------------------------------


def policy_fault_words(fault: PolicyFault) -> str:
    """Say what is wrong with a policy, and what is in force."""
    match fault:
        case MalformedPolicy(policy):
            limits = f"{number_words(policy.minimum)} to {number_words(policy.maximum)}"
            in_force = number_words(policy.safe)
            return f"The policy {policy.name} is not a whole number from {limits}: {in_force} is in force."
        case UnknownPolicy(name):
            return f"There is no policy “{_shown(name)}”: it has no effect."
        case UnreadablePolicies(place):
            return f"The policies in {place} cannot be read: safe values are in force in their place."
        case _:  # pragma: no cover
            assert_never(fault)


def policy_faults_words(faults: Sequence[PolicyFault]) -> str:
    """Say what is wrong with a few policies, one in a line, and how many more there are."""
    lines = [policy_fault_words(fault) for fault in faults[:_FAULTS_SHOWN]]
    if len(faults) > _FAULTS_SHOWN:
        lines.append(f"And {number_words(len(faults) - _FAULTS_SHOWN)} more, which are in the log.")
    return "\n".join(lines)


def _shown(name: str) -> str:
    return "".join(map(_visible, name[:_NAME_SHOWN])) + ("…" if len(name) > _NAME_SHOWN else "")


# --- who may open the vault ------------------------------------------------------------------------------


def wrong_attempts_words(wrong: WrongAttempts) -> str:
    """Say how many wrong passphrases and recovery keys were entered since the vault was last opened; one at least."""
    if wrong.number == 1:
        said = "A wrong passphrase or recovery key was entered since the vault was last opened"
        when = "it was entered"
    else:
        said = (
            f"{number_words(wrong.number)} wrong passphrases or recovery keys were entered since the vault was last "
            "opened"
        )
        when = "the last one"
    return f"{said}; {when} {time_words(wrong.last)}." if wrong.last else f"{said}."


def why_unlock_words(error: errors.ZccKeysError) -> str:
    """Say why this account does not open the vault, and what happens when something else does."""
    match error:
        case errors.KeystoreEntryMissingError():
            return (
                "The key to this vault is missing from this account's key store, as after a password reset or on "
                "another computer. Once you have unlocked the vault, this account is set up to open it again."
            )
        case errors.KeystoreUnavailableError():
            return "This account's key store, which has the key to this vault, cannot be reached."
        case _:
            return (
                "The entry in this account's key store does not open this vault. Once you have unlocked the vault, "
                "this account is set up to open it again."
            )


def reset_words(platform: str) -> str:
    """Say why something else than this account should open the vault as well; `platform` is Python's `sys.platform`."""
    match platform:
        case "win32":
            return "If your Windows password is reset by an administrator, Windows can lose the key to this vault."
        case "darwin":
            return "If your password is reset by an administrator, macOS can lose the key to this vault."
        case _:
            return "If your password is reset by an administrator, the key store can lose the key to this vault."


def waiting_words() -> str:
    """Return what to do while the program waits for the key store."""
    return (
        f"The key to your vault is kept in {KEY_STORE}, which has not answered yet. It may be asking for a password or "
        f"for permission in another window, perhaps behind this one. Answer it there, and {PROGRAM} continues."
    )


# --- errors -----------------------------------------------------------------------------------------------


class Explanation(NamedTuple):
    """An error in words."""

    what: str
    """What happened, in one sentence."""
    next_step: str
    """What to do now."""


def explain(error: BaseException) -> Explanation:  # noqa: PLR0912  a table
    """Return an error in words for people; it names no SQL, no trace and no secret."""
    match error:
        case errors.NameTakenError():
            return Explanation("Another key has this name.", "Choose another name.")
        case errors.SessionValidityTooLongError():
            return Explanation(validity_problem_words(ValidityProblem.TOO_LONG, error.longest), "Nothing was changed.")
        case errors.KeyNotFoundError():
            return Explanation("This key is not in the vault any more.", "Nothing was changed.")
        case errors.FileNotWrittenError():
            return _explain_unwritten_file(error)
        case errors.KeystoreUnavailableError():
            return Explanation(
                "This account's key store cannot be reached.",
                "The key to the vault is kept there. Sign in to the desktop as usual, unlock the key store, and start "
                "the program again. Nothing was changed.",
            )
        case errors.KeystoreEntryMissingError():
            return Explanation(
                "The key to this vault is missing from this account's key store.",
                "It is there only for the account and the computer that made the vault. Start the program there. If "
                "the entry was deleted and no passphrase was set, the vault cannot be opened. Nothing was changed.",
            )
        case errors.WrongKeystoreEntryError():
            return Explanation(
                "The entry in this account's key store does not open this vault.",
                "The vault's files may have been replaced, or the entry was changed. Put back the files that belong "
                "together. Nothing was changed.",
            )
        case errors.WrongPassphraseError():
            return Explanation("This passphrase does not open the vault.", "Check Caps Lock and try again.")
        case errors.WrongRecoveryKeyError():
            return Explanation(
                "This recovery key does not open the vault.",
                "It may be that of another vault, or one that was replaced. Nothing was changed.",
            )
        case errors.LastProtectorError():
            return Explanation(
                "Nothing else opens the vault.",
                "Set a passphrase or save a recovery key first; then this can be removed. Nothing was changed.",
            )
        case errors.VaultClosedError():
            return Explanation("The vault is locked.", "Unlock it and try again. Nothing was changed.")
        case errors.VaultError() | errors.BackupError():
            return _explain_vault_error(error) if isinstance(error, errors.VaultError) else _explain_backup_error(error)
        case _:
            return Explanation(
                "Something unexpected happened.",
                "Copy the details and report them; they contain no secret. What was saved before is safe.",
            )


_WRITE_FAULTS = {
    errors.WriteFault.DISK_FULL: ("because the disk is full", "Free some space, or choose another folder."),
    errors.WriteFault.NO_PERMISSION: (
        "because you don't have permission",
        "Choose another folder, or ask for permission to write the file and its folder.",
    ),
    errors.WriteFault.READ_ONLY: ("because the disk is read-only", "Choose another folder."),
    errors.WriteFault.IN_USE: (
        "because another program is using it",
        "Close it where it is open, or choose another name.",
    ),
    errors.WriteFault.NAME_TOO_LONG: ("because its name or path is too long", "Choose a shorter one."),
    errors.WriteFault.NAME_NOT_ALLOWED: ("because the disk doesn't allow this name", "Choose another name."),
    errors.WriteFault.FOLDER_MISSING: ("because its folder doesn't exist", "Choose another folder."),
    errors.WriteFault.IS_A_FOLDER: ("because a folder has this name", "Choose another name."),
    errors.WriteFault.NOT_A_FILE: ("because this name belongs to a device or a pipe", "Choose another name."),
    errors.WriteFault.VAULT_FILE: ("because it is one of the vault's own files", "Choose another name or folder."),
    errors.WriteFault.LINK_LOOP: ("because it is a link that leads back to itself", "Choose another name."),
}


def _explain_unwritten_file(error: errors.FileNotWrittenError) -> Explanation:
    why, next_step = _WRITE_FAULTS.get(error.fault, ("", "Try again, or choose another folder."))
    system = error.__cause__.strerror if isinstance(error.__cause__, OSError) else None
    if not why and system:
        next_step = f"The system reports: {system}. {next_step}"
    return Explanation(
        f"The file {error.path.name} could not be written{' ' if why else ''}{why}.",
        f"{next_step} A file that was there before is unchanged.\n\n{error.path}",
    )


def _explain_vault_error(error: errors.VaultError) -> Explanation:
    path = error.path
    match error:
        case errors.VaultInUseError():
            return Explanation(
                "Another program holds the vault.",
                f"Close other windows of {PROGRAM}, or wait until a backup or virus scan of the file is done, and try "
                f"again.\n\n{path}",
            )
        case errors.VaultExistsError():
            return Explanation(
                "There is a vault in this folder already.",
                f"It was not replaced. Start the program again, and open it with what was chosen when it was made."
                f"\n\n{path}",
            )
        case errors.VaultFileMissingError():
            if path.name.endswith("-wal"):
                return Explanation(
                    f"The changes that were saved last are missing: {path.name}.",
                    f"The program or the computer ended without moving them into vault.db. Put the file back; without "
                    f"it, the vault is older than what was saved. Nothing was changed.\n\n{path}",
                )
            return Explanation(
                f"Half of the vault is missing: {path.name}.",
                f"A vault is vault.db and vault.json together. Put the missing file back, from a copy if need be. "
                f"Nothing was changed, and no new vault was made.\n\n{path}",
            )
        case errors.VaultFilesMissingError():
            return Explanation(
                "The vault's files are missing from its folder: vault.db and vault.json.",
                f"Automatic copies of them are there: start the program again to put one back. No new vault was made; "
                f"for one, choose another folder, or delete the folder copies.\n\n{path}",
            )
        case errors.VaultTooNewError():
            return Explanation(
                f"A newer version of {PROGRAM} made this vault.",
                f"Install that version or a newer one. The vault was left untouched.\n\n{path}",
            )
        case errors.VaultDamagedError():
            return Explanation(
                f"The file {path.name} is damaged.",
                "It is not as the program wrote it. Choose File > Check the vault to see how much of it, and Repair "
                f"there for an automatic copy or what can be read. Nothing was changed.\n\n{path}",
            )
        case errors.VaultMismatchError():
            return Explanation(
                f"vault.db and {'vault.json' if path.suffix != '.db-wal' else path.name} do not belong together.",
                f"One of them comes from another vault or another time. Put back two files that were copied together. "
                f"Nothing was changed.\n\n{path}",
            )
        case errors.NotReencryptedError():
            return Explanation(
                "The vault was not re-encrypted.",
                "The database could not be written as a whole. What opened the vault before still opens it, and the "
                f"new recovery key does not. Check the disk, and try again.\n\n{path}",
            )
        case errors.ReencryptionUnfinishedError():
            return Explanation(
                "The vault is re-encrypted, but one step is left.",
                "Another program is reading the vault, so the former key could not be removed from its files yet. Use "
                f"the new recovery key. {PROGRAM} removes the former key at the next start.\n\n{path}",
            )
        case errors.CopyNotMadeError():
            cause = f"{explain(error.__cause__).what} " if isinstance(error.__cause__, errors.ZccKeysError) else ""
            return Explanation(
                "No copy of the vault could be made.",
                f"{cause}Make room, or ask for permission to the folder, and try again. The vault and the copies that "
                f"there were are unchanged.\n\n{path}",
            )
        case _:
            return _explain_place_error(error)


def _explain_place_error(error: errors.VaultError) -> Explanation:
    path = error.path
    match error:
        case errors.VaultReadOnlyError():
            return Explanation(
                "This account may not read or change the vault.",
                f"Ask for permission to the file and its folder, or start the program with another folder "
                f"(--data-folder). Nothing was changed.\n\n{path}",
            )
        case errors.VaultMovedError():
            return Explanation(
                "The vault's files are not where they were.",
                f"They or their folder were moved, renamed or deleted while the program was open. Put the same files "
                f"back and try again. Nothing was changed.\n\n{path}",
            )
        case errors.NetworkFolderError():
            return Explanation(
                "The vault's folder is on a network.",
                f"A vault could be damaged there when the connection breaks, or when two computers use it. Start the "
                f"program with a folder on this computer (--data-folder); a vault that is there already can be copied "
                f"to it, with all its files. Nothing was changed.\n\n{path}",
            )
        case errors.VaultNotAFileError():
            return Explanation(
                f"{path.name} is not a file.",
                f"A folder, a pipe or a device has the name of one of the vault's files. Move it away, and start the "
                f"program again. Nothing was changed.\n\n{path}",
            )
        case errors.VaultPathTooLongError():
            return Explanation(
                "The path of the vault's folder is too long.",
                f"Start the program with another folder (--data-folder), less deep or of shorter names.\n\n{path}",
            )
        case errors.DiskFullError():
            room = "Make room" if error.missing is None else f"Free {megabytes_words(error.missing)}"
            return Explanation("The disk is full.", f"{room} and try again. Nothing was changed.\n\n{path}")
        case _:
            return Explanation(
                "The vault's file cannot be read or written.",
                f"The disk or network may be gone, or the path is not a folder. Nothing was changed.\n\n{path}",
            )


def _explain_backup_error(error: errors.BackupError) -> Explanation:
    path = error.path
    match error:
        case errors.BackupPlaceError():
            return Explanation(
                "The backup cannot be written over the vault itself.",
                f"{path.name} is, or would be, one of the vault's own files. Choose another name, best on another disk."
                f" Nothing was changed.\n\n{path}",
            )
        case errors.BackupUnreadableError():
            return Explanation(
                f"The file {path.name} cannot be read.",
                f"It may be gone, or this account may not read it. Nothing was changed.\n\n{path}",
            )
        case errors.NotABackupError():
            return Explanation(
                f"{path.name} is no backup of {PROGRAM}.",
                "It is a folder, empty, cut short, or another program's. Choose another file. Nothing was changed."
                f"\n\n{path}",
            )
        case errors.BackupNotOpenedError():
            return Explanation(
                "This passphrase does not open the file.",
                "A backup has the passphrase that was chosen for it. Check Caps Lock and try again. A file that is no "
                "backup, or whose beginning is damaged, cannot be told from a wrong passphrase.",
            )
        case errors.BackupTooNewError():
            return Explanation(
                f"A newer version of {PROGRAM} made this backup.",
                f"Install that version or a newer one. Nothing was changed.\n\n{path}",
            )
        case _:
            return Explanation(
                f"The backup {path.name} is damaged.",
                "The passphrase is right, but the file is not as the program wrote it, perhaps cut short. Use another "
                f"backup. Nothing was changed.\n\n{path}",
            )
