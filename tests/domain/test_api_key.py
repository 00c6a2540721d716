"""What an API key is."""

import re

from zcc_keys_gui.domain.api_key import Role, Status, new_client_id


def test_client_ids_are_lower_case_random_uuids() -> None:
    ids = [new_client_id() for _ in range(1_000)]
    assert len(set(ids)) == 1_000
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(form.fullmatch(client_id) for client_id in ids)


def test_the_words_are_those_of_the_vendors_page() -> None:
    assert [*Status] == ["Enabled", "Disabled"]
    assert [*Role] == ["Read", "Write"]
