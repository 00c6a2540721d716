"""`python -m zcc_keys_gui` starts the program."""

import sys

from zcc_keys_gui.app import main

if __name__ == "__main__":
    sys.exit(main())
