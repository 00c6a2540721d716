"""What a list can be asked for: which rows, in which order."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from zcc_keys_gui.domain.api_key import Role, Status


class KeyColumn(Enum):
    """The columns that the list of keys can be sorted by."""

    NAME = "name"
    CLIENT_ID = "client_id"
    STATUS = "status"
    ROLE = "role"
    SESSION_VALIDITY = "session_validity"
    CREATED = "created"
    LAST_SIGN_IN = "last_sign_in"


@dataclass(frozen=True)
class KeyQuery:
    """Keys whose name or client ID contains `text`, whatever the case of A to Z, in one order."""

    text: str = ""
    status: Status | None = None
    role: Role | None = None
    sort: KeyColumn = KeyColumn.NAME
    descending: bool = False


class HistoryQuery(NamedTuple):
    """History rows in which any column contains `text`, whatever the case of A to Z; the newest first."""

    text: str = ""
