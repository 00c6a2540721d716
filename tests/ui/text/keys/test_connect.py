"""Sentences of the connect card."""

from zcc_keys_gui.ui.text.keys.connect import SNIPPET_ON_CLIPBOARD


def test_the_countdown_is_singular_for_one_second() -> None:
    assert SNIPPET_ON_CLIPBOARD.of(1).endswith("clears in 1 second.")
    assert SNIPPET_ON_CLIPBOARD.of(30).endswith("clears in 30 seconds.")
