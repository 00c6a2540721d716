"""No secret gets into the sign-in log, even if an unexpected part of a call contains it."""

from tests.sign_in.helpers.service_process import LOGIN, RunningService
from zcc_keys_gui.domain.api_key import Role
from zcc_keys_gui.domain.sign_in import SignInQuery

TENANTS_SECRET = "b0f6c2aa-1111-4222-8333-944445555666"


def test_no_secret_gets_into_the_log(service: RunningService) -> None:
    key = service.add_key(role=Role.WRITE)
    secret = key.secret
    token = service.token(key)
    service.sign_in(secret, key.client_id)  # the fields are swapped
    service.sign_in(secret, secret)
    service.sign_in(f"“{secret}”", "x")
    service.sign_in(key.client_id, f"{secret}x")
    service.sign_in(TENANTS_SECRET, TENANTS_SECRET)
    service.call("POST", LOGIN, f'{{"apiKey": {secret}}}'.encode(), content_type="application/json")
    service.call("POST", LOGIN, f'{{"apiKey": “{secret}”}}'.encode(), content_type="application/json")
    service.call("POST", LOGIN, b"{}", content_type=secret, user_agent=f"agent {secret}")
    service.call("GET", f"/papi/public/v1/{secret}", auth_token=secret)
    service.call("GET", "/papi/public/v1/x", auth_token=f"{token}x")
    service.call("GET", "/papi/public/v1/x", host="127.0.0.1", origin=f"http://{secret}")
    service.wait_for_rows(12)
    listed = service.store.sign_ins.page(SignInQuery(), 0, 100)
    kept = repr(listed) + repr(service.rows) + repr(service.failures)
    assert len(listed) >= 12
    for hidden in (secret, secret[9:], secret[9:29], TENANTS_SECRET, TENANTS_SECRET[9:], token.split(".")[2]):
        assert hidden not in kept
    assert "agent zcclocal_…" in kept
    assert "/papi/public/v1/zcclocal_…" in kept
    assert "b0f6c2aa…" in kept


def test_no_disguised_secret_gets_into_the_log(service: RunningService) -> None:
    secret = service.add_key().secret
    encoded = "".join(f"%{ord(each):02X}" for each in secret)
    bare, upper = secret[9:], secret.upper()
    padding = "x" * 39 + " " + "y" * 39 + " "  # so that the secret would be truncated
    for sent in (bare, upper, encoded, f"secretKey={TENANTS_SECRET}", f"{padding}{padding[:30]}{bare}"):
        service.call("GET", f"/papi/{sent.replace(' ', '-')}?secretKey={sent.replace(' ', '-')}", user_agent=sent)
        service.call("GET", "/papi/", origin=sent, host="127.0.0.1")
        service.raw(f"GET / HTTP/1.1\r\nHost: {sent}\r\nConnection: close\r\n\r\n".encode())
        service.raw(f"GET x{sent.replace(' ', '-')} HTTP/1.1\r\nUser-Agent: {sent}\r\n\r\n".encode())
        service.call("POST", LOGIN, b"{}", content_type="application/json", content_encoding=sent)
        service.sign_in(sent, sent)
    rows = service.wait_for_rows(30)
    kept = repr(rows).lower()
    for hidden in (bare.lower(), bare[:12].lower(), bare[30:].lower(), encoded.lower(), TENANTS_SECRET):
        assert hidden not in kept
