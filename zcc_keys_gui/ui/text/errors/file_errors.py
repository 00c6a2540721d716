"""The explanation of a file that could not be written."""

from zcc_keys_gui.domain.errors import FileNotWrittenError, WriteFault
from zcc_keys_gui.ui.text.errors.explanation import Explanation

_EXPLANATIONS = {
    WriteFault.DISK_FULL: Explanation(
        "The file {name} could not be written because the disk is full.",
        "Free some space, or choose another folder.",
    ),
    WriteFault.NO_PERMISSION: Explanation(
        "The file {name} could not be written because you don't have permission.",
        "Choose another folder, or ask for permission to write to the file and its folder.",
    ),
    WriteFault.READ_ONLY: Explanation(
        "The file {name} could not be written because the disk is read-only.", "Choose another folder."
    ),
    WriteFault.IN_USE: Explanation(
        "The file {name} could not be written because another program is using it.",
        "Close the file in the other program, or choose another name.",
    ),
    WriteFault.NAME_TOO_LONG: Explanation(
        "The file {name} could not be written because its name or path is too long.",
        "Choose a shorter name or another folder.",
    ),
    WriteFault.NAME_NOT_ALLOWED: Explanation(
        "The file {name} could not be written because the disk doesn't allow this name.", "Choose another name."
    ),
    WriteFault.FOLDER_MISSING: Explanation(
        "The file {name} could not be written because its folder doesn't exist.", "Choose another folder."
    ),
    WriteFault.IS_A_FOLDER: Explanation(
        "The file {name} could not be written because a folder has this name.", "Choose another name."
    ),
    WriteFault.NOT_A_FILE: Explanation(
        "The file {name} could not be written because a device or a pipe has this name.", "Choose another name."
    ),
    WriteFault.VAULT_FILE: Explanation(
        "The file {name} could not be written because it is one of the vault's own files.",
        "Choose another name or folder.",
    ),
    WriteFault.LINK_LOOP: Explanation(
        "The file {name} could not be written because it is a link that leads back to itself.", "Choose another name."
    ),
    WriteFault.OTHER: Explanation("The file {name} could not be written.", "Try again, or choose another folder."),
}
SYSTEM_REPORT = "The system reports: {message}."
UNCHANGED = "If the file already existed, it is unchanged."


def explain_unwritten_file(error: FileNotWrittenError) -> Explanation:
    """Return what to say about a file that could not be written."""
    explanation = _EXPLANATIONS[error.fault].filled(name=error.path.name)
    sentences = [explanation.next_step, UNCHANGED]
    system_error = error.__cause__
    if error.fault is WriteFault.OTHER and isinstance(system_error, OSError) and system_error.strerror:
        sentences.insert(0, SYSTEM_REPORT.format(message=system_error.strerror))
    return Explanation(explanation.summary, " ".join(sentences), error.path)
