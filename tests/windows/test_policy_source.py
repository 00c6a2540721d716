"""Where an organization's policies are read from: the registry, or a file."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from zcc_keys_gui.windows import policy_source
from zcc_keys_gui.windows.policy_source import PoliciesUnreadableError, read_policies

if sys.platform == "win32":
    import winreg

    @pytest.fixture
    def machine_and_user() -> Iterator[tuple[winreg.HKEYType, winreg.HKEYType]]:
        """The key of this computer and that of this account; deleted after the test."""
        hives = (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER)
        with (
            winreg.CreateKey(hives[0], policy_source.REGISTRY_KEY) as machine,
            winreg.CreateKey(hives[1], policy_source.REGISTRY_KEY) as user,
        ):
            yield machine, user
        for hive in hives:
            winreg.DeleteKey(hive, policy_source.REGISTRY_KEY)

    def test_the_machine_comes_before_the_user(
        machine_and_user: tuple[winreg.HKEYType, winreg.HKEYType],
    ) -> None:
        machine, user = machine_and_user
        winreg.SetValueEx(user, "clipboardseconds", 0, winreg.REG_DWORD, 20)
        winreg.SetValueEx(user, "LongestSessionValiditySeconds", 0, winreg.REG_QWORD, 60)
        assert read_policies() == {"clipboardseconds": 20, "LongestSessionValiditySeconds": 60}
        winreg.SetValueEx(machine, "ClipboardSeconds", 0, winreg.REG_DWORD, 10)
        assert read_policies() == {"ClipboardSeconds": 10, "LongestSessionValiditySeconds": 60}

    def test_only_numbers_are_numbers(machine_and_user: tuple[winreg.HKEYType, winreg.HKEYType]) -> None:
        machine, _ = machine_and_user
        winreg.SetValueEx(machine, "Text", 0, winreg.REG_SZ, "10")
        winreg.SetValueEx(machine, "Bytes", 0, winreg.REG_BINARY, b"\x0a\0\0\0")
        winreg.SetValueEx(machine, "Several", 0, winreg.REG_MULTI_SZ, ["10"])
        assert not [value for value in read_policies().values() if isinstance(value, int)]

    def test_where_no_key_is_there_is_no_policy() -> None:
        assert read_policies() == {}

    def test_a_key_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(winreg, "OpenKey", refuse)
        with pytest.raises(PoliciesUnreadableError):
            read_policies()

else:

    def write(place: Path, content: str | bytes) -> None:
        place.parent.mkdir()
        place.write_bytes(content.encode() if isinstance(content, str) else content)

    def test_the_file_holds_the_same_names(policy_place: Path) -> None:
        assert read_policies() == {}
        write(policy_place, '\ufeff{"ClipboardSeconds": 10, "LongestSessionValiditySeconds": "x"}')
        assert read_policies() == {"ClipboardSeconds": 10, "LongestSessionValiditySeconds": "x"}

    @pytest.mark.parametrize(
        "content", ["", "[]", "null", "{", "\x00", b"\xff\xfe\xfd", "[" * 100_000, '{"a": ' + "1" * 5_000 + "}"]
    )
    def test_a_file_that_is_no_json_object_is_told(policy_place: Path, content: str | bytes) -> None:
        write(policy_place, content)
        with pytest.raises(PoliciesUnreadableError):
            read_policies()

    def test_a_file_that_cannot_be_read_is_told(policy_place: Path) -> None:
        policy_place.mkdir(parents=True)  # a folder; the tests may run as root, to whom no file is forbidden
        with pytest.raises(PoliciesUnreadableError):
            read_policies()
