"""What buttons and small parts say that several pages share."""

CANCEL = "Cancel"
CLOSE = "&Close"
COPY_DETAILS = "Copy details"
HIDE = "Hide"

SHOW_IN_SHARING_SHORTCUT = "Ctrl+Shift+S"
HIDDEN_SECRET = (
    "The client secret is shown in a window that is hidden from screen sharing. If you don't see that window, press "
    f"{SHOW_IN_SHARING_SHORTCUT}."
)
