"""The texts of the sign-in service: its state, notices and log, and simulated failures."""

from zcc_keys_gui.domain.sign_in import SLOW_ANSWER_SECONDS, Failure, SimulatedFailures
from zcc_keys_gui.ui.text.settings.policies import MANAGED
from zcc_keys_gui.ui.text.values import PROGRAM, Plural
from zcc_keys_gui.ui.text.widgets import RecordTexts

# --- status bar ---

STATUS_ON = "Sign-in service: On 127.0.0.1:{port}"
STATUS_STARTING = "Sign-in service: Starting…"
STATUS_OFF = "Sign-in service: Off"
STATUS_NOT_ALLOWED = "Sign-in service: Not allowed"
COPY_BASE_URL_BUTTON = "Copy base URL"
BASE_URL_COPIED = "Base URL copied."

# --- notices ---

SWITCH_ON = "Switch on"
STOPPED = "The sign-in service stopped when the vault was closed."
USES_OTHER_PORT = "Port {usual_port} is not free, so the sign-in service uses port {port}."
PORT_NOT_FREE = (
    "The sign-in service is off because port {port} is not free. Close the program that uses it, or allow another "
    "port in File > Preferences."
)
ENDED_UNEXPECTEDLY = "The sign-in service ended unexpectedly. For details, choose Help > Show log folder."
LOG_FELL_BEHIND = (
    "The sign-in log can't be written. The program tries again every second, and then adds the missing calls. For "
    "details, choose Help > Show log folder."
)

# --- simulated failures ---

SIMULATED_FAILURES = "Simulate failures"
SIMULATED_FAILURES_EXPLAINED = (
    "Try out what your scripts do when the API fails. The status codes, the limits and their headers are as Zscaler "
    "documents them. The texts of the answers are our own. The simulation ends when the sign-in service is switched "
    "off."
)
ANSWER_WITH = "&Answer with"
FAILURES = {
    Failure.UNAUTHORIZED: "401 Unauthorized",
    Failure.FORBIDDEN: "403 Forbidden",
    Failure.TOO_MANY: "429 Too Many Requests, with its headers",
    Failure.SERVER_ERROR: "500 Internal Server Error",
    Failure.SLOW: f"A slow answer, after {SLOW_ANSWER_SECONDS} seconds",
    Failure.EXPIRED_TOKEN: "An access token that has expired",
}
NUMBER_OF_CALLS = "&Number of calls"
SIMULATE = "Si&mulate"
STOP_SIMULATING = "&Stop"
APPLY_RATE_LIMITS = "Apply the &documented rate limits"
RATE_LIMITS_EXPLAINED = "100 calls per hour, and 3 calls per day each to downloadDevices and downloadServiceStatus."
SWITCH_SERVICE_ON = "Switch the service &on"
SERVICE_IS_OFF = "The sign-in service is off."
NO_SIMULATED_FAILURES = "Calls are answered as usual."
CHANGE_SIMULATED_FAILURES = "Change…"
END_SIMULATED_FAILURES = "Stop"

NEXT_CALLS = {
    Failure.UNAUTHORIZED: Plural(
        "The next call is answered with 401.", "The next {number} calls are answered with 401."
    ),
    Failure.FORBIDDEN: Plural("The next call is answered with 403.", "The next {number} calls are answered with 403."),
    Failure.TOO_MANY: Plural("The next call is answered with 429.", "The next {number} calls are answered with 429."),
    Failure.SERVER_ERROR: Plural(
        "The next call is answered with 500.", "The next {number} calls are answered with 500."
    ),
    Failure.SLOW: Plural("The next call is answered slowly.", "The next {number} calls are answered slowly."),
    Failure.EXPIRED_TOKEN: Plural(
        "The next call is answered with an expired access token.",
        "The next {number} calls are answered with expired access tokens.",
    ),
}
RATE_LIMITS_APPLY = "The documented rate limits apply."
SIMULATING = "The sign-in service simulates failures. {failures}"

# --- sign-in log ---

SIGN_IN_LOG = RecordTexts(
    "Sign-in log", "Search the sign-in log", "Export the sign-in log", f"{PROGRAM} sign-in log.csv"
)
HEADINGS = ("Time", "Key", "Call", "Status", "Outcome", "Reason", "Client program")
OUTCOME_SEVERAL_TIMES = "{outcome} × {number}"
OUTCOME_FILTER = "Outcome"
ALL_OUTCOMES = "All outcomes"
NO_MATCH = "Nothing matches the search and filter."
CLEAR_SEARCH_AND_FILTER = "Clear search and &filter"
NO_CALLS_WHILE_ON = (
    "No calls yet.\nScripts can sign in at {base_url} with any enabled key. Every call that the sign-in service "
    "answers is listed here."
)
NO_CALLS_WHILE_OFF = "No calls yet.\nSwitch on the sign-in service, and let a script sign in with a key."
SWITCH_ON_SIGN_IN_SERVICE = "&Switch on the sign-in service"
NO_CALLS_ALLOWED = f"No calls yet. The sign-in service is not allowed on this computer.\n{MANAGED}"


def describe_simulated_failures(simulated: SimulatedFailures) -> str:
    """Return sentences that say what is simulated, or an empty string if nothing is."""
    sentences = []
    if simulated.failure is not None:
        sentences.append(NEXT_CALLS[simulated.failure].of(simulated.calls))
    if simulated.limits_calls:
        sentences.append(RATE_LIMITS_APPLY)
    return " ".join(sentences)
