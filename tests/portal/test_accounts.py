"""Who gets in, who does not, and what is written down about it."""

import re

import httpx
import pytest

from portal.accounts import new_password
from portal.roles import RIGHTS, ROLES
from portal.throttle import PER_NAME_AND_ADDRESS
from tests.gateway.running import RedisServer
from tests.portal.builders import PASSWORD, HandClock
from tests.portal.conftest import OWN_HASHER
from tests.portal.running import Portal

PAGES = {
    "desk": ("/desk", "/chats"), "figures": ("/figures", "/figures/all.xlsx"), "accounts": ("/accounts", "/audit"),
}  # fmt: skip


def test_nobody_sees_a_page_without_logging_in(desk: Portal) -> None:
    stranger = desk.stranger()
    for path in ("/", "/desk", "/chats", "/chats/RG1", "/sources", "/figures", "/accounts", "/audit", "/me", "/keys"):
        answer = stranger.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/login")
    assert stranger.http.post("/desk/search", data={"q": "断保"}).status_code == 303
    asked = stranger.http.post("/desk/search", data={"q": "断保"}, headers={"HX-Request": "true"})
    assert (asked.status_code, asked.headers["hx-redirect"]) == (401, "/login?next=/")


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_opens_its_pages_and_is_refused_the_others_with_a_line_in_the_log(desk: Portal, role: str) -> None:
    person = desk.person("某人", role, school="示范小学" if role == "school" else None)
    refused = []
    for right, paths in PAGES.items():
        for path in paths:
            answer = person.get(path)
            if right in RIGHTS[role]:
                assert answer.status_code == 200, path
            else:
                assert answer.status_code == 403, path
                refused.append(("某人", "refused", f"GET {path}"))
    assert [line for line in desk.audit() if line[1] == "refused"] == refused


def test_a_refused_form_changes_nothing_and_is_logged(desk: Portal) -> None:
    agent = desk.person("3021")
    assert agent.post("/accounts", name="3021", disabled="1").status_code == 403
    assert agent.post("/figures/draft", id="1").status_code == 403
    assert ("3021", "refused", "POST /accounts") in desk.audit()


def test_a_form_without_the_sessions_token_is_refused(desk: Portal) -> None:
    agent, other = desk.person("3021"), desk.person("3022")
    for token in ("", "x", other.csrf):
        answer = agent.http.post("/desk/open", data={"open": "ask_refund", "csrf": token})
        assert answer.status_code == 403
    assert agent.http.post("/logout").status_code == 403
    evil = {"Origin": "https://elsewhere.example"}
    assert (
        agent.http.post("/desk/open", data={"open": "ask_refund", "csrf": agent.csrf}, headers=evil).status_code == 403
    )
    assert agent.post("/desk/open", open="ask_refund").status_code == 303


