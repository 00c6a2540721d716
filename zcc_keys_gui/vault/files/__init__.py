"""The files of a vault: their names, safe reading and writing, errors, and the write-ahead log."""
