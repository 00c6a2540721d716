"""The files of a vault: their folder, how they are opened and written, and what goes wrong with them."""
