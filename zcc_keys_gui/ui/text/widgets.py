"""What buttons and small parts say that several pages share."""

CANCEL = "Cancel"
CLOSE = "&Close"
COPY_DETAILS = "Copy details"
HIDE = "Hide"
