"""The user's settings: which models may be called, for how much, and where results are kept.

A setting comes from the first place that has it: a keyword of the call, an environment variable,
the TOML file in the user's configuration folder, the default. A `.gcx` file has no say in them.

Importing this module takes a tenth of a second, so modules import it only where they need it.
"""

from __future__ import annotations

import difflib
import json
import os
import stat
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from gcx_format import models
from gcx_format.errors import SettingsError
from gcx_format.registry import DESCRIBERS, GENERATORS
from gcx_format.weights import WeightStore

__all__ = ["Settings", "config_file", "load_settings", "unknown_variables", "variable"]

CONFIG_VARIABLE: Final = "GCX_CONFIG"
"""Names another settings file."""

_PREFIX: Final = "GCX_"

_VARIABLES: Final = {"openai_api_key": "OPENAI_API_KEY", "openai_base_url": "OPENAI_BASE_URL"}
"""The settings that the `openai` package reads from the environment too."""

_SECRET: Final = ("openai_api_key", "openai_base_url", "weights_url", "generators", "describers")
"""Settings whose values no message repeats: a URL may hold a password, a table a key."""


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return _VARIABLES.get(name, f"{_PREFIX}{name.upper()}")


def config_file() -> Path:
    """The path of the user's settings file, whether or not it exists."""
    named = os.environ.get(CONFIG_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    return platformdirs.user_config_path("gcx") / "config.toml"


class Settings(BaseSettings):
    """Every setting, checked.

    Build it with `load_settings`, or directly with keywords; both read the environment and the
    file for the rest.

    Raises:
        SettingsError: a setting is unknown or has an invalid value; the message names it and
            where it came from.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    openai_api_key: SecretStr | None = Field(None, description="the key for the server")
    openai_base_url: str | None = Field(None, description="the server; unset means OpenAI's")

    generator: Annotated[str, AfterValidator(GENERATORS.check)] = Field(
        "auto",
        description="what makes the pixels; auto: the first that is ready, or else a preview",
    )
    describer: Annotated[str, AfterValidator(DESCRIBERS.check)] = Field(
        "auto", description="what describes; auto: the first that is ready, or else none"
    )
    policy: Literal["never", "cached-only", "ask", "always"] = Field(
        "always", description="whether pictures may be generated"
    )

    free_server: bool | None = Field(
        None,
        description="whether the server charges nothing; unset: only if it is this computer",
    )
    route: Literal["auto", "responses", "images"] = Field(
        "auto",
        description="which part of the API generates pictures; auto: responses where the server "
        "has it, else images",
    )
    host_model: str = Field(
        default_factory=lambda: models.default("host_model"),
        min_length=1,
        description="the model that calls the image tool (responses)",
    )
    image_model: str | None = Field(
        None,
        description="the model that makes pictures; unset: the server's choice (responses), "
        f"{models.default('image_model')} (images)",
    )
    image_quality: Literal["auto", "low", "medium", "high"] = Field(
        "auto", description="the quality to request"
    )
    image_format: Literal["png", "webp", "jpeg"] = Field("png", description="the format to request")
    partial_images: int = Field(
        0, ge=0, le=3, description="how many unfinished pictures to request"
    )

    describe_model: str = Field(
        default_factory=lambda: models.default("describe_model"),
        min_length=1,
        description="the model that describes",
    )
    chat_completions: Literal["auto", "always", "never"] = Field(
        "auto", description="whether descriptions use chat/completions; auto: only if they must"
    )
    words: int | None = Field(
        None,
        ge=1,
        le=500,
        description="maximum length of a description, in words; unset: 30, or 15 beside a visual "
        "condition",
    )
    prompt: Literal["structural", "plain"] = Field(
        "structural", description="how to ask for a description"
    )
    prompt_version: int | None = Field(
        None, ge=1, description="the version of the prompts; unset: the newest"
    )
    candidates: int = Field(
        1, ge=1, le=8, description="how many descriptions or pictures to choose from"
    )

    concurrency: int | None = Field(
        None,
        ge=1,
        le=64,
        description="calls to a model at the same time; unset: 4 to a server, 1 to a model on this "
        "computer, unless it says otherwise",
    )
    daily_limit_usd: Decimal = Field(
        Decimal("1.00"),
        ge=0,
        allow_inf_nan=False,
        description="maximum spending per day (UTC), in US dollars",
    )
    call_limit_usd: Decimal = Field(
        Decimal("0.50"),
        ge=0,
        allow_inf_nan=False,
        description="maximum cost of a call, in US dollars",
    )
    billing_warning: bool = Field(
        True, description="whether to warn Python programs before the first paid picture"
    )
    timeout_seconds: float = Field(
        300.0, gt=0, allow_inf_nan=False, description="how long a call may take"
    )
    max_retries: int = Field(
        4, ge=0, le=20, description="how often to repeat a failed call that cost nothing"
    )

    cache_folder: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("gcx"),
        description="where generated pictures are stored",
    )
    cache_max_megabytes: int = Field(
        2048, ge=0, description="their maximum size, in megabytes (1,000,000 bytes)"
    )
    state_folder: Path = Field(
        default_factory=lambda: platformdirs.user_state_path("gcx"),
        description="where the record of spending is kept",
    )

    words_alone: bool = Field(
        False,
        description="whether to generate from the words alone if the visual condition cannot be "
        "decoded here",
    )
    weights_folder: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("gcx") / "msillm",
        description="where the weights of MS-ILLM are",
    )
    weights_url: str | None = Field(
        None, description="where to download them from; unset means their release"
    )

    generators: dict[str, dict[str, Any]] = Field(
        {}, description="options of generators that have some, a table for each"
    )
    describers: dict[str, dict[str, Any]] = Field(
        {}, description="options of describer plug-ins, a table for each"
    )

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    def __init__(self, **keywords: Any) -> None:
        """Take these settings, and read the others; a keyword of None counts as missing."""
        given = {name: value for name, value in keywords.items() if value is not None}
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise SettingsError(_explain(error, given)) from None
        for name in type(self).model_fields:
            found = name in self.model_fields_set
            self._origins[name] = _origin(name, given) if found else "default"

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: Any, *_others: Any, **_more: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        others = _read_environment(), _read_toml()
        return init_settings, *(InitSettingsSource(settings_cls, values) for values in others)

    def origins(self) -> dict[str, str]:
        """Where each value came from.

        It is `"keyword"`, `"environment variable NAME"`, `"file PATH"` or `"default"`.
        """
        return dict(self._origins)

    def choosing(self, **values: Any) -> Settings:
        """A copy with some values changed, as if they were keywords; they are not checked."""
        made = self.model_copy(update=values)
        made._origins = {**self._origins, **dict.fromkeys(values, "keyword")}
        return made

    def options(
        self,
        group: Literal["generators", "describers"],
        name: str,
        model: type[BaseModel] | None,
    ) -> Any:
        """A table such as `[generators.x]`, as the model of that generator's options.

        Raises:
            SettingsError: an option is unknown or has an invalid value.
        """
        table = getattr(self, group).get(name, {})
        known = {} if model is None else model.model_fields
        where = f"({self._origins[group]})"
        for option in table.keys() - known.keys():
            meant = _closest(option, list(known))
            raise SettingsError(f"{group}.{name}.{option} {where} is unknown{_did_you_mean(meant)}")
        try:
            return model and model.model_validate(table)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            option = ".".join(map(str, (group, name, *first["loc"])))
            raise SettingsError(f"{option} {where}: {_reason(first)}") from None

    def __hash__(self) -> int:
        """Tables cannot be hashed, so they are left out."""
        return hash(tuple(value for value in vars(self).values() if not isinstance(value, dict)))

    @property
    def cache_max_bytes(self) -> int:
        return self.cache_max_megabytes * 1_000_000

    @property
    def weight_store(self) -> WeightStore:
        return WeightStore(self.weights_folder, self.weights_url)

    @field_validator("generators", "describers", mode="before")
    @classmethod
    def _read_tables(cls, tables: Any) -> Any:
        """In an environment variable, they are JSON."""
        return json.loads(tables) if isinstance(tables, str) else tables

    @field_validator("openai_api_key", mode="after")
    @classmethod
    def _check_key(cls, key: SecretStr | None) -> SecretStr | None:
        text = "" if key is None else key.get_secret_value().strip()
        if not text:
            return None
        if not all("!" <= character <= "~" for character in text):
            raise ValueError("a key has no spaces, line breaks or non-ASCII characters")
        return SecretStr(text)

    @field_validator("openai_base_url", "weights_url", "image_model", mode="after")
    @classmethod
    def _empty_is_unset(cls, text: str | None) -> str | None:
        return (text or "").strip() or None

    @field_validator("openai_base_url", "weights_url", mode="after")
    @classmethod
    def _check_url(cls, url: str | None) -> str | None:
        if url is not None:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("expected a URL that begins with https:// or http://")
        return url

    @field_validator("openai_base_url", mode="after")
    @classmethod
    def _check_server(cls, url: str | None) -> str | None:
        if url is not None and "@" in urlsplit(url).netloc:
            raise ValueError(
                "take the user name and the password out of the URL: they would be sent in place "
                "of the key"
            )
        return url

    @field_validator("cache_folder", "state_folder", "weights_folder", mode="after")
    @classmethod
    def _make_absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()


def load_settings(**overrides: Any) -> Settings:
    """The settings in effect.

    Args:
        **overrides: settings that take precedence; None leaves one to the other sources.

    Raises:
        SettingsError: see `Settings`.
    """
    return Settings(**overrides)


def unknown_variables() -> dict[str, str | None]:
    """The environment variables that look like settings, each with the closest known one."""
    known = [variable(name) for name in Settings.model_fields] + [CONFIG_VARIABLE]
    return {
        name: _closest(name, known)
        for name in sorted(os.environ)
        if name.startswith(_PREFIX) and name not in known
    }


def _read_environment() -> dict[str, Any]:
    return {name: value for name in Settings.model_fields if (value := _environment(name))}


def _environment(name: str) -> str:
    """A setting's environment variable; an empty one counts as unset."""
    return os.environ.get(variable(name), "").strip()


def _read_toml() -> dict[str, Any]:
    path = config_file()
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            found = tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise SettingsError(f"it cannot be read: {error.strerror}", filename=path) from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise SettingsError(f"this is not valid TOML: {error}", filename=path) from None
    if found.get("openai_api_key") and os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(
            "this file holds a key, and others can read it; "
            f"make it yours alone (chmod 600), or set {variable('openai_api_key')} instead",
            filename=path,
        )
    return found


def _origin(name: str, keywords: Mapping[str, Any]) -> str:
    """Where a value that is not the default came from."""
    if name in keywords:
        return "keyword"
    if name in Settings.model_fields and _environment(name):
        return f"environment variable {variable(name)}"
    return f"file {config_file()}"


def _explain(error: ValidationError, keywords: Mapping[str, Any]) -> str:
    """The invalid settings, where each came from, and what it should be."""
    problems = []
    for problem in error.errors(include_url=False, include_context=False, include_input=True):
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        where = _origin(name, keywords)
        if problem["type"] == "extra_forbidden":
            meant = _closest(name, list(Settings.model_fields))
            problems.append(
                f"{name} ({where}) is an unknown setting"
                + _did_you_mean(meant, "; gcx config lists them")
            )
            continue
        value = "" if name in _SECRET else f" = {problem['input']!r}"
        problems.append(f"{name}{value} ({where}): {_reason(problem)}")
    return "; ".join(problems)


def _reason(problem: Mapping[str, Any]) -> str:
    reason: str = problem["msg"].removeprefix("Value error, ")
    return reason[:1].lower() + reason[1:]


def _closest(name: str, known: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.6)), None)


def _did_you_mean(name: str | None, otherwise: str = "") -> str:
    return f"; did you mean {name}?" if name else otherwise
