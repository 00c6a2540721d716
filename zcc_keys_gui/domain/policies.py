"""The policies by which an organization decides for its users.

Each policy is one object in this module and is listed in `POLICIES`. Its name is the same in Windows' registry, in the
ADMX file, and in the policy file of other systems. CONTRIBUTING.md says what else a new policy needs.
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
    fallback: int
    """The value that is used if the organization set an invalid one."""

    def accepts(self, value: object) -> bool:
        """Return whether a value is valid for this policy."""
        return isinstance(value, int) and not isinstance(value, bool) and self.minimum <= value <= self.maximum


CLIPBOARD_SECONDS = WholeNumberPolicy("ClipboardSeconds", minimum=5, maximum=600, fallback=30)
MAX_SESSION_VALIDITY = WholeNumberPolicy(
    "LongestSessionValiditySeconds",
    minimum=session_validity.MIN_SESSION_SECONDS,
    maximum=session_validity.MAX_SESSION_SECONDS,
    fallback=session_validity.DEFAULT_SESSION_SECONDS,
)
ASK_FOR_PASSPHRASE = WholeNumberPolicy("AskForPassphrase", minimum=0, maximum=1, fallback=1)
LOCK_AFTER_MINUTES = WholeNumberPolicy("LockAfterMinutes", minimum=1, maximum=1_440, fallback=5)
FORBID_SIGN_IN_SERVICE = WholeNumberPolicy("ForbidSignInService", minimum=0, maximum=1, fallback=1)
POLICIES = (
    CLIPBOARD_SECONDS,
    MAX_SESSION_VALIDITY,
    ASK_FOR_PASSPHRASE,
    LOCK_AFTER_MINUTES,
    FORBID_SIGN_IN_SERVICE,
)


class MalformedPolicy(NamedTuple):
    """A policy has an invalid value, or is set twice; its fallback is used."""

    policy: WholeNumberPolicy


class UnknownPolicy(NamedTuple):
    """This version has no policy with this name; it has no effect."""

    name: str


class UnreadablePolicies(NamedTuple):
    """The policies in `location` cannot be read; the fallbacks are used for policies that are not set elsewhere."""

    location: str


PolicyFault = MalformedPolicy | UnknownPolicy | UnreadablePolicies


@dataclass(frozen=True)
class Policies:
    """The organization's valid policies, and the faults that were found."""

    _values: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[PolicyFault, ...] = ()

    def value(self, policy: WholeNumberPolicy) -> int | None:
        """Return the value of a policy, or None if the organization leaves the choice to the user."""
        return self._values.get(policy.name)


def validate_policies(found: Mapping[str, object], unreadable: str = "") -> Policies:
    """Return the policies to use, from the values by name as they were found; the case of names is ignored.

    A malformed value is replaced by its policy's fallback, and does not change other policies. `unreadable` is the
    location of more policies that cannot be read, if any.
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
            values[policy.name] = policy.fallback
            faults.append(MalformedPolicy(policy))
    if unreadable:
        values = {policy.name: policy.fallback for policy in POLICIES} | values
    return Policies(values, tuple(faults))
