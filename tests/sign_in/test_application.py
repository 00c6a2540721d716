"""The answers of the service, and the callers that it rejects."""

import re
from pathlib import Path

import dev
from tests.sign_in.helpers.service_process import COMPANY_INFO, LOGIN, SESSION, RunningService
from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in import text

BROWSERS = (
    b"Origin: https://evil.example",
    b"Origin: null",
    b"Origin:",
    b"oRIGIN: http://127.0.0.1:8765",
    b"Sec-Fetch-Site: none",
    b"Sec-Fetch-Site: same-origin",
)


def request(service: RunningService, *headers: bytes, target: bytes = b"/", method: bytes = b"GET") -> int:
    """Return the status of the answer to a request with these headers; the connection is closed."""
    head = b"\r\n".join([b"%b %b HTTP/1.1" % (method, target), *headers, b"Connection: close", b"", b""])
    answer = service.raw(head)
    assert b"access-control" not in answer.lower()
    return int(answer.split(b" ", 2)[1])


def test_a_key_signs_in_and_its_token_opens_the_api(service: RunningService) -> None:
    key = service.add_key()
    for prefix in ("", "/zcc"):
        answer = service.sign_in(*key, prefix + LOGIN)
        assert answer.status == 200
        assert list(answer.json) == ["jwtToken", "message"]
        assert answer.json["message"] is None
        session = service.get(SESSION, answer.json["jwtToken"])
        assert session.status == 200
        assert session.json["clientId"] == key.client_id


def test_company_info_is_not_available_with_an_api_key(service: RunningService) -> None:
    for role in Role:
        token = service.token(service.add_key(role.value, role))
        for prefix in ("", "/zcc"):
            answer = service.get(prefix + COMPANY_INFO, token)
            assert answer.status == 403
            assert "not available with an API key" in answer.json["message"]
    rows = [row for row in service.wait_for_rows(6) if row.status == 403]
    assert {row.name for row in rows} == {"Read", "Write"}
    assert all(row.is_authenticated and "OneAPI" in row.reason for row in rows)


def test_a_read_key_can_only_get(service: RunningService) -> None:
    read, write = (service.token(service.add_key(role.value, role)) for role in Role)
    for method in ("POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"):
        assert service.call(method, "/papi/public/v1/removeDevices", auth_token=read).status == 403
        assert service.call(method, "/papi/public/v1/removeDevices", auth_token=write).status == 404
    assert service.get("/papi/public/v1/getDevices", read).status == 404


# --- callers ---


def test_names_of_this_computer_are_accepted(service: RunningService) -> None:
    own = (b"127.0.0.1", b"localhost:8765", b"LOCALHOST", b"[::1]", b"[::1]:8765", b"127.0.0.1:", b"localhost.:1")
    for host in (*own, b"localhost.", b"127.0.0.1 ", b"localhost:8765 \t "):
        assert request(service, b"Host: " + host) == 404, host


def test_other_names_are_rejected(service: RunningService) -> None:
    hosts = (
        *(b"evil.example", b"evil.example:8765", b"localhost..", b"127.0.0.1.", b"127.0.0.1.evil.example", b"127.1"),
        *(b"2130706433", b"0.0.0.0", b"127.0.0.2", b"::1", b"[0:0:0:0:0:0:0:1]", b"[::ffff:127.0.0.1]", b"[::1%25lo]"),
        *(
            b"127.0.0.1:123456",
            b"127.0.0.1:port",
            b"user@127.0.0.1",
            b"127.0.0.1, evil.example",
            b"localhost\tevil",
            b"",
        ),
    )
    for host in hosts:
        assert request(service, b"Host: " + host) == 403, host
    assert request(service) == 403
    assert request(service, b"Host: 127.0.0.1", b"Host: 127.0.0.1") == 403
    assert request(service, b"Host: 127.0.0.1", b"HOST: evil.example") == 403
    rows = service.wait_for_rows(len(hosts) + 3)
    assert {row.outcome for row in rows} == {Outcome.CALL_REJECTED}
    reasons = {row.reason for row in rows}
    assert {text.NO_HOST, text.SEVERAL_HOSTS} < reasons
    assert "The Host header is “evil.example”, which is not a name of the sign-in service." in reasons
    assert len(reasons) == len(hosts) + 2


def test_a_target_with_a_host_is_rejected(service: RunningService) -> None:
    for target in (b"http://evil.example/papi/public/v1/x", b"http://127.0.0.1/", b"https://127.0.0.1/", b"*", b"x"):
        assert request(service, b"Host: 127.0.0.1", target=target) == 400, target
    assert request(service, b"Host: 127.0.0.1", target=b"//evil.example/") == 404  # this target is a path


def test_no_tunnel_is_opened(service: RunningService) -> None:
    assert request(service, b"Host: 127.0.0.1", method=b"CONNECT", target=b"evil.example:443") == 400
    offer = (b"Host: 127.0.0.1", b"Upgrade: h2c, websocket", b"Connection: upgrade, close")
    assert request(service, *offer) == 404
    login = (b"Content-Type: application/json", b"Content-Length: 2")
    head = b"\r\n".join([b"POST %b HTTP/1.1" % LOGIN.encode(), *offer, *login, b"", b"{}"])
    assert service.raw(head).endswith(b"Send no Upgrade header.")


