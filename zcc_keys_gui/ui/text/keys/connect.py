"""The texts of the connect card, which shows how a script signs in with a key."""

from zcc_keys_gui.ui.text.values import Plural

TITLE = "Connect with {name}"
CLIENT = "Client"
CLIENT_LABEL = "Clien&t"
SNIPPET = "Snippet"
SWITCH_ON = "Switch &on"
COPY = "&Copy"
CLOSE = "C&lose"

SERVICE_FORBIDDEN = "The sign-in service is not allowed. Managed by your organization."
SERVICE_OFF = "The sign-in service is off. If you switch it on, it listens on {base_url}."
SERVICE_STARTING = "The sign-in service is starting…"
SERVICE_ON = "The sign-in service listens on {base_url}."

CONTAINS_SECRET = "The snippet contains the client secret until you close this window."
CONTAINS_PLACEHOLDER = (
    "Replace {placeholder} with the client secret, which was shown when it was created. If you lost it, regenerate the "
    "key's secret."
)

SNIPPET_COPIED = "Copied with {placeholder} instead of the client secret."
SNIPPET_NOT_COPIED = "Snippet not copied. Another program is using the clipboard. Try again."
SNIPPET_OFF_CLIPBOARD = "The snippet is no longer on the clipboard."
SNIPPET_ON_CLIPBOARD = Plural(
    "Copied with the client secret. The clipboard clears in {number} second.",
    "Copied with the client secret. The clipboard clears in {number} seconds.",
)
