"""What the sign-in log keeps of a request: whole if it is short, cut if it is long, always in one line."""

from zcc_keys_gui.sign_in.request import kept, request

LONGEST = 120  # characters of a caller's name, and of a path
# Not one word, which would look like a secret.
SHORT = ("ab " * LONGEST)[:LONGEST]


def test_120_characters_of_a_name_and_of_a_path_are_kept() -> None:
    short = request(SHORT.encode(), "GET", SHORT.encode() + b"?page=1", 404)
    assert (short.client, short.path) == (SHORT, SHORT)


def test_what_is_longer_is_cut_and_ends_with_an_ellipsis() -> None:
    longer = f"{SHORT}a"
    long = request(longer.encode(), "GET", longer.encode(), 404)
    assert (long.client, long.path) == (SHORT[:-1] + "…", SHORT[:-1] + "…")


def test_it_is_one_line_of_what_can_be_printed() -> None:
    assert kept(b"a\r\nb\x00 \xe2\x80\xaec", 10) == "ab c"


def test_the_query_is_not_kept() -> None:
    assert request(b"", "GET", b"/path?secretKey=1?2", 200).path == "/path"


def test_bytes_that_are_not_utf_8_are_read_as_latin_1() -> None:
    assert kept("Müller".encode("latin-1"), 10) == "Müller"
    assert kept("Müller".encode(), 10) == "Müller"