def test_web_pages_are_rejected(service: RunningService) -> None:
    authorized = (b"Host: 127.0.0.1", b"auth-token: " + service.token(service.add_key()).encode())
    session = SESSION.encode()
    assert request(service, *authorized, target=session) == 200
    for header in BROWSERS:
        assert request(service, *authorized, header, target=session) == 403, header
        preflight = (b"Host: 127.0.0.1", header, b"Access-Control-Request-Method: POST")
        assert request(service, *preflight, method=b"OPTIONS", target=LOGIN.encode()) == 403, header
    rows = service.wait_for_rows(2 + 2 * len(BROWSERS))
    assert sum("as if it came from a web page" in row.reason for row in rows) == 2 * len(BROWSERS)


# --- paths ---


def test_every_path_of_the_api_needs_a_token(service: RunningService) -> None:
    token = service.token(service.add_key(role=Role.WRITE)).encode()
    for path in (
        *(b"/papi/public/v1/", b"/papi/public/v1/x", b"/papi/public/v1/x/", b"/papi/public/v1//getCompanyInfo"),
        *(b"/papi/public/v1/..%2f..", b"/papi/public/v1/x%0ay", b"/papi/public/v1/%00", b"/papi/public/v1/%ff"),
        *(b"/zcc/papi/public/v1/x", b"/papi%2Fpublic/v1/x", b"/papi/public/v1", b"/zcc/papi/public/v1?x=1"),
    ):
        for method in (b"GET", b"POST", b"DELETE", b"OPTIONS", b"HEAD"):
            assert request(service, b"Host: 127.0.0.1", target=path, method=method) == 401, path
            authorized = (b"Host: 127.0.0.1", b"auth-token: " + token)
            assert request(service, *authorized, target=path, method=method) == 404, path


def test_unknown_paths_are_not_found(service: RunningService) -> None:
    for path in (
        *("/", "/papi", "/papi/auth/v1", "/papi/auth/v1/login/", "/PAPI/auth/v1/login", "//papi/auth/v1/login"),
        *("/papi//public/v1/x", "/papi/public/v2/x", "/papi/public/v10", "/zcc/zcc/papi/auth/v1/login", "/local/v1"),
    ):
        for method in ("GET", "POST", "HEAD"):
            assert service.call(method, path).status == 404, path


def test_the_query_is_ignored(service: RunningService) -> None:
    key = service.add_key()
    answer = service.sign_in(*key, LOGIN + "?_=123456&x=%zz&&=")
    assert answer.status == 200
    assert service.get(SESSION + "?_=123456", answer.json["jwtToken"]).status == 200


def test_a_percent_encoded_path_is_the_same(service: RunningService) -> None:
    answer = service.sign_in(*service.add_key(), "/%70api/auth/v1/log%69n")
    assert answer.status == 200
    assert service.get("/local/v1/sess%69on", answer.json["jwtToken"]).status == 200


def test_the_wrong_method_is_rejected(service: RunningService) -> None:
    token = service.token(service.add_key(role=Role.WRITE))
    for method in ("GET", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"):
        answer = service.call(method, LOGIN)
        assert answer.status == 405
        assert answer.headers["allow"] == "POST"
        assert bool(answer.body) is (method != "HEAD")
    for method in ("POST", "HEAD", "OPTIONS"):
        answer = service.call(method, SESSION, auth_token=token)
        assert (answer.status, answer.headers["allow"]) == (405, "GET")


# --- documentation ---


def test_the_table_in_the_readme_has_the_right_answers(service: RunningService) -> None:
    key, disabled = service.add_key(role=Role.WRITE), service.add_key("Nightly", status=Status.DISABLED)
    token, read = service.token(key), service.token(service.add_key("Inventory"))
    calls = [
        {service.sign_in(*key).status},
        {service.sign_in(*each).status for each in (disabled, (key.client_id, "wrong"), ("unknown", key.secret))},
        {
            service.call("POST", LOGIN, "{“apiKey”: …".encode(), content_type="application/json").status,
            service.call("POST", LOGIN, b"", content_type="text/plain").status,
            service.call("POST", LOGIN, b"", content_type="application/json", content_encoding="gzip").status,
            service.call("POST", LOGIN, b" " * 100_000, content_type="application/json").status,
        },
        {service.call(method, "/papi/public/v1/getDevices").status for method in ("GET", "POST")},
        {service.call("DELETE", "/papi/public/v1/removeDevices", auth_token=read).status},
        {service.get(COMPANY_INFO, token).status},
        {service.call("PUT", path, auth_token=token).status for path in (LOGIN, SESSION)},
        {service.get("/papi/public/v1/getDevices", token).status},
        {service.get(SESSION, token).status},
    ]
    readme = (Path(dev.__file__).parent / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| call | answer |")[2].partition("\n\n")[0].splitlines()[2:]
    documented = [{int(status) for status in re.findall(r"\b[2-5]\d\d\b", row.split("|")[2])} for row in table]
    assert calls == documented
