"""The tables of the vault, and the numbered steps that upgrade an older vault to the newest schema.

A new vault is created with the same steps, so its tables are the same as those of an upgraded vault. SQLite stores the
text of each statement with its comments, so the statements of released schemas never change.
"""

from sqlcipher3 import dbapi2 as sqlcipher

APPLICATION_ID = 0x5A43434B  # "ZCCK"

# Each column that the list can be sorted by has an index that also contains the columns of the filters, so that
# counting and paging read no rows. The trigram index finds three or more letters anywhere in names and client IDs.
_SCHEMA_1 = """
CREATE TABLE vault (
    id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    keys INTEGER NOT NULL              -- how many there are: counting 100,000 takes longer than opening the vault
) STRICT;

CREATE TABLE api_key (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    status TEXT NOT NULL CHECK (status IN ('Enabled', 'Disabled')),
    role TEXT NOT NULL CHECK (role IN ('Read', 'Write')),
    session_validity INTEGER NOT NULL CHECK (session_validity BETWEEN 30 AND 999999999),
    created INTEGER NOT NULL,          -- microseconds since 1970, UTC
    secret_pending INTEGER NOT NULL CHECK (secret_pending IN (0, 1)),
    verifier BLOB NOT NULL CHECK (length(verifier) = 32)
) STRICT;
CREATE INDEX api_key_by_name ON api_key (name COLLATE NOCASE, status, role);
CREATE INDEX api_key_by_client_id ON api_key (client_id, status, role);
CREATE INDEX api_key_by_status ON api_key (status, role);
CREATE INDEX api_key_by_role ON api_key (role, status);
CREATE INDEX api_key_by_session_validity ON api_key (session_validity, status, role);
CREATE INDEX api_key_by_created ON api_key (created, status, role);
CREATE INDEX api_key_pending ON api_key (secret_pending) WHERE secret_pending = 1;

CREATE VIRTUAL TABLE api_key_text USING fts5 (
    name, client_id, content = 'api_key', content_rowid = 'id', columnsize = 0, tokenize = 'trigram'
);
CREATE TRIGGER api_key_inserted AFTER INSERT ON api_key BEGIN
    INSERT INTO api_key_text (rowid, name, client_id) VALUES (new.id, new.name, new.client_id);
    UPDATE vault SET keys = keys + 1;
END;
CREATE TRIGGER api_key_deleted AFTER DELETE ON api_key BEGIN
    INSERT INTO api_key_text (api_key_text, rowid, name, client_id) VALUES ('delete', old.id, old.name, old.client_id);
    UPDATE vault SET keys = keys - 1;
END;
CREATE TRIGGER api_key_renamed AFTER UPDATE OF name, client_id ON api_key
WHEN old.name <> new.name COLLATE BINARY OR old.client_id <> new.client_id BEGIN
    INSERT INTO api_key_text (api_key_text, rowid, name, client_id) VALUES ('delete', old.id, old.name, old.client_id);
    INSERT INTO api_key_text (rowid, name, client_id) VALUES (new.id, new.name, new.client_id);
END;

CREATE TABLE history (
    id INTEGER PRIMARY KEY,            -- rising, since no row is ever deleted
    at INTEGER NOT NULL,               -- microseconds since 1970, UTC
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    client_id TEXT NOT NULL,
    name TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;
CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON history BEGIN
    SELECT RAISE(ABORT, 'history rows are never changed');
END;
CREATE TRIGGER history_is_not_deleted BEFORE DELETE ON history BEGIN
    SELECT RAISE(ABORT, 'history rows are never deleted');
END;
"""

_SCHEMA_2 = """
ALTER TABLE vault ADD COLUMN last_backup INTEGER;  -- microseconds since 1970, UTC; NULL before the first one
"""

# These columns show whether vault.db and the write-ahead log are from different times, and whether the log is lost.
_SCHEMA_3 = """
ALTER TABLE vault ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;  -- how many there were
ALTER TABLE vault ADD COLUMN log_from INTEGER;  -- how many of them vault.db has without its log; NULL: all
"""

