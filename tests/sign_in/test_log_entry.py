"""What the sign-in log records: short texts completely, long ones truncated, always in one line."""

from zcc_keys_gui.domain.client_secret import ClientSecret, compute_verifier, new_client_secret
from zcc_keys_gui.sign_in.log_entry import examine_secret, make_loggable, make_logged_request

MAX_LENGTH = 120  # characters of a caller's name, and of a path
# Several words, because one long word would look like a secret.
SHORT = ("ab " * MAX_LENGTH)[:MAX_LENGTH]


def test_a_name_and_a_path_of_120_characters_are_kept() -> None:
    short = make_logged_request(SHORT.encode(), "GET", SHORT.encode() + b"?page=1", 404)
    assert (short.client, short.path) == (SHORT, SHORT)


def test_longer_texts_are_truncated_with_an_ellipsis() -> None:
    longer = f"{SHORT}a"
    long = make_logged_request(longer.encode(), "GET", longer.encode(), 404)
    assert (long.client, long.path) == (SHORT[:-1] + "…", SHORT[:-1] + "…")


def test_only_printable_characters_are_kept() -> None:
    assert make_loggable(b"a\r\nb\x00 \xe2\x80\xaec", 10) == "ab c"


def test_the_query_is_removed() -> None:
    assert make_logged_request(b"", "GET", b"/path?secretKey=1?2", 200).path == "/path"


def test_bytes_that_are_not_utf_8_are_read_as_latin_1() -> None:
    assert make_loggable("Müller".encode("latin-1"), 10) == "Müller"
    assert make_loggable("Müller".encode(), 10) == "Müller"


def test_the_traits_describe_a_secret_without_containing_it() -> None:
    secret = new_client_secret()
    traits = examine_secret(ClientSecret(f"{secret.reveal()}\u200b"))
    assert (traits.is_ours, traits.is_well_formed, traits.has_extra, traits.has_invisible) == (True, True, True, True)
    assert traits.trimmed_verifier == compute_verifier(secret) != traits.verifier
    assert secret.reveal()[:20] not in repr(traits)
