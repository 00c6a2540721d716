"""The source of an organization's policies: the registry, or a file."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from zcc_keys_gui.platform import policy_source
from zcc_keys_gui.platform.policy_source import read_policies

if sys.platform == "win32":
    import winreg

    OWN = r"Software\ZCC Keys of the tests"

    @pytest.fixture
    def hives(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[winreg.HKEYType, winreg.HKEYType]]:
        """The policies of a machine and of a user, in writable keys; deleted after the test."""
        roots = [winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{OWN}\{name}") for name in ("machine", "user")]
        monkeypatch.setattr(policy_source, "MACHINE", roots[0])
        monkeypatch.setattr(policy_source, "USER", roots[1])
        monkeypatch.setattr(policy_source, "REGISTRY_KEY", "policies")
        machine, user = (winreg.CreateKey(root, "policies") for root in roots)
        yield machine, user
        for root in roots:
            winreg.DeleteKey(root, "policies")
        for name in ("machine", "user"):
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, rf"{OWN}\{name}")
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, OWN)

    def test_the_machine_comes_before_the_user(hives: tuple[winreg.HKEYType, winreg.HKEYType]) -> None:
        machine, user = hives
        winreg.SetValueEx(user, "clipboardseconds", 0, winreg.REG_DWORD, 20)
        winreg.SetValueEx(user, "LongestSessionValiditySeconds", 0, winreg.REG_QWORD, 60)
        assert read_policies() == ({"clipboardseconds": 20, "LongestSessionValiditySeconds": 60}, "")
        winreg.SetValueEx(machine, "ClipboardSeconds", 0, winreg.REG_DWORD, 10)
        assert read_policies() == ({"ClipboardSeconds": 10, "LongestSessionValiditySeconds": 60}, "")

    def test_only_numbers_are_numbers(hives: tuple[winreg.HKEYType, winreg.HKEYType]) -> None:
        machine, _ = hives
        winreg.SetValueEx(machine, "Text", 0, winreg.REG_SZ, "10")
        winreg.SetValueEx(machine, "Bytes", 0, winreg.REG_BINARY, b"\x0a\0\0\0")
        winreg.SetValueEx(machine, "Several", 0, winreg.REG_MULTI_SZ, ["10"])
        found, _ = read_policies()
        assert len(found) == 3
        assert not [value for value in found.values() if isinstance(value, int)]

    def test_without_a_key_there_is_no_policy() -> None:
        assert read_policies() == ({}, "")

    def test_an_unreadable_user_key_keeps_the_machine_policies(
        hives: tuple[winreg.HKEYType, winreg.HKEYType], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        machine, _ = hives
        winreg.SetValueEx(machine, "ClipboardSeconds", 0, winreg.REG_DWORD, 10)
        really_open = winreg.OpenKey

        def reject_user(hive: winreg.HKEYType, name: str, *, access: int) -> winreg.HKEYType:
            if hive is policy_source.USER:  # type: ignore[comparison-overlap]  # the fixture's
                raise PermissionError
            return really_open(hive, name, access=access)

        monkeypatch.setattr(winreg, "OpenKey", reject_user)
        assert read_policies() == ({"ClipboardSeconds": 10}, r"HKEY_CURRENT_USER\policies")

else:

    def write(content: str | bytes) -> None:
        policy_source.POLICY_FILE.parent.mkdir()
        policy_source.POLICY_FILE.write_bytes(content.encode() if isinstance(content, str) else content)

    def test_the_file_has_the_same_names() -> None:
        assert read_policies() == ({}, "")
        write('\ufeff{"ClipboardSeconds": 10, "LongestSessionValiditySeconds": "x"}')
        assert read_policies() == ({"ClipboardSeconds": 10, "LongestSessionValiditySeconds": "x"}, "")

    @pytest.mark.parametrize(
        "content", ["", "[]", "null", "{", "\x00", b"\xff\xfe\xfd", "[" * 100_000, '{"a": ' + "1" * 5_000 + "}"]
    )
    def test_a_file_without_a_json_object_is_unreadable(content: str | bytes) -> None:
        write(content)
        assert read_policies() == ({}, str(policy_source.POLICY_FILE))

    def test_a_file_that_cannot_be_read_is_named() -> None:
        Path(policy_source.POLICY_FILE).mkdir(parents=True)  # a folder, because root may read every file
        assert read_policies() == ({}, str(policy_source.POLICY_FILE))