# The sign-in service needs these. Access tokens contain the `session` of their key. Each change that has to make
# earlier tokens invalid gives the key another session, no matter which code makes the change.
_SCHEMA_4 = """
ALTER TABLE vault ADD COLUMN signing_key BLOB;       -- 32 bytes; NULL before the sign-in service was first switched on

ALTER TABLE api_key ADD COLUMN last_sign_in INTEGER NOT NULL DEFAULT 0;  -- microseconds since 1970, UTC; 0: never
ALTER TABLE api_key ADD COLUMN replaced_verifier BLOB CHECK (length(replaced_verifier) = 32);
ALTER TABLE api_key ADD COLUMN replaced_until INTEGER;    -- until then, the secret that was replaced works too
ALTER TABLE api_key ADD COLUMN session INTEGER NOT NULL DEFAULT 0;
CREATE INDEX api_key_by_last_sign_in ON api_key (last_sign_in, status, role);
CREATE TRIGGER api_key_begins_a_session AFTER INSERT ON api_key BEGIN
    UPDATE api_key SET session = random() WHERE id = new.id;
END;
CREATE TRIGGER api_key_ends_its_session AFTER UPDATE OF status, role, verifier, replaced_verifier ON api_key
WHEN old.status <> new.status OR old.role <> new.role OR old.verifier <> new.verifier
    OR (old.replaced_verifier IS NOT NULL AND new.replaced_verifier IS NOT old.replaced_verifier) BEGIN
    UPDATE api_key SET session = random() WHERE id = new.id;
END;

CREATE TABLE former_secret (           -- tells whose a secret was that works no more, and until when
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL,
    verifier BLOB NOT NULL CHECK (length(verifier) = 32),
    replaced INTEGER NOT NULL          -- microseconds since 1970, UTC
) STRICT;
CREATE INDEX former_secret_by_client_id ON former_secret (client_id);
CREATE INDEX former_secret_by_verifier ON former_secret (verifier);
CREATE INDEX api_key_by_verifier ON api_key (verifier);
CREATE TRIGGER api_key_replaces_its_secret AFTER UPDATE OF verifier ON api_key WHEN old.verifier <> new.verifier BEGIN
    INSERT INTO former_secret (client_id, verifier, replaced)
    VALUES (old.client_id, old.verifier, CAST(unixepoch('subsec') * 1000000 AS INTEGER));
    DELETE FROM former_secret WHERE client_id = old.client_id AND id NOT IN
        (SELECT id FROM former_secret WHERE client_id = old.client_id ORDER BY id DESC LIMIT 5);
END;
CREATE TRIGGER api_key_takes_its_secret_along AFTER DELETE ON api_key BEGIN
    INSERT INTO former_secret (client_id, verifier, replaced)
    VALUES (old.client_id, old.verifier, CAST(unixepoch('subsec') * 1000000 AS INTEGER));
END;
CREATE INDEX history_of_deleted ON history (client_id) WHERE action = 'Deleted';

CREATE TABLE sign_in (
    id INTEGER PRIMARY KEY,            -- rising; the oldest rows are deleted
    at INTEGER NOT NULL,               -- microseconds since 1970, UTC
    client_id TEXT NOT NULL,           -- as far as it may be kept: never what could be a secret
    name TEXT NOT NULL,                -- of the key; empty where there is none
    client TEXT NOT NULL,              -- the program that called
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    times INTEGER NOT NULL CHECK (times > 0)
) STRICT;
"""

STATUS_IN_TEXT = """
    CASE
        WHEN action IN ('Enabled', 'Disabled') THEN action
        WHEN details GLOB 'Enabled,*' THEN 'Enabled'
        WHEN details GLOB 'Disabled,*' THEN 'Disabled'
        WHEN '; ' || details GLOB '*; Status: Disabled → Enabled*' THEN 'Enabled'
        WHEN '; ' || details GLOB '*; Status: Enabled → Disabled*' THEN 'Disabled'
    END
"""
"""The status of a key according to `action` and `details` of a history row that was written before schema 5."""

# Restoring a backup needs the status of deleted keys. The sign-in log contains every answered call; its index finds
# the oldest rows of each kind, so that they can be deleted.
_SCHEMA_5 = f"""
ALTER TABLE history ADD COLUMN status TEXT CHECK (status IN ('Enabled', 'Disabled'));  -- of the key after the action
DROP TRIGGER history_is_not_changed;
UPDATE history SET status = {STATUS_IN_TEXT} WHERE {STATUS_IN_TEXT} IS NOT NULL;
CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON history BEGIN
    SELECT RAISE(ABORT, 'history rows are never changed');
END;
ALTER TABLE sign_in ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in ADD COLUMN path TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in ADD COLUMN status INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sign_in ADD COLUMN is_authenticated INTEGER NOT NULL DEFAULT 1 CHECK (is_authenticated IN (0, 1));
CREATE INDEX sign_in_by_kind ON sign_in (is_authenticated);
UPDATE sign_in SET outcome = CASE outcome
    WHEN 'Refused' THEN 'Sign-in rejected' WHEN 'Call refused' THEN 'Call rejected' WHEN 'Rehearsed' THEN 'Simulated'
    ELSE outcome END;
"""

_STEPS = (_SCHEMA_1, _SCHEMA_2, _SCHEMA_3, _SCHEMA_4, _SCHEMA_5)
FIRST_WITH_CHANGES = 3
"""The first schema in which the table `vault` counts the changes."""
SCHEMA = len(_STEPS)


def create(db: sqlcipher.Connection, vault_id: str, generation: int) -> None:
    """Create the tables in an empty database, in one transaction. Raises `sqlcipher.Error`."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    steps = "\n".join(_STEPS)
    db.executescript(f"BEGIN; {steps} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA};")
    db.execute("INSERT INTO vault (id, generation, keys) VALUES (?, ?, 0)", (vault_id, generation))
    db.execute("COMMIT")


def upgrade(db: sqlcipher.Connection) -> None:
    """Upgrade an older vault to this schema, each step in one transaction. Raises `sqlcipher.Error`."""
    db.execute("PRAGMA synchronous = FULL")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    for number, step in enumerate(_STEPS[version:], start=version + 1):
        try:
            db.executescript(f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;")
        except sqlcipher.Error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def note_that_no_log_is_missing(db: sqlcipher.Connection) -> None:
    """Note in a copy of a vault, of any schema, that it is complete without a log. Raises `sqlcipher.Error`."""
    if db.execute("PRAGMA user_version").fetchone()[0] >= FIRST_WITH_CHANGES:
        db.execute("UPDATE vault SET log_from = NULL")
