"""`gcx doctor`: whether what is installed and what is set works, without spending anything.

Each check stands alone and says what it found; the only request that is made asks the server
for its models, which is free.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar
from urllib.parse import urlsplit

import typer

import gcx_format
from gcx_format.cli import console
from gcx_format.cli.remedies import IN_THE_TERMINAL
from gcx_format.codecs import VISUAL
from gcx_format.errors import (
    GcxError,
    RejectedRequestError,
    RetiredModelError,
    UnavailableError,
    WeightsError,
)
from gcx_format.extras import install_command
from gcx_format.registry import DESCRIBERS, GENERATORS, Door

if TYPE_CHECKING:
    from gcx_format.generate.generator import Generator
    from gcx_format.settings import Settings
    from gcx_format.visual.codec import VisualCodec

__all__ = ["EXAMPLES", "doctor", "packages_of"]

EXAMPLES: Final = """\
Examples:
  gcx doctor
  gcx doctor --json | jq -r 'select(.state == "failed") | .found'"""

_EXTRAS: Final = {
    "openai": ("openai", "no model can be asked"),
    **{
        codec.extra: (codec.package, f"conditions of {codec.title} are not decoded")
        for codec in VISUAL
        if codec.extra and codec.package
    },
    "viewer": ("pyqt6", "gcx-viewer has no window"),
}
"""The optional parts of gcx: a package that is installed for that part alone, and what the part
is missed for."""

_ANSWER_SECONDS: Final = 10.0
"""How long the server may take to list its models."""

_NOTICE_DAYS: Final = 60
"""So many days before a model is shut down it is time to say so."""

T = TypeVar("T")

State = Literal["ok", "note", "warning", "failed"]


@dataclass(frozen=True)
class _Check:
    """What one check found.

    Attributes:
        part: the heading that it stands under.
        name: of what was checked.
        state: `note` is neither good nor bad; only `failed` makes the exit code 1.
        found: what there is, in words.
        remedy: what to do, or None.
    """

    part: str
    name: str
    state: State
    found: str
    remedy: str | None = None


def doctor(
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per check, one a line.")
    ] = False,
) -> None:
    """Check what is installed, the settings, the key, the server and its models.

    Also shown: what was spent today, and where generated pictures are kept.
    The only request made asks the server to list its models; it costs nothing.
    The key is never shown.

    Exits with 1 if something that is installed or set does not work. What is
    not set up is noted and no failure: gcx does much without a model.

    With --json the keys are: part, name, state (ok, note, warning or failed),
    found and remedy, which may be null.
    """
    worst_is_failure = False
    part = None
    for check in _checks():
        worst_is_failure |= check.state == "failed"
        if json:
            console.say_json(asdict(check))
            continue
        if check.part != part:
            console.say(check.part if part is None else f"\n{check.part}")
            part = check.part
        remedy = f"; {check.remedy}" if check.remedy else ""
        state = "FAILED" if check.state == "failed" else check.state
        console.say(console.one_line(f"  {state:7}  {check.name:17}  {check.found}{remedy}"))
        sys.stdout.flush()
    if worst_is_failure:
        raise typer.Exit(1)


def _checks() -> Iterator[_Check]:
    settings, about_settings = _read_settings()
    yield from _installed(settings)
    yield from about_settings
    if settings is not None:
        yield from _key(settings)
        yield from _generators(settings)
        yield from _describers(settings)
        yield from _server_and_models(settings)
        yield from _money(settings)
        yield from _folders(settings)
        yield from _weights(settings)


# What is installed


def _installed(settings: Settings | None) -> Iterator[_Check]:
    part = "installed"
    yield _Check(part, "gcx", "ok", gcx_format.__version__)
    yield _Check(part, "Python", "ok", f"{platform.python_version()} on {platform.system()}")
    yield _package(part, "Pillow", "pillow")
    for codec in VISUAL:
        if codec.extra is None:
            yield _codec(part, codec)
    yield _package(part, "numpy", "numpy")
    if importlib.util.find_spec("gcx_pillow") is not None:
        yield _Check(part, "Pillow plugin", "ok", "Image.open() can read .gcx")
    else:
        remedy = "install the gcx package once more"
        yield _Check(part, "Pillow plugin", "warning", "gcx_pillow is missing", remedy)
    for extra in _EXTRAS:
        wanted = extra == "openai" and settings is not None and _asks_openai(settings)
        yield _extra(part, extra, packages_of(extra), wanted)


def _package(part: str, name: str, distribution: str) -> _Check:
    version = _version(distribution)
    if version is None:
        return _Check(part, name, "failed", "missing", f"pip install {distribution}")
    return _Check(part, name, "ok", version)


def _codec(part: str, codec: VisualCodec) -> _Check:
    """Whether visual conditions are coded and decoded as gcx needs it."""
    try:
        return _Check(part, codec.title, "ok", codec.engine())
    except UnavailableError as error:
        remedy = "; ".join(each.phrase(IN_THE_TERMINAL) for each in error.remedies)
        return _Check(part, codec.title, "failed", error.message, remedy or None)


def _extra(part: str, extra: str, packages: Mapping[str, tuple[int, ...]], wanted: bool) -> _Check:
    install = install_command(extra, upgrade=True)
    versions = {name: _version(name) for name in packages}
    there = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    missing = [name for name, version in versions.items() if version is None]
    main, missed_for = _EXTRAS[extra]
    if main in missing:
        found = f"not installed, so {missed_for}"
        state: State = "failed" if wanted else "note"
        return _Check(part, f"gcx[{extra}]", state, found, install)
    old = [
        name
        for name, version in versions.items()
        if version is not None and _numbers(version) < packages[name]
    ]
    name = f"gcx[{extra}]"
    if old:
        return _Check(part, name, "failed", f"too old: {', '.join(old)} (of {there})", install)
    if missing:
        found = f"incomplete, {', '.join(missing)} missing (there: {there})"
        return _Check(part, name, "failed", found, install)
    return _Check(part, name, "ok", there)


def packages_of(extra: str) -> dict[str, tuple[int, ...]]:
    """The packages of an optional part, and from which version on, as gcx was installed to need."""
    packages = {}
    for line in importlib.metadata.requires("gcx") or ():
        package, _, marker = line.partition(";")
        found = re.match(r"([\w.-]+)[^>]*>=([\d.]+)", package)
        if found and re.search(rf"extra == ['\"]{extra}['\"]", marker):
            packages[found[1].lower()] = _numbers(found[2])
    return packages


def _asks_openai(settings: Settings) -> bool:
    """Whether the user has set up a server to ask."""
    chosen = "openai" in (settings.generator, settings.describer)
    return chosen or bool(settings.openai_api_key or settings.openai_base_url)


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(number) for number in found[0].split(".")) if found else ()


# Settings


def _read_settings() -> tuple[Settings | None, list[_Check]]:
    """The settings, unless they are wrong, and what there is to say of them."""
    from gcx_format import settings as module

    part = "settings"
    checks = []
    file = module.config_file()
    for name, meant in module.unknown_variables().items():
        remedy = f"{meant} may be meant" if meant else "gcx config lists them"
        checks.append(_Check(part, name, "warning", "unknown setting", remedy))
    try:
        settings = module.load_settings()
    except GcxError as error:
        remedy = "gcx config --help has more"
        return None, [*checks, _Check(part, "values", "failed", str(error), remedy)]
    changed = [name for name, origin in settings.origins().items() if origin != "default"]
    there = "" if file.exists() else " (not there)"
    checks.append(_Check(part, "file", "ok", f"{file}{there}"))
    checks.append(_Check(part, "set", "ok", ", ".join(changed) or "none"))
    return settings, checks


def _key(settings: Settings) -> Iterator[_Check]:
    part = "settings"
    if settings.openai_api_key is not None:
        origin = settings.origins()["openai_api_key"]
        yield _Check(part, "key", "ok", f"set ({origin})")
    else:
        asked = [name for name in ("generator", "describer") if getattr(settings, name) == "openai"]
        needed = f", but {' and '.join(asked)} = openai needs it" if asked else ""
        remedy = "set the environment variable OPENAI_API_KEY to ask a model"
        yield _Check(part, "key", "failed" if asked else "note", f"not set{needed}", remedy)


def _generators(settings: Settings) -> Iterator[_Check]:
    """Every generator, and which of them decoding takes."""
    from gcx_format.generate.generator import find

    checks, taken = _registered(GENERATORS, find, settings.generator, settings)
    yield from checks
    yield _Check("generators", "decoding", "ok", _what_decodes(settings, taken))


def _describers(settings: Settings) -> Iterator[_Check]:
    """Every describer, and which of them encoding takes."""
    from gcx_format.describe.describer import find

    checks, taken = _registered(DESCRIBERS, find, settings.describer, settings)
    yield from checks
    without = {
        "none": "nothing is described, as set",
        "auto": "nothing is described: none is ready",
    }
    found = f"by {taken.model}" if taken else without.get(settings.describer, "not possible")
    yield _Check("describers", "describing", "ok", found)


def _registered(
    door: Door, find: Callable[[str, Settings], T], chosen: str, settings: Settings
) -> tuple[list[_Check], T | None]:
    """What there is to say of all that is registered, and what is taken for a choice."""
    part, taken, checks = f"{door.kind}s", None, []
    for name in door:
        origin = door.distribution(name)
        by = f" (of {origin})" if origin else ""
        try:
            found: Any = find(name, settings)
            obstacle = found.ready()
        except Exception as error:  # a stranger's code
            checks.append(_Check(part, name, "failed", console.explain(error)))
            continue
        if obstacle is not None:
            state: State = "failed" if name == chosen else "note"
            said = f"not ready{by}: {console.explain(obstacle)}"
            checks.append(_Check(part, name, state, said))
            continue
        checks.append(_Check(part, name, "ok", f"{found.title}, ready{by}"))
        if name == chosen or (taken is None and chosen == "auto" and found.automatic):
            taken = found
    return checks, taken


def _what_decodes(settings: Settings, generator: Generator | None) -> str:
    if generator is None:
        return (
            "by preview: nothing else is ready" if settings.generator == "auto" else "not possible"
        )
    if not generator.keeps:
        return f"by {generator.name}, as set"
    allowed = {
        "never": "never generated, as policy is never",
        "cached-only": "from the cache alone, as policy is cached-only",
        "ask": f"by {generator.model}, after a question where it costs money",
        "always": f"by {generator.model}",
    }
    return allowed[settings.policy]


# The server and its models


def _server_and_models(settings: Settings) -> Iterator[_Check]:
    part = "server"
    from gcx_format.openai.client import DEFAULT_URL
    from gcx_format.openai.listing import list_models

    address = _without_secrets(settings.openai_base_url or DEFAULT_URL)
    if settings.openai_api_key is None:
        yield _Check(part, "address", "note", f"{address}, not asked without a key")
        return
    quick = settings.model_copy(
        update={
            "timeout_seconds": min(_ANSWER_SECONDS, settings.timeout_seconds),
            "max_retries": 0,
        }
    )
    began = time.monotonic()
    try:
        listed = list_models(quick)
    except (RejectedRequestError, RetiredModelError) as error:
        # It is there and took the key; many a local server has no such list.
        yield _Check(part, "address", "warning", f"{address} does not list models: {error}")
        return
    except Exception as error:
        yield _Check(part, "address", "failed", f"{address}: {console.explain(error)}")
        return
    took = f"{(time.monotonic() - began) * 1000:.0f} ms"
    yield _Check(part, "address", "ok", f"{address} answers and takes the key, in {took}")
    yield from _models(settings, listed)


def _models(settings: Settings, listed: Mapping[str, str | None]) -> Iterator[_Check]:
    from gcx_format.openai.listing import models_in_use

    used = models_in_use(settings)
    for model in dict.fromkeys(used.values()):
        yield _model(model, [name for name in used if used[name] == model], listed)
    if "host_model" in used and settings.image_model is None:
        yield _Check("models", "image_model", "ok", "left to the server")


def _model(model: str, names: list[str], listed: Mapping[str, str | None]) -> _Check:
    from gcx_format.settings import variable

    part = "models"
    use = " and ".join(names)
    remedy = f"set another one ({', '.join(map(variable, names))})"
    if model not in listed:
        found = f"{use}: the server does not have it, or no longer"
        return _Check(part, model, "failed", found, remedy)
    shutdown = listed[model]
    if shutdown is None:
        return _Check(part, model, "ok", f"{use}: available; no shutdown announced")
    found = f"{use}: available; shuts down on {shutdown}"
    with suppress(ValueError):  # whatever the server calls a date
        left = (date.fromisoformat(shutdown[:10]) - datetime.now(UTC).date()).days
        if left <= _NOTICE_DAYS:
            return _Check(part, model, "warning", found, remedy)
    return _Check(part, model, "ok", found)


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]  # a user's name and password go before it
    return parts._replace(netloc=host, query="", fragment="").geturl()


# Money and folders


def _money(settings: Settings) -> Iterator[_Check]:
    from gcx_format import spending

    part = "money"
    dollars = spending.dollars
    try:
        spent = spending.Ledger(settings.state_folder).spent_today()
    except GcxError as error:
        yield _Check(part, "today", "failed", str(error))
        return
    limit = settings.daily_limit_usd
    found = f"{dollars(spent)} of {dollars(limit)} spent (the day is UTC's)"
    if spent < limit:
        yield _Check(part, "today", "ok", found)
    else:
        yield _Check(part, "today", "warning", found, "daily_limit_usd raises the limit")
    yield _Check(part, "a call", "ok", f"at most {dollars(settings.call_limit_usd)}")
    table = spending.price_table()
    yield _Check(part, "prices", "ok", f"of {table['date']}")
    unknown = dict.fromkeys(
        model
        for picture in (True, False)
        for model in spending.assumed_prices(settings, picture=picture)
    )
    for model in unknown:
        found = "no price known, so the dearest is assumed"
        yield _Check(part, model, "note", found)


def _folders(settings: Settings) -> Iterator[_Check]:
    from gcx_format.cache import Cache

    part = "folders"
    problem = _why_not_writable(settings.cache_folder)
    if problem:
        remedy = "set cache_folder to another one"
        yield _Check(part, "cache", "failed", f"{settings.cache_folder}: {problem}", remedy)
    else:
        sizes = []
        for variant in Cache(settings.cache_folder, settings.cache_max_bytes):
            with suppress(OSError):
                sizes.append(variant.path.stat().st_size)
        megabytes = f"{sum(sizes) / 1e6:,.1f} of {settings.cache_max_megabytes:,} MB"
        found = f"{settings.cache_folder}, pictures: {len(sizes):,}, {megabytes}"
        yield _Check(part, "cache", "ok", found)
    problem = _why_not_writable(settings.state_folder)
    if problem:
        remedy = "set state_folder to another one; nothing is spent without it"
        yield _Check(part, "state", "failed", f"{settings.state_folder}: {problem}", remedy)
    else:
        yield _Check(part, "state", "ok", str(settings.state_folder))


def _weights(settings: Settings) -> Iterator[_Check]:
    """Which weights of the visual codecs are here, where they could be used."""
    store = settings.weight_store
    for codec in VISUAL:
        if not codec.checkpoints or (codec.package and _version(codec.package) is None):
            continue
        try:
            names = ", ".join(each.name for each in codec.checkpoints if store.has(each))
        except WeightsError as error:
            yield _Check("folders", "weights", "failed", str(error))
            return
        found = f"{store.folder}, {codec.title}: {names or 'none'}"
        remedy = None if names else f"gcx weights get {codec.default.name} downloads one"
        yield _Check("folders", "weights", "ok" if names else "note", found, remedy)


def _why_not_writable(folder: Path) -> str | None:
    """Why no file could be made in a folder that may not be there yet, or None."""
    try:
        nearest = folder
        while not nearest.exists() and nearest != nearest.parent:
            nearest = nearest.parent
        if not nearest.is_dir():
            return f"{nearest} is no folder"
        if not os.access(nearest, os.W_OK | os.X_OK):
            return f"{nearest} is not writable"
        if nearest == folder:
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        return error.strerror or str(error)
    return None
