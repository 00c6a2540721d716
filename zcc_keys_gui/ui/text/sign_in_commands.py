"""The names of the commands of the sign-in service."""

SIGN_IN_MENU = "&Sign-in"

SWITCH_SERVICE = "&Sign-in service"
SWITCH_ON_AT_START = "Switch on at &every start"
COPY_BASE_URL = "Copy &base URL"
SHOW_LOG = "Sign-in &log"
SIMULATE_FAILURES = "Simulate &failures…"
