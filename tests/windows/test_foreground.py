"""Letting another process come to the front."""

import os

from zcc_keys_gui.windows.foreground import let_come_to_front


def test_leave_is_given_without_a_word_even_to_a_process_that_is_gone() -> None:
    let_come_to_front(os.getpid())
    let_come_to_front(4_000_000)
