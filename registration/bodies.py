"""What may be sent to the service: strict models of the bodies and queries, and the reading of them.

Every complaint names the field and what to do in Chinese; none repeats the value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from registration import identity
from registration.errors import BadInput, BadJson, FieldProblem

Purpose = Literal["identity", "household_update"]
_OLDEST_CHILD_YEARS = 30  # a guard against typing errors, not a rule of enrollment
_KNOWN_KEY = re.compile("[a-z_]{1,40}")
Model = TypeVar("Model", bound=BaseModel)


def _wrong(text: str, field: str | None = None) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{text}", {"text": text, "field": field})


def _checked(check: Callable[[str], str]) -> AfterValidator:
    def validate(value: str) -> str:
        try:
            return check(value)
        except ValueError as error:
            raise _wrong(str(error)) from None

    return AfterValidator(validate)


def _citizen(value: str, info: ValidationInfo) -> str:
    try:
        return identity.citizen_number(value, _today(info))
    except ValueError as error:
        raise _wrong(str(error)) from None


def _iso_date(value: object) -> object:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _wrong("要写成 YYYY-MM-DD 这样存在的日期。")


def _childs_birth(value: date, info: ValidationInfo) -> date:
    if not 0 <= (_today(info) - value).days <= 366 * _OLDEST_CHILD_YEARS:
        raise _wrong("这不像孩子的出生日期，请核对。还没出生请写预产期。")
    return value


def _due_month(value: str, info: ValidationInfo) -> str:
    if not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", value):
        raise _wrong("预产期要写成 YYYY-MM。")
    today = _today(info)
    ahead = (int(value[:4]) - today.year) * 12 + int(value[5:]) - today.month
    if not -1 <= ahead <= 10:
        raise _wrong("这不像预产期，请核对。已经出生请写出生日期。")
    return value


def _without_numbers(value: str) -> str:
    """Words about who acts or why; identity data is typed on the enrollment page only."""
    if not value.strip() or not value.isprintable():
        raise ValueError("要写文字。")
    if re.search("[0-9０-９]{6}", value):
        raise ValueError("这里不要写证件号或电话。")
    return value.strip()


def _today(info: ValidationInfo) -> date:
    day: date = info.context["today"]  # type: ignore[index]
    return day


Adcode = Annotated[str, _checked(identity.adcode)]
Conversation = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:@-]{1,128}$")]
Words = Annotated[str, StringConstraints(max_length=20), _checked(_without_numbers)]
Name = Annotated[str, StringConstraints(max_length=100), _checked(identity.person_name)]
CitizenNumber = Annotated[str, StringConstraints(max_length=60), AfterValidator(_citizen)]
Place = Annotated[str, StringConstraints(max_length=100), _checked(identity.household_place)]
LinkToken = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Body(BaseModel):
    """Strict: exact types, no unknown key; errors never show the input."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class DraftBody(Body):
    """A draft: where, which child (born or expected), who acts. No identity data."""

    region: Adcode
    birth_date: Annotated[date, BeforeValidator(_iso_date), AfterValidator(_childs_birth)] | None = None
    due_month: Annotated[str, AfterValidator(_due_month)] | None = None
    household_registered: bool
    proxy: Words | None = None
    conversation: Conversation

    @model_validator(mode="after")
    def _one_child(self) -> "DraftBody":
        if (self.birth_date is None) == (self.due_month is None):
            raise _wrong("出生日期和预产期写一个，也只写一个。", "birth_date")
        return self


class LinkBody(Body):
    """A fresh one-time link, for the conversation the application was started in."""

    conversation: Conversation
    purpose: Purpose = "identity"


class IdentityBody(Body):
    """What the guardian types on the enrollment page. Only an unborn child has no certificate number."""

    link_token: LinkToken
    conversation: Conversation | None = None
    child_name: Name
    birth_certificate_number: Annotated[
        str, StringConstraints(max_length=60), _checked(identity.certificate_number)
    ] | None = None  # fmt: skip
    guardian_name: Name
    guardian_id_number: CitizenNumber
    telephone: Annotated[str, StringConstraints(max_length=60), _checked(identity.telephone)]
    relation: Literal["父亲", "母亲", "祖父母", "外祖父母", "其他监护人"]
    household_region: Place
    consent_version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,32}$")]


class HouseholdBody(Body):
    """After the household registration (落户): the child's registered name and number, and where."""

    link_token: LinkToken
    conversation: Conversation | None = None
    child_name: Name
    child_id_number: CitizenNumber
    household_region: Place


class FindQuery(Body):
    conversation: Conversation


class CoverageQuery(Body):
    number: Annotated[str, StringConstraints(min_length=1, max_length=40)]


def read_body(model: type[Model], raw: bytes, today: date) -> Model:
    """One body. Raises BadJson or BadInput."""
    try:
        return model.model_validate_json(raw or b"null", context={"today": today})
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    except ValueError:
        details = [{"type": "json_invalid", "loc": (), "msg": "", "input": None}]
    if details[0]["type"] == "json_invalid":
        raise BadJson("请求内容不是正确的 JSON。")
    raise BadInput(tuple(_problem(detail) for detail in details))


def read_query(model: type[Model], arguments: Mapping[str, Sequence[str]]) -> Model:
    """A query string; a name given twice is an error. Raises BadInput."""
    twice = [name for name, values in arguments.items() if len(values) > 1]
    if twice:
        raise BadInput((FieldProblem(_shown(twice[0]), "invalid_field", "这个参数只能写一次。"),))
    try:
        return model.model_validate({name: values[0] for name, values in arguments.items()})
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    raise BadInput(tuple(_problem(detail) for detail in details))


_WORDS: dict[str, str] = {
    "missing": "这一项必须填写。",
    "extra_forbidden": "没有这个字段。",
    "bool_type": "要写 true 或 false。",
    "string_type": "要写成文字。",
    "string_too_long": "写得太长了。",
    "string_too_short": "这一项必须填写。",
    "string_pattern_mismatch": "写法不对。",
    "literal_error": "不在可选的范围里。",
    "model_type": "请求内容要是一个 JSON 对象。",
}
_CODES = {"missing": "missing_field", "extra_forbidden": "unknown_field"}


def _problem(detail: ErrorDetails) -> FieldProblem:
    kind, where = detail["type"], detail["loc"]
    text = detail["msg"] if kind == "wrong" else _WORDS.get(kind, "写法不对。")
    field = _shown(str(where[0])) if where else detail.get("ctx", {}).get("field")
    return FieldProblem(field, _CODES.get(kind, "invalid_field"), text)


def _shown(key: str) -> str | None:
    """A key as sent, unless it looks like something typed into the wrong place."""
    return key if _KNOWN_KEY.fullmatch(key) else None


def require_certificate(body: IdentityBody, expected: bool) -> None:
    """A born child has a birth certificate. Raises BadInput."""
    if expected and body.birth_certificate_number is None:
        raise BadInput((FieldProblem("birth_certificate_number", "missing_field", "请填写出生医学证明编号。"),))


def without_numbers(text: str) -> str:
    """A reason in words, for the sandbox. Raises ValueError."""
    return _without_numbers(text)


def as_values(body: BaseModel) -> dict[str, Any]:
    """A body's own values as plain JSON, without what only proves the right to send it."""
    return body.model_dump(mode="json", exclude={"link_token", "conversation"})
