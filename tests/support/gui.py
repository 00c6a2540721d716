"""Hands on the real windows: finds controls by name, types, clicks, and waits for what must happen."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QTableView, QWidget

_PATIENCE = 60  # seconds; reached only where something hangs

_FoundT = TypeVar("_FoundT", bound=QObject)


def wait_until(reached: Callable[[], bool], patience: float = _PATIENCE) -> None:
    """Let the program run until something is so; raises `TimeoutError` where it is not after so many seconds."""
    if reached():
        return
    loop, poll, give_up = QEventLoop(), QTimer(interval=10), QTimer(singleShot=True, interval=round(1_000 * patience))
    poll.timeout.connect(lambda: loop.exit(0) if reached() else None)
    give_up.timeout.connect(lambda: loop.exit(1))
    poll.start()
    give_up.start()
    gave_up = loop.exec()
    poll.stop()  # the error below may keep it
    if gave_up:
        raise TimeoutError("what was waited for did not happen")


def windows(name: str) -> list[QWidget]:
    """Return the visible windows of this name."""
    return [w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()]


def window(name: str) -> QWidget:
    """Wait for the one window of this name."""
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
    """Return the control of this name and kind; raises `LookupError` where there is none."""
    found = place.findChild(kind, name)
    if found is None:
        raise LookupError(f"{place.objectName() or place} has no {name}")
    return found


def line(place: QWidget, name: str) -> QLineEdit:
    """Return the field of this name."""
    return find(place, name, QLineEdit)


def text(place: QWidget, name: str) -> str:
    """Return what a label, field or button says."""
    return str(find(place, name, QWidget).property("text"))


def visible(place: QWidget, name: str) -> list[QWidget]:
    """Return what is shown under this name; there may be nothing of it yet."""
    return [each for each in place.findChildren(QWidget, name) if each.isVisible()]


def spoken(place: QWidget, name: str) -> str:
    """Return the name by which a screen reader speaks of what is there."""
    return QAccessible.queryAccessibleInterface(find(place, name, QWidget)).text(QAccessible.Text.Name)


def type_into(place: QWidget, name: str, typed: str) -> None:
    """Type at the end of a field."""
    QTest.keyClicks(line(place, name), typed)


def replace_text(place: QWidget, name: str, typed: str) -> None:
    """Select what is in a field, and type over it."""
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
    """Return what a person can use in a window: visible and enabled."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTableView)
    return [w for w in place.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible() and w.isEnabled()]


def tab_stops(place: QWidget) -> list[QWidget]:
    """Press Tab until the focus comes round, and return where it was."""
    place.activateWindow()
    wait_until(lambda: (focus := QApplication.focusWidget()) is not None and place.isAncestorOf(focus))
    stops: list[QWidget] = []
    while (focus := QApplication.focusWidget()) is not None and focus not in stops:
        stops.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    return stops


def close_main_window(main: QWidget) -> None:
    """Close the main window, and wait until it is gone."""
    main.close()
    wait_until(lambda: not windows("mainWindow"))
