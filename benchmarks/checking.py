"""Checking a secret, against djangorestframework-api-key with its sha512 hasher."""

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.ratio import Ratio, side_by_side
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

_ROUNDS = 20
_CHECKS = 200  # in a round


def measure(folder: Path) -> list[Ratio]:
    """Return the ratio of the rates, for a vault in `folder` and a database of Django's in memory."""
    store = VaultOpener(VaultFolder(folder / "check")).create_for_this_account()
    keys = Keys(store, lambda: "benchmark")
    new = keys.add(KeyFields("Benchmark", Status.ENABLED, Role.READ, 3_600))
    text = new.secret.reveal()
    django_accepts, django_key = _django()

    def accepts() -> bool:
        found = keys.check_secret(ClientSecret(text))
        return found is not None and found.signs_in

    assert accepts()
    assert django_accepts(django_key)
    ours, theirs = side_by_side(
        _ROUNDS,
        lambda: _rate(accepts),
        lambda: _rate(lambda: django_accepts(django_key)),
    )
    store.close()
    return [
        Ratio("checking a secret", "djangorestframework-api-key, sha512", ours, theirs, "/s", 0.9, at_least=True),
    ]


def _rate(check: Callable[[], bool]) -> float:
    began = time.perf_counter()
    for _ in range(_CHECKS):
        check()
    return _CHECKS / (time.perf_counter() - began)


def _django() -> tuple[Callable[[str], bool], str]:
    """Return the check of an API key in Django's way, and a key that it accepts."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["rest_framework", "rest_framework_api_key"],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    from rest_framework_api_key.models import APIKey

    _, key = APIKey.objects.create_key(name="benchmark")
    return APIKey.objects.is_valid, key
