"""Store a vault of the newest schema and its content: `python -m tests.support.stored_vault tests/data/schema-N`."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "four random words fit"
CONTENT = "content.json"


def main(folder: Path) -> None:
    """Create a vault with keys in every state, and a history of every kind."""
    store = VaultOpener(VaultFolder(folder)).create_with_passphrase(PASSPHRASE)
    times = (datetime(2026, 11, 12, tzinfo=UTC) + timedelta(minutes=number) for number in count())
    keys = Keys(store, lambda: r"CONTOSO\admin", lambda: next(times))
    made = []
    for number in range(40):
        status = Status.DISABLED if number % 5 == 4 else Status.ENABLED
        role = Role.WRITE if number % 3 == 2 else Role.READ
        new = keys.add(KeyFields(f"Key{number:02}", status, role, 30 + 1_000 * number))
        made.append(new.key)
        if number % 4:
            keys.mark_secret_shown(new.key.client_id, copied=number % 2 == 1)
    keys.edit(made[1].client_id, replace(made[1].fields, name="Renamed01", session_validity=999_999_999))
    keys.regenerate_secret(made[2].client_id)
    keys.set_status([key.client_id for key in made[5:8]], Status.DISABLED)
    keys.delete([key.client_id for key in made[10:13]])
    (folder / CONTENT).write_text(json.dumps(content_of(store), indent=1) + "\n", encoding="utf-8")
    store.close()


def content_of(store: VaultStore) -> dict[str, Any]:
    """Return every key with its verifier, and every history row."""
    keys = store._db.execute(
        "SELECT client_id, name, status, role, session_validity, created, secret_pending, hex(verifier)"
        " FROM api_key ORDER BY client_id"
    )
    history = store._db.execute("SELECT at, who, action, client_id, name, details FROM history ORDER BY id")
    return {"keys": [list(row) for row in keys], "history": [list(row) for row in history]}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
