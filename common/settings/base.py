"""Reading: a class names its variables, pydantic-settings reads and checks them, one line says what is wrong."""

import os
from collections.abc import Mapping
from typing import Any, Self

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict


class SettingsError(Exception):
    """One line that names the variable and what is wrong with it; never its value."""


class Settings(BaseSettings):
    """Base of every room's settings. A field's alias is its variable; `repr=False` marks a secret.

    A field without an alias is no variable: tests may give it, the environment may not.
    """

    model_config = SettingsConfigDict(
        frozen=True, case_sensitive=True, enable_decoding=False, validate_by_name=True, validate_by_alias=True,
        hide_input_in_errors=True, validate_default=False, env_prefix_target="alias",
    )  # fmt: skip

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, prefix: str = "", **given: Any) -> Self:
        """The settings of this environment. Blank is unset; `prefix` stands before every variable's name.

        Raises:
            SettingsError: the first variable that is missing or wrong.
        """
        source = EnvSettingsSource(cls, env_prefix=prefix)
        names = (prefix + name for name in cls.variables())
        source.env_vars = {name: said for name in names if (said := environment.get(name, "").strip())}
        try:
            return cls(**source(), **given)
        except ValidationError as error:
            raise SettingsError(_line(cls, error, prefix)) from None

    @classmethod
    def read_if(cls, environment: Mapping[str, str], *names: str, prefix: str = "", **given: Any) -> Self | None:
        """The settings, or None when no variable of these names is set. Raises SettingsError."""
        wanted = any(environment.get(prefix + name, "").strip() for name in names)
        return cls.read(environment, prefix, **given) if wanted else None

    @classmethod
    def variables(cls) -> dict[str, FieldInfo]:
        """Its variables, by name."""
        return {one.validation_alias: one for one in cls.model_fields.values() if isinstance(one.validation_alias, str)}

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Made by hand, it takes what it is given and nothing else: only `read` looks at an environment."""
        return (init_settings,)


def _line(cls: type[Settings], error: ValidationError, prefix: str) -> str:
    """The first mistake in words. A rule about several variables names them itself."""
    first = error.errors(include_url=False, include_input=False)[0]
    said = str(first.get("ctx", {}).get("error", first["msg"]))
    if not first["loc"]:
        return f"{prefix}{said}"
    variable = str(first["loc"][0])
    if first["type"] == "missing":
        title = cls.variables()[variable].title
        said = f"没有设置（{title}）" if title else "没有设置"
    return f"{prefix}{variable}：{said}"
