"""What an organization may decide for the people who use the program.

Each policy is one object in this module and one of `POLICIES`; the same names are used in Windows' registry, in the
ADMX file, and in the policy file of other systems. A new one is added here; CONTRIBUTING.md says where else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from zcc_keys_gui.domain import session_validity


class WholeNumberPolicy(NamedTuple):
    """A policy whose value is a whole number from `minimum` to `maximum`."""

    name: str
    minimum: int
    maximum: int
    safe: int
    """What is in force where the organization set something that is no such number."""

    def accepts(self, value: object) -> bool:
        """Say whether a value, as it was found, is one of this policy."""
        return isinstance(value, int) and not isinstance(value, bool) and self.minimum <= value <= self.maximum


CLIPBOARD_SECONDS = WholeNumberPolicy("ClipboardSeconds", minimum=5, maximum=600, safe=30)
LONGEST_SESSION_VALIDITY = WholeNumberPolicy(
    "LongestSessionValiditySeconds",
    minimum=session_validity.MINIMUM,
    maximum=session_validity.MAXIMUM,
    safe=session_validity.DEFAULT,
)
ASK_FOR_PASSPHRASE = WholeNumberPolicy("AskForPassphrase", minimum=0, maximum=1, safe=1)
LOCK_AFTER_MINUTES = WholeNumberPolicy("LockAfterMinutes", minimum=1, maximum=1_440, safe=5)
FORBID_SIGN_IN_SERVICE = WholeNumberPolicy("ForbidSignInService", minimum=0, maximum=1, safe=1)
POLICIES = (
    CLIPBOARD_SECONDS,
    LONGEST_SESSION_VALIDITY,
    ASK_FOR_PASSPHRASE,
    LOCK_AFTER_MINUTES,
    FORBID_SIGN_IN_SERVICE,
)


class MalformedPolicy(NamedTuple):
    """A policy was set to something that is no value of it, or twice; its safe value is in force."""

    policy: WholeNumberPolicy


class UnknownPolicy(NamedTuple):
    """Something was set that is no policy of this version; it has no effect."""

    name: str


class UnreadablePolicies(NamedTuple):
    """What is set at `place` cannot be read; the policies that are not set elsewhere have their safe values."""

    place: str


PolicyFault = MalformedPolicy | UnknownPolicy | UnreadablePolicies


@dataclass(frozen=True)
class Policies:
    """What the organization has decided, and what was wrong with how it said so."""

    _values: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[PolicyFault, ...] = ()

    def value(self, policy: WholeNumberPolicy) -> int | None:
        """Return what is in force, or None where the organization leaves it to the person."""
        return self._values.get(policy.name)


def validated_policies(found: Mapping[str, object], unreadable: str = "") -> Policies:
    """Return the policies that are in force, given what was found; names count whatever their case, as in the registry.

    A malformed value falls back to the safe one of its policy, and changes no other. `unreadable` is a place at which
    there may be more, but that cannot be read.
    """
    values: dict[str, int] = {}
    faults: list[PolicyFault] = [UnreadablePolicies(unreadable)] if unreadable else []
    known = {policy.name.casefold(): policy for policy in POLICIES}
    for name, value in found.items():
        policy = known.get(name.casefold())
        if policy is None:
            faults.append(UnknownPolicy(name))
        elif isinstance(value, int) and policy.accepts(value) and policy.name not in values:
            values[policy.name] = value
        else:
            values[policy.name] = policy.safe
            faults.append(MalformedPolicy(policy))
    if unreadable:
        values = {policy.name: policy.safe for policy in POLICIES} | values
    return Policies(values, tuple(faults))
