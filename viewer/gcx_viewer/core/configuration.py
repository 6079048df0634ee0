"""Changing gcx's own settings: the TOML file that the command and the plugin read too.

A person may have written that file by hand. What is not changed stays as it is, to the last
comment, and a file that makes no sense is left alone. A key is never written there: it belongs
into the keyring, see `gcx_viewer.core.keys`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from gcx_format import durable_files
from gcx_format.errors import GcxError, MissingKeyError, SettingsError
from gcx_format.registry import DESCRIBERS, GENERATORS

if TYPE_CHECKING:
    from tomlkit.items import Item

    from gcx_format.installed import Installed
    from gcx_format.plugin import Plugin
    from gcx_format.registry import Door
    from gcx_format.settings import Settings

__all__ = [
    "CacheUse",
    "Configuration",
    "Ending",
    "KeyPlace",
    "cache_use",
    "change",
    "clear_cache",
    "load",
    "settings_to_describe",
    "settings_to_paint",
]

_KEY: Final = "openai_api_key"
_MOST_BYTES: Final = 1_000_000

_VARIABLE: Final = "environment variable "
"""How the origin of a setting begins that the environment has."""

KeyPlace = Literal["environment", "file", "keyring", "none", "unreadable"]
"""Where the key comes from; `unreadable` is a keyring that does not let itself be read."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A model that is asked and ends.

    Attributes:
        day: on which it is switched off.
        successor: what its maker names in its place, or None.
        is_followed: whether the successor is asked by itself from then on; not where the user
            chose the model.
    """

    model: str
    day: date
    successor: str | None
    is_followed: bool


@dataclass(frozen=True, slots=True)
class Configuration:
    """What holds now, and where from.

    Attributes:
        settings: all of them.
        file: where changes are written, whether it is there or not.
        overridden: the environment variable by each setting that one overrides: what the file
            says of it has no effect.
        key_place: where the key comes from.
        keyring: what the system's keyring calls itself, or None where there is none.
        spent_today: in US dollars, or None where that cannot be read.
        spending_error: why it cannot, or None.
        models: that are known by price: those that read pictures, and those that make them.
        partial_images: how many unfinished pictures the viewer asks for.
        can_paint: whether what paints would be ready without a key from the keyring.
        generators: what paints, but for plug-ins that do not load.
        describers: what describes, likewise.
        endings: the models that are asked and will soon be switched off, or have been.
    """

    settings: Settings
    file: Path
    overridden: Mapping[str, str]
    key_place: KeyPlace
    keyring: str | None
    spent_today: Decimal | None
    spending_error: GcxError | None
    models: tuple[tuple[str, ...], tuple[str, ...]]
    partial_images: int
    can_paint: bool
    generators: tuple[Installed, ...]
    describers: tuple[Installed, ...]
    endings: tuple[Ending, ...]


@dataclass(frozen=True, slots=True)
class CacheUse:
    """What the pictures that are kept take.

    Attributes:
        pictures: how many there are.
        size: of all their files, in bytes.
    """

    pictures: int
    size: int


def load() -> Configuration:
    """Everything that a settings window shows of gcx. It may wait for the keyring.

    Raises:
        SettingsError: the file, or a setting, makes no sense.
    """
    from gcx_format.generate.generator import choose
    from gcx_format.models import table
    from gcx_format.settings import config_file, load_settings
    from gcx_format.spending import Ledger
    from gcx_viewer.core.viewing.generating import partial_images

    settings = load_settings()
    overridden = {
        name: origin.removeprefix(_VARIABLE)
        for name, origin in settings.origins().items()
        if origin.startswith(_VARIABLE)
    }
    spent, problem = None, None
    try:
        spent = Ledger.of(settings).spent_today()
    except GcxError as error:
        problem = error
    place, keyring = _key_place(settings, overridden)
    models = tuple(table()["text"]), tuple(table()["image"])
    return Configuration(
        settings,
        config_file(),
        overridden,
        place,
        keyring,
        spent,
        problem,
        models,
        partial_images(settings),
        choose(settings.generator, settings, keeps=True).ready() is None,
        _that_load(GENERATORS, settings),
        _that_load(DESCRIBERS, settings),
        tuple(_endings(settings)),
    )


def _that_load(door: Door, settings: Settings) -> tuple[Installed, ...]:
    from gcx_format.installed import installed

    return tuple(each for each in installed(door, settings) if each.found is not None)


def _endings(settings: Settings) -> Iterator[Ending]:
    from gcx_format import models
    from gcx_format.servers import instead, settled

    asked = settled(settings)
    found: dict[str, Ending] = {}
    for name in ("host_model", "image_model", "describe_model"):
        model = getattr(asked, name)
        day = None if model is None else models.end(model)
        if day is None or not models.ends_soon(day):
            continue
        followed = instead(asked, name) is not None and (
            model not in found or found[model].is_followed
        )
        found[model] = Ending(model, day, models.successor(model), followed)
    yield from found.values()


def settings_to_paint() -> Settings:
    """The settings that hold now, with the key from the keyring if what paints lacks one.

    The keyring is read once, see `gcx_viewer.core.keys.known_key`; the first time may wait for
    the user to unlock it.

    Raises:
        SettingsError: the file, or a setting, makes no sense.
        UnavailableError: the generator is a plug-in that does not load.
    """
    from gcx_format.generate.generator import Generator
    from gcx_format.settings import load_settings

    settings = load_settings()
    return _with_key(Generator, settings.generator, settings)


def settings_to_describe(describer: str | None = None) -> Settings:
    """The same for describing; None stands for the describer of the settings."""
    from gcx_format.describe.describer import Describer
    from gcx_format.settings import load_settings

    settings = load_settings()
    name = describer or settings.describer
    return settings if name == "none" else _with_key(Describer, name, settings)


def _with_key(kind: type[Plugin], name: str, settings: Settings) -> Settings:
    """The settings, with the key from the keyring if what may be chosen by a name lacks one."""
    from gcx_format.settings import load_settings
    from gcx_viewer.core import keys

    chosen = kind.all_automatic(settings) if name == "auto" else [kind.named(name, settings)]
    if not any(isinstance(each.ready(), MissingKeyError) for each in chosen):
        return settings
    key = keys.known_key()
    return settings if key is None else load_settings(openai_api_key=key)


def change(changes: Mapping[str, Any]) -> None:
    """Write settings to the user's file, and leave the rest of it as it is.

    Args:
        changes: new values by the names of settings; None takes a setting out, so that its
            default holds.

    Raises:
        SettingsError: a setting is unknown or cannot have that value, or the file is no valid
            TOML; it is left as it was.
        OutputError: it cannot be written; what was there before is untouched.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    from gcx_format.settings import Settings, config_file, load_settings

    if _KEY in changes:
        raise SettingsError("keys are kept in the system's keyring, never in a file")
    unknown = sorted(changes.keys() - Settings.model_fields.keys())
    if unknown:
        raise SettingsError(f"unknown setting {unknown[0]}")
    load_settings(**changes)

    named = config_file()
    file = _behind_links(named)
    try:
        document = tomlkit.parse(_read(file))
        for name, value in changes.items():
            if value is None:
                document.pop(name, None)
            elif name not in document or document[name] != _plain(value):
                document[name] = _item(value)
    except TOMLKitError as error:
        raise SettingsError(f"not valid TOML: {error}", filename=named) from None
    text = tomlkit.dumps(document)
    if text != _read(file):
        durable_files.write(file, text.encode())


