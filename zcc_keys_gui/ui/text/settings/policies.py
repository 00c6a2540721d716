"""What the windows say about policies."""

from collections.abc import Sequence
from typing import assert_never

from zcc_keys_gui.domain.policies import MalformedPolicy, PolicyFault, UnknownPolicy, UnreadablePolicies
from zcc_keys_gui.ui.text.values import number_words, shortened_name

MANAGED = "Managed by your organization."


_FAULTS_SHOWN = 5


def policy_fault_words(fault: PolicyFault) -> str:
    """Say what is wrong with a policy, and what is in force."""
    match fault:
        case MalformedPolicy(policy):
            limits = f"{number_words(policy.minimum)} to {number_words(policy.maximum)}"
            in_force = number_words(policy.fallback)
            return f"The policy {policy.name} is not a whole number from {limits}: {in_force} is in force."
        case UnknownPolicy(name):
            return f"There is no policy “{shortened_name(name)}”: it has no effect."
        case UnreadablePolicies(place):
            return f"The policies in {place} cannot be read: safe values are in force in their place."
        case _:  # pragma: no cover
            assert_never(fault)


def policy_faults_words(faults: Sequence[PolicyFault]) -> str:
    """Say what is wrong with a few policies, one in a line, and how many more there are."""
    lines = [policy_fault_words(fault) for fault in faults[:_FAULTS_SHOWN]]
    if len(faults) > _FAULTS_SHOWN:
        lines.append(f"And {number_words(len(faults) - _FAULTS_SHOWN)} more, which are in the log.")
    return "\n".join(lines)