def test_a_login_gets_a_new_token_and_ends_the_old_session(desk: Portal) -> None:
    agent = desk.person("3021")
    old = agent.http.cookies["desk"]
    agent.login("3021")
    assert agent.http.cookies["desk"] != old
    thief = httpx.Client(base_url=desk.url, cookies={"desk": old}, trust_env=False, timeout=60)
    assert thief.get("/desk").status_code == 303
    thief.close()


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(desk: Portal) -> None:
    desk.add("3021")
    stranger = desk.stranger()
    answer = stranger.login("3021")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("desk="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_logging_out_ends_the_session_on_the_server(desk: Portal, redis: RedisServer) -> None:
    agent = desk.person("3021")
    token = agent.http.cookies["desk"]
    assert token not in redis.everything()
    assert agent.post("/logout").status_code == 303
    late = httpx.Client(base_url=desk.url, cookies={"desk": token}, trust_env=False, timeout=60)
    assert late.get("/desk").status_code == 303
    late.close()


def test_a_session_nobody_uses_ends(desk: Portal, redis: RedisServer) -> None:
    agent = desk.person("3021")
    client = redis.client()
    key = next(iter(client.scan_iter("portal:session:*")))
    assert 1700 < client.ttl(key) <= 1800
    client.expire(key, 5)
    assert agent.get("/desk").status_code == 200
    assert client.ttl(key) > 1700
    client.delete(key)
    assert agent.get("/desk").status_code == 303


def test_wrong_passwords_are_slowed_down_and_the_right_one_waits_too(desk: Portal) -> None:
    desk.add("3021")
    stranger = desk.stranger()
    for _ in range(PER_NAME_AND_ADDRESS):
        answer = stranger.login("3021", "wrong-password")
        assert answer.status_code == 401
        assert "名字或密码不对" in answer.text
    assert stranger.login("3021").status_code == 429
    assert ("3021", "login_failed", "127.0.0.1，次数太多") in desk.audit()


def test_an_unknown_name_is_answered_like_a_wrong_password(desk: Portal) -> None:
    desk.add("3021")
    known, unknown = desk.stranger().login("3021", "wrong-password"), desk.stranger().login("nobody", "wrong-password")
    assert known.status_code == unknown.status_code == 401
    assert "名字或密码不对" in unknown.text


def test_the_login_form_cannot_be_sent_from_elsewhere(desk: Portal) -> None:
    desk.add("3021")
    answer = desk.stranger().http.post("/login", data={"name": "3021", "password": PASSWORD, "form_token": "x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_way_on_after_the_login_stays_in_the_house(desk: Portal, target: str) -> None:
    desk.add("3021")
    stranger = desk.stranger()
    page = stranger.http.get("/login", params={"next": target}).text
    assert "evil" not in page
    assert "javascript:" not in page


def test_a_disabled_account_is_out_and_stays_out(desk: Portal) -> None:
    agent, admin = desk.person("3021"), desk.person("管理员一", "admin")
    assert admin.post("/accounts", name="3021", disabled="1").status_code == 303
    assert agent.get("/desk").status_code == 303
    assert desk.stranger().login("3021").status_code == 401
    assert ("管理员一", "account_disabled", "3021") in desk.audit()
    assert admin.post("/accounts", name="管理员一", disabled="1").status_code == 400


def test_a_new_password_ends_every_other_session(desk: Portal) -> None:
    agent = desk.person("3021")
    elsewhere = desk.stranger()
    elsewhere.login("3021")
    fields = {"old": PASSWORD, "new": "another-password", "again": "another-password"}
    assert agent.post("/me/password", **(fields | {"old": "wrong"})).status_code == 400
    assert agent.post("/me/password", **(fields | {"again": "different"})).status_code == 400
    assert agent.post("/me/password", **(fields | {"new": "short", "again": "short"})).status_code == 400
    assert agent.post("/me/password", **fields).status_code == 303
    assert agent.get("/me").status_code == 200
    assert elsewhere.get("/desk").status_code == 303
    assert desk.stranger().login("3021", "another-password").status_code == 303


def test_every_page_forbids_foreign_content_and_inline_scripts(desk: Portal) -> None:
    admin = desk.person("管理员一", "admin")
    for path in ("/desk", "/chats", "/sources", "/sources/js-2025-26", "/figures", "/accounts", "/audit", "/me",
                 "/keys", "/nowhere", "/login"):  # fmt: skip
        answer = admin.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text
        assert "<script>" not in answer.text
        assert answer.text.count("<script ") == answer.text.count('<script src="/static/')
        assert "http://" not in answer.text.replace("http://www.w3.org", "")
        assert answer.headers["cache-control"] == "no-store"


def test_generated_passwords_differ_and_are_long_enough() -> None:
    assert len({new_password() for _ in range(50)}) == 50
    assert len(new_password()) == 19


def test_the_clock_of_the_tests_reaches_the_log(desk: Portal, clock: HandClock) -> None:
    desk.person("3021")
    clock.forward(hours=3)
    desk.person("3022")
    entries = desk.do(lambda: desk.parts.audit.latest(10))
    assert (entries[0].at - entries[-1].at).total_seconds() == 3 * 3600


def test_a_hash_costs_at_least_what_is_recommended() -> None:
    """RFC 9106 for machines with little memory: three passes over 64 MiB."""
    assert OWN_HASHER.time_cost >= 3
    assert OWN_HASHER.memory_cost >= 64 * 1024


def test_an_administrator_makes_an_account_on_the_page_and_its_owner_logs_in(desk: Portal) -> None:
    admin = desk.person("管理员一", "admin")
    page = admin.post("/accounts/new", name="4001", role="agent", region="南京")
    shown = re.search(r"的密码：<code>([^<]+)</code>", page.text)
    assert shown
    assert shown[1] not in admin.get("/accounts").text
    assert ("管理员一", "account_added", "4001 agent") in desk.audit()
    assert not any(shown[1] in line for entry in desk.audit() for line in entry)
    assert desk.stranger().login("4001", shown[1]).status_code == 303
    account = desk.do(lambda: desk.parts.accounts.get("4001"))
    assert account is not None
    assert (account.role, account.region) == ("agent", "320100")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "4002", "role": "school"}, "学校：学校账号要写明"), ({"name": "x", "role": "agent"}, "名字："),
        ({"name": "4002", "role": "boss"}, "角色：只能是 坐席"),
        ({"name": "4002", "role": "agent", "region": "乌有"}, "没有这个地方"),
        ({"name": "管理员一", "role": "agent"}, "已经有这个账号"),
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    desk: Portal, typed: dict[str, str], words: str
) -> None:
    page = desk.person("管理员一", "admin").post("/accounts/new", **typed)
    assert page.status_code == 400
    assert words in page.text
    assert "--role" not in page.text
    assert f'value="{typed["name"]}"' in page.text


def test_a_password_reset_on_the_page_ends_the_sessions_of_its_owner(desk: Portal) -> None:
    agent, admin = desk.person("4003"), desk.person("管理员一", "admin")
    page = admin.post("/accounts/password", name="4003").text
    shown = re.search(r"的密码：<code>([^<]+)</code>", page)
    assert shown
    assert agent.get("/desk").status_code == 303
    assert desk.stranger().login("4003", shown[1]).status_code == 303
    assert admin.post("/accounts/password", name="管理员一").status_code == 400
    assert desk.person("3021").post("/accounts/new", name="4004", role="admin").status_code == 403
