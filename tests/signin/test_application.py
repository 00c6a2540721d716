"""What the service answers, and whom."""

import pytest

from tests.signin.running import COMPANY_INFO, LOGIN, RunningService
from zcc_keys_gui.domain.api_key import Role


@pytest.mark.parametrize("prefix", ["", "/zcc"])
def test_a_key_signs_in_and_its_token_opens_the_api(service: RunningService, prefix: str) -> None:
    answer = service.sign_in(*service.add_key(), prefix + LOGIN)
    assert answer.status == 200
    assert list(answer.json) == ["jwtToken", "message"]
    assert answer.json["message"] is None
    company = service.get(prefix + COMPANY_INFO, answer.json["jwtToken"])
    assert company.status == 200
    assert company.json["name"]


def test_a_read_key_may_only_get(service: RunningService) -> None:
    read, write = (service.token(service.add_key(role.value, role)) for role in Role)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert service.call(method, "/papi/public/v1/removeDevices", auth_token=read).status == 403
        assert service.call(method, "/papi/public/v1/removeDevices", auth_token=write).status == 404
    assert service.get("/papi/public/v1/getDevices", read).status == 404
