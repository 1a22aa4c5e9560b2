"""The channels' variables: off when unset, one line for what is missing or wrong, no secret ever shown."""

from typing import Any

import pytest

from common.settings import SettingsError
from gateway.wechat.settings import read_accounts
from gateway.wecom.settings import read_wecom
from tests.gateway.platform import KEY, OLD_KEY, SECRET, TOKEN, variables, wecom_variables

BASE = "http://127.0.0.1:9"


def test_nothing_set_is_a_channel_that_is_off() -> None:
    assert read_accounts({}) == ()
    assert read_wecom({}) is None


@pytest.mark.parametrize("name", ["WECHAT_TOKEN", "WECHAT_APP_ID", "WECHAT_AES_KEY"])
def test_a_missing_partner_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}：没有设置$"):
        read_accounts(variables(BASE, **{name: ""}))


@pytest.mark.parametrize("name", ["WECOM_TOKEN", "WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_AES_KEY"])
def test_a_missing_wecom_partner_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}：没有设置$"):
        read_wecom(wecom_variables(BASE, **{name: ""}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHAT_MODE", "secure"), ("WECHAT_AES_KEY", "tooshort"), ("WECHAT_AES_KEY", f"{KEY},{KEY},{KEY}"),
        ("WECHAT_TOKEN", "a b"), ("WECHAT_APP_ID", "编号"), ("WECHAT_API_BASE", "api.example"),
        ("WECHAT_PASSIVE_SECONDS", "9"), ("WECHAT_PASSIVE_SECONDS", "soon"), ("WECHAT_REGION", "999999"),
        ("WECHAT_ACCOUNTS", "Nan Jing"), ("WECHAT_ACCOUNTS", "a1,a1"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}：") as refused:
        read_accounts(variables(BASE, **{name: value}))
    assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"), [("WECOM_AGENT_ID", "abc"), ("WECOM_AES_KEY", "x"), ("WECOM_API_BASE", "x")]
)
def test_a_wrong_wecom_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}："):
        read_wecom(wecom_variables(BASE, **{name: value}))


def test_two_keys_during_a_rotation_and_safe_mode_by_default() -> None:
    given = variables(BASE, WECHAT_AES_KEY=f"{KEY},{OLD_KEY}", WECHAT_MODE="")
    [account] = read_accounts(given)
    assert (len(account.aes_keys), account.mode) == (2, "safe")


def test_plain_mode_needs_no_key_and_no_secret_means_passive_only() -> None:
    [account] = read_accounts(variables(BASE, "plain", WECHAT_AES_KEY="", WECHAT_APP_SECRET=""))
    assert (account.aes_keys, account.app_secret) == ((), "")


def test_a_named_account_has_its_own_variables() -> None:
    with pytest.raises(SettingsError, match=r"^WECHAT_WEIHAI_TOKEN：没有设置$"):
        read_accounts({"WECHAT_ACCOUNTS": "weihai"})


def test_no_secret_is_shown() -> None:
    shown: Any = f"{read_accounts(variables(BASE))} {read_wecom(wecom_variables(BASE))}"
    assert not any(secret in shown for secret in (SECRET, TOKEN, KEY))
