"""A program with a vault and its sign-in service, which runs until it is killed.

`python -m tests.support.sign_in_program FOLDER` prints as JSON the port of the service, a client ID with its secret,
and the number of keys that it has added. Then it changes one of the keys again and again.
"""

import sys
from pathlib import Path

from tests.reliability.writer import print_json
from tests.sign_in.helpers.service_process import running_service
from zcc_keys_gui.domain.api_key import KeyQuery, Status
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener


def main() -> None:
    """Print the data, and change the key until the process is killed."""
    store = VaultOpener(VaultFolder(Path(sys.argv[1]))).open_for_this_account()
    with running_service(store) as service:
        number = store.keys.count(KeyQuery())
        key, other = service.add_key(f"Key{number}"), service.add_key(f"Other{number}")
        print_json({"port": service.port, "key": key, "keys": 2})
        while True:
            for status in (Status.DISABLED, Status.ENABLED):
                service.keys.set_status([other.client_id], status)


if __name__ == "__main__":
    main()
