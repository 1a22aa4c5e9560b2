"""The clock of the machine with Redis and the registration service steps: nobody is locked out, nothing is given up."""

import re
import sys
import uuid
from pathlib import Path

import httpx
import pytest

from deploy.stack import Part
from registration.client import RegistrationClient
from tests.drills.conftest import FAKETIME, Ground, Row
from tests.drills.test_parts import DAY, check_told, enroll_up_to_the_last_step, once, until
from tests.gateway.running import free_port
from tests.journeys.player import Talk

pytestmark = pytest.mark.drill
STEPS = {"-10 min": -600, "-2 h": -7200, "-2 days": -172_800, "+31 days": 2_678_400}
LIMITED = {"RATE_PER_ADDRESS": "6/60", "RATE_PER_CONVERSATION": "6/60"}
ASKED = "宝宝没上户口能办医保吗"


def counted_gateway(ground: Ground) -> tuple[Part, str]:
    """A third gateway, which limits addresses and conversations."""
    port = free_port()
    part = Part(
        "gateway-3", [sys.executable, "-m", "gateway", "serve", "--port", str(port)],
        {**ground.second.environment, **LIMITED, "METRICS_PORT": str(free_port())},
        Path(ground.second.log).with_name("gateway-3.log"),
    )  # fmt: skip
    part.start()
    return part, f"http://127.0.0.1:{port}"


def alive(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def login(ground: Ground, password: str) -> int:
    """One login of the drill's account at the staff pages."""
    with httpx.Client(base_url=ground.stack.portal_address, trust_env=False, timeout=20) as client:
        token = re.search(r'name="form_token" value="([^"]+)"', client.get("/login").text)
        assert token
        given = {"name": "drill", "password": password, "form_token": token[1]}
        return client.post("/login", data=given).status_code


@pytest.mark.parametrize("step", STEPS)
def test_the_clock_of_the_stores_steps_and_comes_back(drill: Ground, accounts: str, step: str) -> None:
    assert FAKETIME is not None, "no libfaketime here: apt-get install faketime"
    part, address = counted_gateway(drill)
    try:
        until(lambda: alive(address))
        talk = Talk(drill.stack.address, DAY)
        enroll_up_to_the_last_step(talk)
        number = re.search(r"TB[0-9A-Z]+", talk.say("确认")[0]["text"])
        assert number
        environment = drill.stack.environment()
        bureau = RegistrationClient(environment["REGISTRATION_URL"], environment["REGISTRATION_TOKEN"])
        counted = Talk(address, DAY)
        used_up = [once(address, counted, ASKED, uuid.uuid4().hex)[0] for _ in range(7)]
        assert used_up[-1] == 429, used_up
        assert [login(drill, "wrong-password") for _ in range(6)] == [401] * 5 + [429]
        slowest = 0.0
        for offset in (STEPS[step], 0):
            drill.machine.write_text(f"{offset:+d}")
            status, content, seconds = once(address, Talk(address, DAY), ASKED, uuid.uuid4().hex)
            check_told(status, content, seconds)
            assert status == 200, content
            slowest = max(slowest, seconds)
            assert login(drill, accounts) == 303
            bureau.get(number.group())
        assert bureau.get(number.group()).state == "draft"
    finally:
        part.stop()
    drill.rows.append(
        Row(f"clock of the stores {step} and back", "", f"{slowest:.1f} s", "nobody locked out, draft kept")
    )
