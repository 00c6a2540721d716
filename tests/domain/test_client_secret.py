"""Client secrets: their form, their checksum, and hiding them in texts."""

import copy
import re
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.client_secret import (
    LENGTH,
    PREFIX,
    ClientSecret,
    _checksum,
    compute_verifier,
    find_secret,
    hide_secrets,
    is_well_formed,
    new_client_secret,
)

FORM = re.compile(r"zcclocal_[0-9A-Za-z]{43}[0-9A-Za-z]{6}")
BASE_62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def test_secrets_are_distinct_and_use_every_character() -> None:
    secrets = [new_client_secret().reveal() for _ in range(20_000)]
    assert len(set(secrets)) == 20_000
    assert all(FORM.fullmatch(secret) for secret in secrets)
    assert all(is_well_formed(secret) for secret in secrets[:1_000])
    # All 62 characters are equally likely: with 860,000 draws, 6% of the mean is 7 times sigma.
    counts = Counter("".join(secret[9:52] for secret in secrets))
    mean = 43 * 20_000 / 62
    assert set(counts) == set(BASE_62)
    assert all(abs(count - mean) < 0.06 * mean for count in counts.values())


@given(st.integers(0, 57), st.sampled_from(BASE_62))
def test_a_changed_character_is_noticed(position: int, character: str) -> None:
    secret = new_client_secret().reveal()
    changed = secret[:position] + character + secret[position + 1 :]
    assert is_well_formed(changed) == (changed == secret)


@given(st.integers(0, 57))
def test_a_cut_off_secret_is_noticed(length: int) -> None:
    assert not is_well_formed(new_client_secret().reveal()[:length])


@given(st.text())
def test_other_texts_are_not_secrets(text: str) -> None:
    assert not is_well_formed(text)


@pytest.mark.parametrize("body", ["", PREFIX, PREFIX + "a" * 42, PREFIX + "a" * 44, "b" * 52, PREFIX + "é" * 43])
def test_a_right_checksum_without_the_form_is_no_secret(body: str) -> None:
    assert not is_well_formed(body + _checksum(body))


def test_half_a_surrogate_pair_is_not_a_secret() -> None:
    assert not is_well_formed("zcclocal_\ud800")


def test_each_secret_has_its_own_verifier() -> None:
    secret, other = new_client_secret(), new_client_secret()
    verifier = compute_verifier(secret)
    assert len(verifier) == 32
    assert verifier == compute_verifier(ClientSecret(secret.reveal()))
    assert verifier not in (compute_verifier(other), compute_verifier(ClientSecret(secret.reveal() + "\n")))


def test_the_verifier_is_the_sha_256_of_existing_vaults() -> None:
    secret = ClientSecret("zcclocal_0000000000000000000000000000000000000000000000000")
    assert compute_verifier(secret).hex() == "7dd368815e6bc12c4d70445212276664ac5ec5054481c522a35e6527fc5b3955"


def test_half_a_surrogate_pair_has_a_verifier_too() -> None:
    assert len(compute_verifier(ClientSecret("zcclocal_\ud800"))) == 32


def test_a_secret_is_found_within_a_text() -> None:
    secret = new_client_secret().reveal()
    assert len(secret) == LENGTH
    assert find_secret(f"ZCC_SECRET='{secret}' # {new_client_secret().reveal()}") == secret
    assert find_secret(secret[:-1]) == ""


@pytest.mark.parametrize("length", [10, 30, LENGTH])
def test_only_secrets_and_parts_of_them_are_removed(length: int) -> None:
    one, another = (new_client_secret().reveal()[:length] for _ in range(2))
    kept = hide_secrets(f"apiKey=7, secretKey={one}; and {another}, please")
    assert one not in kept
    assert another not in kept
    assert kept.startswith("apiKey=7, secretKey=")
    assert kept.endswith(", please")


@pytest.mark.parametrize(
    "shown", [repr, str, "{}".format, "{!r:>60}".format, lambda s: repr([s]), lambda s: repr({"s": s})]
)
def test_a_secret_is_hidden_in_its_text_and_repr(shown: object) -> None:
    assert callable(shown)
    secret = new_client_secret()
    assert secret.reveal() not in shown(secret)
    assert secret.reveal()[9:20] not in shown(secret)
    assert repr(secret) == "ClientSecret(…)"
    assert not hasattr(secret, "__dict__")
    assert copy.copy(secret).reveal() == secret.reveal()


CLIENT_ID = "5f0c1d9e-83b1-4f0e-9d57-a41b77c90e12"
TENANTS_SECRET = "b0f6c2aa-1111-4222-8333-944445555666"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.ab-c_d"


def percent_encoded(text: str) -> str:
    return "".join(f"%{ord(each):02x}" for each in text)


@given(before=st.sampled_from(["", "x=", "agent ", "_", "/", "ü", "%zz"]), form=st.integers(0, 7), upper=st.booleans())
def test_a_secret_is_removed_in_every_form(before: str, form: int, upper: bool) -> None:
    secret = new_client_secret().reveal()
    shown = secret.upper() if upper else secret
    forms = (
        *(shown, shown[9:], shown[:20], percent_encoded(shown), percent_encoded(percent_encoded(shown[9:]))),
        *(shown.replace("_", "%5F"), f'{{"secretKey": "{shown[9:30]}"}}', f"secret_key%3D{shown[9:30]}"),
    )
    kept = hide_secrets(f"{before}{forms[form]} and more").lower()
    for hidden in (secret[9:20], secret[12:29], percent_encoded(secret[9:20])):
        assert hidden.lower() not in kept
    assert kept.endswith(" and more")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_repeatedly_percent_encoded_secret_is_removed(times: int) -> None:
    sent = secret = new_client_secret().reveal()
    for _ in range(times):
        sent = percent_encoded(sent)
    assert hide_secrets(f"a {sent} b") == "a zcclocal_… b"
    assert secret not in hide_secrets(f"{sent}%20{secret}")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"?apiKey={CLIENT_ID}&secretKey={TENANTS_SECRET}&x=1", f"?apiKey={CLIENT_ID}&secretKey=…&x=1"),
        ("SECRETKEY = 'a b', x", "SECRETKEY = …, x"),
        ('{\\"secretKey\\": \\"abc\\"}', '{\\"secretKey\\": …}'),
        ("secret%20key=abc", "secret key=…"),
        ("secret+key=abc&x=1", "secret+key=…&x=1"),
        ("--client-secret abc --verbose", "--client-secret … --verbose"),
        ("--secretkey 'a b' x", "--secretkey … x"),
        ("client_secret: abc", "client_secret: …"),
        ('{"clientSecret":"a\\"b', '{"clientSecret":…b'),
        (f"agent {TOKEN}, x", "agent …, x"),
        (f"agent {TOKEN[:12]}", "agent …"),
        ("http://me:pass@127.0.0.1/x", "http://…@127.0.0.1/x"),
        ("0" * 64, "…"),
        ("Z" * 40, "…"),
    ],
)
def test_other_possible_secrets_are_removed(text: str, kept: str) -> None:
    assert hide_secrets(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            CLIENT_ID,
            f"{CLIENT_ID}{CLIENT_ID}",
            "Z" * 39,
            "a secret key",
            "secretKey",
            "100% of %zz",
            "me@example.test",
        ),
        "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4648",
        "/papi/public/v1/getDevices%20",
    ],
)
def test_other_texts_are_not_changed(text: str) -> None:
    assert hide_secrets(text) == text
