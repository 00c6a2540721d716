"""How many client secrets can be checked a second, compared with djangorestframework-api-key and its sha512 hasher."""

import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.measuring import medians_in_turn
from benchmarks.ratio import Ratio
from benchmarks.vaults import make_vault
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.service.keys import Keys

_ROUNDS = 20
_CHECKS_PER_ROUND = 200
_MIN_RATIO = 0.9


def measure(folder: Path) -> list[Ratio]:
    """Return the ratio of the rates, for a vault in `folder` and a Django database in memory."""
    store = make_vault(folder / "check", 0)
    keys = Keys(store, lambda: "benchmark")
    secret = keys.add(KeyFields("Benchmark", Status.ENABLED, Role.READ, 3_600)).secret.reveal()
    is_valid_in_django, django_key = _django_check()

    def is_valid() -> bool:
        check = keys.check_secret(ClientSecret(secret))
        return check is not None and check.signs_in

    assert is_valid()
    assert is_valid_in_django(django_key)
    rate, django_rate = medians_in_turn(
        _ROUNDS, lambda: _rate(is_valid), lambda: _rate(lambda: is_valid_in_django(django_key))
    )
    store.close()
    reference = "djangorestframework-api-key, sha512"
    return [Ratio("checking a secret", reference, rate, django_rate, "/s", _MIN_RATIO, is_lower_limit=True)]


def _rate(check: Callable[[], bool]) -> float:
    """Return how many checks there are a second."""
    start = time.perf_counter()
    for _ in range(_CHECKS_PER_ROUND):
        check()
    return _CHECKS_PER_ROUND / (time.perf_counter() - start)


def _django_check() -> tuple[Callable[[str], bool], str]:
    """Return a function that checks an API key in Django, and a valid key."""
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["rest_framework", "rest_framework_api_key"],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    from rest_framework_api_key.models import APIKey  # Django loads models only after its set-up

    _, key = APIKey.objects.create_key(name="benchmark")
    return APIKey.objects.is_valid, key