def cache_use(settings: Settings) -> CacheUse:
    """What the cache holds; every file of it is looked at, which may take a while."""
    pictures = size = 0
    for variant in _cache(settings):
        pictures += 1
        for path in (variant.path, variant.path.with_suffix(".json"), variant.fitted_path):
            try:
                size += path.stat().st_size
            except OSError:  # another program removed it, or it was never there
                continue
    return CacheUse(pictures, size)


def clear_cache(settings: Settings) -> CacheUse:
    """Remove all pictures of the cache.

    Returns:
        What there was.

    Raises:
        OutputError: one cannot be removed.
    """
    used = cache_use(settings)
    _cache(settings).clear()
    return used


def _cache(settings: Settings) -> Any:
    from gcx_format.cache import Cache

    return Cache(settings.cache_folder, settings.cache_max_bytes)


def _key_place(settings: Settings, overridden: Mapping[str, str]) -> tuple[KeyPlace, str | None]:
    from gcx_viewer.core import keys

    keyring = keys.where()
    if settings.openai_api_key is not None:
        return ("environment" if _KEY in overridden else "file"), keyring
    try:
        return ("none" if keys.load_key() is None else "keyring"), keyring
    except GcxError:
        return "unreadable", keyring


def _behind_links(path: Path) -> Path:
    """The file itself: a link to it, as in a folder of dot files, keeps pointing there."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # a loop of links
        raise SettingsError(f"it cannot be read: {error}", filename=path) from None


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise SettingsError(f"it cannot be read: {error.strerror}", filename=path) from None
    if len(data) > _MOST_BYTES:
        raise SettingsError("too large for a settings file", filename=path)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}", filename=path) from None


def _plain(value: Any) -> Any:
    """A value as TOML has it."""
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, Path) else value


def _item(value: Any) -> Item:
    import tomlkit

    if isinstance(value, Decimal):  # in its own digits: 5.00 stays 5.00
        item: Item = tomlkit.value(f"{value:f}")
    else:
        item = tomlkit.item(_plain(value))
    return item
