"""Using the windows as a user does: finding controls by name, typing, clicking, and waiting."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QTableView, QWidget

_TIMEOUT_SECONDS = 60  # reached only if something hangs

_FoundT = TypeVar("_FoundT", bound=QObject)


def wait_until(reached: Callable[[], bool], timeout_seconds: float | None = None) -> None:
    """Run the event loop until `reached` returns True. Raises `TimeoutError` if that takes too long."""
    if reached():
        return
    seconds = _TIMEOUT_SECONDS if timeout_seconds is None else timeout_seconds
    loop, poll, give_up = QEventLoop(), QTimer(interval=10), QTimer(singleShot=True, interval=round(1_000 * seconds))
    poll.timeout.connect(lambda: loop.exit(0) if reached() else None)
    give_up.timeout.connect(lambda: loop.exit(1))
    poll.start()
    give_up.start()
    gave_up = loop.exec()
    poll.stop()  # the traceback of the error keeps it
    if gave_up:
        raise TimeoutError("the expected state was not reached")


def windows(name: str) -> list[QWidget]:
    """Return the visible windows with this object name."""
    return [w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()]


def window(name: str) -> QWidget:
    """Wait for the only window with this object name."""
    wait_until(lambda: bool(windows(name)))
    (only,) = windows(name)
    return only


def question() -> QWidget:
    """Wait for a message box."""

    def boxes() -> list[QWidget]:
        modal = QApplication.activeModalWidget()
        return [] if modal is None or modal.inherits("QMessageBox") is False else [modal]

    wait_until(lambda: bool(boxes()))
    return boxes()[0]


def find(place: QWidget, name: str, kind: type[_FoundT]) -> _FoundT:
    """Return the control with this object name and type. Raises `LookupError` if there is none."""
    found = place.findChild(kind, name)
    if found is None:
        raise LookupError(f"{place.objectName() or place} has no {name}")
    return found


def line(place: QWidget, name: str) -> QLineEdit:
    """Return the field with this object name."""
    return find(place, name, QLineEdit)


def text(place: QWidget, name: str) -> str:
    """Return the text of a label, field or button."""
    return str(find(place, name, QWidget).property("text"))


def visible(place: QWidget, name: str) -> list[QWidget]:
    """Return the visible controls with this object name; there may be none yet."""
    return [each for each in place.findChildren(QWidget, name) if each.isVisible()]


def spoken(place: QWidget, name: str) -> str:
    """Return the name that a screen reader speaks."""
    return QAccessible.queryAccessibleInterface(find(place, name, QWidget)).text(QAccessible.Text.Name)


def type_into(place: QWidget, name: str, typed: str) -> None:
    """Type into a field."""
    QTest.keyClicks(line(place, name), typed)


def type_new_passphrase(dialog: QWidget, passphrase: str) -> None:
    """Type a new passphrase into both fields of a dialog."""
    type_into(dialog, "passphraseField", passphrase)
    type_into(dialog, "repeatPassphraseField", passphrase)


def replace_text(place: QWidget, name: str, typed: str) -> None:
    """Replace the text of a field by typing."""
    line(place, name).selectAll()
    QTest.keyClick(line(place, name), Qt.Key.Key_Delete)
    QTest.keyClicks(line(place, name), typed)


def click(place: QWidget, name: str) -> None:
    """Click a button with the mouse."""
    QTest.mouseClick(find(place, name, QAbstractButton), Qt.MouseButton.LeftButton)


def trigger(place: QWidget, name: str) -> None:
    """Trigger an action, which must be enabled."""
    action = find(place, name, QAction)
    assert action.isEnabled(), name
    action.trigger()


def table(place: QWidget, name: str = "keyTable") -> QTableView:
    """Return a table."""
    return find(place, name, QTableView)


def cells(view: QTableView, column: int) -> list[str]:
    """Return the texts of a column, from top to bottom."""
    model = view.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def select(view: QTableView, name: str) -> None:
    """Select the row with this name in the first column."""
    view.selectRow(cells(view, 0).index(name))


def controls(place: QWidget) -> list[QWidget]:
    """Return the visible and enabled controls of a window."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTableView)
    return [w for w in place.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible() and w.isEnabled()]


def tab_stops(place: QWidget) -> list[QWidget]:
    """Press Tab until the focus is back at its start; return the controls that had it."""
    place.activateWindow()
    wait_until(lambda: (focus := QApplication.focusWidget()) is not None and place.isAncestorOf(focus))
    stops: list[QWidget] = []
    while (focus := QApplication.focusWidget()) is not None and focus not in stops:
        stops.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    return stops


def close_main_window(main: QWidget) -> None:
    """Close the main window, and wait until it is closed."""
    main.close()
    wait_until(lambda: not windows("mainWindow"))
