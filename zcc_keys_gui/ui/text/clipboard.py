"""The texts about other copies of a copied secret, which Windows may keep."""

WITHOUT_HISTORY = "{copied} Windows does not keep the secret in its clipboard history."
WITH_HISTORY = "{copied} Windows may keep the secret in its clipboard history."
REMOTE_DESKTOP_WITHOUT_HISTORY = (
    "{copied} Windows does not keep the secret in its clipboard history. In this remote desktop session, the other "
    "computer may keep it."
)
REMOTE_DESKTOP_WITH_HISTORY = (
    "{copied} Windows may keep the secret in its clipboard history. In this remote desktop session, the other computer "
    "may keep it too."
)
