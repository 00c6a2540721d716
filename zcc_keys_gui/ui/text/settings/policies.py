"""The texts about policies, for the windows and the log."""

from collections.abc import Sequence
from typing import assert_never

from zcc_keys_gui.domain.policies import MalformedPolicy, PolicyFault, UnknownPolicy, UnreadablePolicies
from zcc_keys_gui.ui.text.values import Plural, format_number, shortened_name

MANAGED = "Managed by your organization."
MALFORMED = "The policy {name} is not a whole number from {minimum} to {maximum}. The value {value} is used instead."
UNKNOWN = "There is no policy with the name “{name}”. It has no effect."
UNREADABLE = "The policies in {location} can't be read. The defaults are used instead."
MORE_FAULTS = Plural(
    "There is {number} more problem. The log describes it.",
    "There are {number} more problems. The log describes them.",
)

_MAX_FAULTS = 5


def describe_policy_fault(fault: PolicyFault) -> str:
    """Say what is wrong with a policy, and which value is used instead."""
    match fault:
        case MalformedPolicy(policy):
            return MALFORMED.format(
                name=policy.name,
                minimum=format_number(policy.minimum),
                maximum=format_number(policy.maximum),
                value=format_number(policy.fallback),
            )
        case UnknownPolicy(name):
            return UNKNOWN.format(name=shortened_name(name))
        case UnreadablePolicies(location):
            return UNREADABLE.format(location=location)
        case _:  # pragma: no cover
            assert_never(fault)


def describe_policy_faults(faults: Sequence[PolicyFault]) -> str:
    """Say what is wrong with the first five policies, one in a line, and how many more problems there are."""
    lines = [describe_policy_fault(fault) for fault in faults[:_MAX_FAULTS]]
    more = len(faults) - len(lines)
    return "\n".join([*lines, MORE_FAULTS.of(more)] if more else lines)
