"""The policies of an organization."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.policies import (
    CLIPBOARD_SECONDS,
    MAX_SESSION_VALIDITY,
    POLICIES,
    MalformedPolicy,
    Policies,
    UnknownPolicy,
    UnreadablePolicies,
    WholeNumberPolicy,
    validate_policies,
)

# Any value that the registry or a JSON file can contain.
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def test_without_policies_the_user_decides_everything() -> None:
    assert validate_policies({}) == Policies()
    assert [validate_policies({}).value(policy) for policy in POLICIES] == [None] * len(POLICIES)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_limits_are_valid_values(policy: WholeNumberPolicy) -> None:
    for value in (policy.minimum, policy.maximum, policy.fallback):
        policies = validate_policies({policy.name: value})
        assert policies.value(policy) == value
        assert policies.faults == ()


@pytest.mark.parametrize("value", [4, 601, -1, 2**32, True, "30", 30.0, None, [30], (1, "30"), b"\x1e\0\0\0"])
def test_a_malformed_value_changes_no_other_policy(value: object) -> None:
    policies = validate_policies({"ClipboardSeconds": value, "LongestSessionValiditySeconds": 60})
    assert policies.value(CLIPBOARD_SECONDS) == 30
    assert policies.value(MAX_SESSION_VALIDITY) == 60
    assert policies.faults == (MalformedPolicy(CLIPBOARD_SECONDS),)


def test_the_case_of_names_is_ignored() -> None:
    policies = validate_policies({"clipboardSECONDS": 10, "ClipbordSeconds": 20})
    assert policies.value(CLIPBOARD_SECONDS) == 10
    assert policies.faults == (UnknownPolicy("ClipbordSeconds"),)


def test_an_unreadable_place_means_the_fallback_values() -> None:
    policies = validate_policies({}, "there")
    assert [policies.value(policy) for policy in POLICIES] == [30, 3_600, 1, 5, 1]
    assert policies.faults == (UnreadablePolicies("there"),)
    policies = validate_policies({"ClipboardSeconds": 5}, "there")
    assert [policies.value(policy) for policy in POLICIES] == [5, 3_600, 1, 5, 1]


@pytest.mark.parametrize("values", [(600, 5), ("x", 600), (600, "x")])
def test_a_policy_that_is_set_twice_is_malformed(values: tuple[object, object]) -> None:
    policies = validate_policies({"ClipboardSeconds": values[0], "clipboardseconds": values[1]})
    assert policies.value(CLIPBOARD_SECONDS) == 30
    assert set(policies.faults) == {MalformedPolicy(CLIPBOARD_SECONDS)}


@given(st.dictionaries(st.sampled_from([policy.name for policy in POLICIES]) | st.text(), anything))
def test_every_policy_has_a_valid_value_or_none(found: dict[str, object]) -> None:
    policies = validate_policies(found)
    named = {name.casefold() for name in found}
    for policy in POLICIES:
        value = policies.value(policy)
        assert (value is not None) == (policy.name.casefold() in named)
        assert value is None or policy.accepts(value)
