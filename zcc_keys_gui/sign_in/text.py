"""The sentences of the sign-in service: messages in its answers, and reasons in the sign-in log.

Only the log names the reason for a rejected sign-in; the answer is the same for all. Times are local, in English.
"""

from datetime import UTC, datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Messages in answers.
REJECTED = "Invalid API key or secret key."
USE_POST = "Use POST to sign in."
USE_GET = "Use GET."
SEND_JSON = "The Content-Type must be application/json."
SEND_UNCOMPRESSED = "Send the body uncompressed, without Content-Encoding."
INVALID_TOKEN = "The auth-token is missing or not valid. Sign in again."
ONLY_GET = "This API key's role is Read, so it can only use GET."
NOT_FOR_API_KEYS = (
    "The path getCompanyInfo is not available with an API key. The vendor allows it only through OneAPI or for "
    "administrators."
)
NO_SUCH_PATH = "The sign-in service does not have this path."
ONLY_THIS_COMPUTER = "The sign-in service answers only programs on this computer."
SEND_PATH_ONLY = "Send only the path, without a host before it."
SEND_NO_UPGRADE = "The sign-in service supports only HTTP/1.1. Send no Upgrade header."
SIMULATED_UNAUTHORIZED = "Simulated failure: unauthorized."
SIMULATED_FORBIDDEN = "Simulated failure: forbidden."
SIMULATED_TOO_MANY_REQUESTS = "Simulated failure: too many requests."
SIMULATED_SERVER_ERROR = "Simulated failure: internal server error."
RATE_LIMIT_REACHED = "Too many requests. The rate limit is reached."

# Messages in answers that are also reasons in the log.
BODY_TOO_LARGE = "The body is too large."
BODY_EMPTY = "The body is empty."
BODY_BLANK = "The body contains only blanks."
BODY_GZIP = "The body is compressed with gzip. Send it uncompressed."
BODY_WIDE = "The body is {encoding}. Send it as UTF-8."
BODY_NOT_UTF_8 = "The body is not UTF-8 at line {line}, column {column}."
TOO_MANY_BRACKETS = "The JSON has more than {number} opening brackets."
NOT_AN_OBJECT = "The JSON is not an object with apiKey and secretKey."
CURLY_QUOTES = "The JSON has curly quotes at line {line}, column {column}."
SINGLE_QUOTES = "The JSON has single quotes at line {line}, column {column}."
TRAILING_COMMA = "The JSON has a trailing comma at line {line}, column {column}."
MALFORMED_JSON = "The JSON is malformed at line {line}, column {column}."
FIELD_MISSING = "The field {field} is missing."
FIELD_NOT_A_STRING = "The field {field} is not a string."
VAULT_NOT_READ = "The sign-in service could not read the vault. See the log of ZCC Keys."
FAILED = "The sign-in service failed. See the log of ZCC Keys."

# Reasons why a sign-in was rejected.
DISABLED_KEY = "The key is disabled."
DELETED_KEY = "The key {name} was deleted on {day}."
UNKNOWN_CLIENT_ID = "The client ID is unknown: no key in this vault has it."
NOT_A_CLIENT_ID = "The apiKey is not a client ID."
SECRET_AS_API_KEY = "A client secret was sent as apiKey."
SPACES_AROUND_CLIENT_ID = "The client ID has capital letters, or spaces or quotes around it."
INVISIBLE_AROUND_CLIENT_ID = "The client ID has invisible characters around it."
SPACES_AROUND_SECRET = "There are spaces, line breaks, or quotes around the secret."
INVISIBLE_AROUND_SECRET = "There are invisible characters around the secret."
REPLACED_SECRET = "The secret is wrong: it was replaced on {day}."
SECRET_OF_OTHER_KEY = "The secret is wrong: it is the secret of {name}."
UNKNOWN_SECRET = "The secret is wrong: no key in this vault has it."
EMPTY_SECRET = "The secretKey is empty."
FOREIGN_SECRET = "The secretKey is not a client secret of this program. Those begin with {prefix}."
WRONG_CHECKSUM = "The secret's checksum is wrong: characters are missing, added, or changed."
WRONG_CONTENT_TYPE = "The Content-Type is not application/json."
WRONG_ENCODING = "The Content-Encoding is “{encoding}”, but only uncompressed bodies are accepted."
VAULT_NOT_READABLE = "The vault could not be read."

# Reasons why a call was rejected.
NO_TOKEN = "The call has no auth-token header."
SECRET_AS_TOKEN = "A client secret was sent as auth-token. Sign in with it first."
TOKEN_OF_DELETED_KEY = "The key of this access token no longer exists."
STOPPED_TOKEN = "The access token was stopped. After it was issued, its key was disabled or got another role or secret."
EXPIRED_TOKEN = "The access token has expired."
FOREIGN_TOKEN = "The access token is not signed by this vault."
WRONG_ALGORITHM = "The access token is not signed with HS256."
MALFORMED_TOKEN = "The access token is malformed."
READ_KEY = "The key's role is Read, but the method is {method}."
NOT_WITH_API_KEY = "The path getCompanyInfo needs OneAPI or an administrator."
METHOD_NOT_POST = "The method is {method} instead of POST."
METHOD_NOT_GET = "The method is {method} instead of GET."
UNKNOWN_PATH = "There is no such path."
PATH_ENDS_IN_SLASH = "There is no such path, because it ends in a slash."
EXTRA_SLASH = "There is no such path, because it has an extra slash, as if the base URL ended in a slash."
TWO_SLASHES = "There is no such path, because it has two slashes in a row."
NO_HOST = "The call has no Host header."
SEVERAL_HOSTS = "The call has more than one Host header."
FOREIGN_HOST = "The Host header is “{host}”, which is not a name of the sign-in service."
ORIGIN = "The call has an Origin header, as if it came from a web page: “{origin}”."
SEC_FETCH_SITE = "The call has a Sec-Fetch-Site header, as if it came from a web page."
TLS = "The client began a TLS handshake. Use http, not https."
HTTP_2 = "The client used HTTP/2, but the sign-in service supports only HTTP/1.1."
MALFORMED_REQUEST = "The HTTP request is malformed."
HEAD_TOO_LARGE = "The request line and headers are larger than {kib} KiB."
TARGET_NOT_A_PATH = "The target of the request is not a path."
UPGRADE_WITH_BODY = "The request has an Upgrade header and a body."

# Notes about accepted and simulated calls.
OLD_SECRET = "Signed in with the old secret, which works until {time}."
ISSUED_EXPIRED_TOKEN = "Answered with an access token that has already expired."
ANSWERED_FAILURE = "Answered with status {status}."
ANSWERED_RATE_LIMIT = "The rate limit is reached. Calls are answered with status 429 for {seconds} seconds."
DELAYED = "The answer was delayed by {seconds} seconds."
NOT_AWAITED = "The caller did not wait for the answer."


def format_day(when: datetime) -> str:
    """Return the day of a time, such as `Tuesday, 24 Nov 2026`."""
    local = when.astimezone()
    return f"{_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"


def format_time(seconds: float) -> str:
    """Return a time, in seconds since 1970, such as `14:30 on Tuesday, 24 Nov 2026`."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    return f"{local:%H:%M} on {format_day(local)}"
