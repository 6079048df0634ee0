"""`gcx doctor`: whether the installation and the settings work, without spending anything.

Each check stands alone. The only request asks the server for its models, which is free.
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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

import typer

import gcx_format
from gcx_format import models
from gcx_format.cli import console, options
from gcx_format.cli.remedies import IN_THE_TERMINAL
from gcx_format.codecs import VISUAL
from gcx_format.errors import (
    GcxError,
    MissingExtraError,
    MissingKeyError,
    RejectedRequestError,
    RetiredModelError,
    UnavailableError,
    WeightsError,
)
from gcx_format.extras import install_command
from gcx_format.registry import DESCRIBERS, GENERATORS, Door

if TYPE_CHECKING:
    from gcx_format.generate.generator import Generator
    from gcx_format.plugin import Plugin
    from gcx_format.settings import Settings
    from gcx_format.visual.codec import VisualCodec

EXAMPLES: Final = """\
Examples:
  gcx doctor
  gcx doctor --json | jq -r 'select(.state == "failed") | .found'"""

_EXTRAS: Final = {
    "openai": ("openai", "no model can be called"),
    **{
        codec.extra: (codec.package, f"{codec.title} conditions cannot be decoded")
        for codec in VISUAL
        if codec.extra and codec.package
    },
    "enhance": ("ncnn", "previews are not sharpened"),
    "local-words": ("rapidocr", "keywords cannot be found on this computer"),
    "archive": ("pyarrow", "collections can be neither written nor read"),
    "plot": ("matplotlib", "the numbers of a collection cannot be drawn"),
    "viewer": ("pyqt6", "gcx-viewer cannot start"),
}
"""The optional parts of gcx: a package that only this part needs, and what its absence means."""

_ANSWER_SECONDS: Final = 10.0
"""How long the server may take to list its models."""

T = TypeVar("T")

State = Literal["ok", "note", "warning", "failed"]
"""A `note` is neither good nor bad; only `failed` makes the exit code 1."""


@dataclass(frozen=True)
class _Check:
    """What a check of something found, and what to do about it."""

    name: str
    state: State
    found: str
    remedy: str | None = None


def doctor(json: Annotated[bool, options.json_per("check")] = False) -> None:
    """Check the installation, settings, API key, server and models.

    It also shows today's spending and where generated pictures are stored. The
    only request asks the server to list its models, which is free. The key is
    never shown.

    The exit code is 1 if something that is installed or set does not work.
    What is not set up is only noted: gcx does much without a model.

    With --json the keys are: part, name, state (ok, note, warning or failed),
    found and remedy, which may be null.
    """
    has_failed = False
    last_part = None
    for part, check in _checks():
        has_failed |= check.state == "failed"
        if json:
            console.say_json({"part": part, **asdict(check)})
            continue
        if part != last_part:
            console.say(part if last_part is None else f"\n{part}")
            last_part = part
        remedy = f"; {check.remedy}" if check.remedy else ""
        state = "FAILED" if check.state == "failed" else check.state
        console.say(console.one_line(f"  {state:7}  {check.name:17}  {check.found}{remedy}"))
        sys.stdout.flush()
    if has_failed:
        raise typer.Exit(1)


def _checks() -> Iterator[tuple[str, _Check]]:
    """Every check, under its heading."""
    settings, about_settings = _read_settings()
    yield from (("installed", check) for check in _installed(settings))
    yield from (("settings", check) for check in about_settings)
    if settings is None:
        return
    listed: dict[str, str | None] = {}  # by `_server`, for `_models`
    for part, checks in (
        ("settings", _key(settings)),
        ("generators", _generators(settings)),
        ("describers", _describers(settings)),
        ("server", _server(settings, listed)),
        ("models", _models(settings, listed)),
        ("money", _money(settings)),
        ("folders", _folders(settings)),
    ):
        yield from ((part, check) for check in checks)


def _installed(settings: Settings | None) -> Iterator[_Check]:
    yield _Check("gcx", "ok", gcx_format.__version__)
    yield _Check("Python", "ok", f"{platform.python_version()} on {platform.system()}")
    yield _package("Pillow", "pillow")
    for codec in VISUAL:
        if codec.extra is None:
            yield _codec(codec)
    yield _package("numpy", "numpy")
    if importlib.util.find_spec("gcx_pillow") is not None:
        yield _Check("Pillow plugin", "ok", "Image.open() can read .gcx")
    else:
        yield _Check("Pillow plugin", "warning", "gcx_pillow is missing", "reinstall gcx")
    for extra in _EXTRAS:
        yield _extra(extra, settings is not None and _lacks(_in_use(settings), extra))


def _package(name: str, distribution: str) -> _Check:
    version = _version(distribution)
    if version is None:
        return _Check(name, "failed", "missing", f"pip install {distribution}")
    return _Check(name, "ok", version)


def _codec(codec: VisualCodec) -> _Check:
    try:
        return _Check(codec.title, "ok", codec.engine())
    except UnavailableError as error:
        remedy = "; ".join(each.phrase(IN_THE_TERMINAL) for each in error.remedies)
        return _Check(codec.title, "failed", error.message, remedy or None)


def _extra(extra: str, is_wanted: bool) -> _Check:
    name, install = f"gcx[{extra}]", install_command(extra, upgrade=True)
    needed = packages_of(extra)
    there = {package: version for package in needed if (version := _version(package))}
    missing = ", ".join(needed.keys() - there.keys())
    old = [package for package in there if _numbers(there[package]) < needed[package]]
    listed = ", ".join(f"{package} {version}" for package, version in there.items())
    main, consequence = _EXTRAS[extra]
    below = _bounds(extra, "<")
    new = [each for each in there.keys() & below if _numbers(there[each]) >= below[each]]
    if main not in there:
        state: State = "failed" if is_wanted else "note"
        return _Check(name, state, f"not installed, so {consequence}", install)
    if old:
        return _Check(name, "failed", f"too old: {', '.join(old)} (of {listed})", install)
    if new:
        return _Check(name, "failed", f"too new: {', '.join(new)} (of {listed})", install)
    if missing:
        return _Check(name, "failed", f"incomplete, {missing} missing (have: {listed})", install)
    return _Check(name, "ok", listed)


def packages_of(extra: str) -> dict[str, tuple[int, ...]]:
    """The packages of an optional part with their minimum versions, from gcx's own metadata."""
    return _bounds(extra, ">=")


def _bounds(extra: str, sign: str) -> dict[str, tuple[int, ...]]:
    """The packages of an optional part that have such a bound, with its version."""
    packages = {}
    for line in importlib.metadata.requires("gcx") or ():
        package, _, marker = line.partition(";")
        found = re.match(rf"([\w.-]+).*?{sign}(\d[\d.]*)", package)
        if found and re.search(rf"extra == ['\"]{extra}['\"]", marker):
            packages[found[1].lower()] = _numbers(found[2])
    return packages


def _in_use(settings: Settings) -> Iterator[Plugin]:
    """The generators and describers that the settings choose, or may choose."""
    from gcx_format.describe.describer import Describer
    from gcx_format.generate.generator import Generator

    kinds: tuple[tuple[type[Plugin], str], ...] = (
        (Generator, settings.generator),
        (Describer, settings.describer),
    )
    for kind, choice in kinds:
        with suppress(Exception):  # third-party code; they are reported one by one
            if choice == "auto":
                yield from kind.all_automatic(settings)
            elif choice in kind.door:
                yield kind.named(choice, settings)


def _that_ask(settings: Settings) -> list[Plugin]:
    """Those of them that ask the server."""
    return [each for each in _in_use(settings) if each.models()]


def _lacks(plugins: Iterable[Plugin], extra: str) -> bool:
    """Whether one of them would be ready with an optional part of gcx.

    What only betters the preview is not missed.
    """
    missing = [each.ready() for each in plugins if getattr(each, "keeps", True)]
    return any(isinstance(one, MissingExtraError) and one.extra == extra for one in missing)


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(number) for number in found[0].split(".")) if found else ()


def _read_settings() -> tuple[Settings | None, list[_Check]]:
    """The settings, unless they are invalid, and the checks of their sources."""
    from gcx_format import settings as module

    checks = []
    for name, closest in module.unknown_variables().items():
        remedy = f"did you mean {closest}?" if closest else "gcx config lists them"
        checks.append(_Check(name, "warning", "unknown setting", remedy))
    try:
        settings = module.load_settings()
    except GcxError as error:
        remedy = "see gcx config --help"
        return None, [*checks, _Check("values", "failed", str(error), remedy)]
    file = module.config_file()
    changed = [name for name, origin in settings.origins().items() if origin != "default"]
    absent = "" if file.exists() else " (does not exist)"
    checks.append(_Check("file", "ok", f"{file}{absent}"))
    checks.append(_Check("set", "ok", ", ".join(changed) or "none"))
    return settings, checks


def _key(settings: Settings) -> Iterator[_Check]:
    if settings.openai_api_key is not None:
        yield _Check("key", "ok", f"set ({settings.origins()['openai_api_key']})")
        return
    users = [
        each.door.kind
        for each in _in_use(settings)
        if each.name == getattr(settings, each.door.kind)
        and isinstance(each.ready(), MissingKeyError)
    ]
    needed = f", but {' and '.join(users)} needs it" if users else ""
    remedy = "set the environment variable OPENAI_API_KEY to call a model"
    yield _Check("key", "failed" if users else "note", f"not set{needed}", remedy)


def _generators(settings: Settings) -> Iterator[_Check]:
    from gcx_format.generate.generator import choose

    yield from _registered(GENERATORS, settings.generator, settings)
    chosen = _ready(choose, settings.generator, settings)
    yield _Check("decoding", "ok", _what_decodes(settings, chosen))


def _describers(settings: Settings) -> Iterator[_Check]:
    from gcx_format.describe.describer import choose

    yield from _registered(DESCRIBERS, settings.describer, settings)
    chosen = _ready(choose, settings.describer, settings)
    without = {"none": "off (describer is none)", "auto": "none is ready"}
    found = f"by {chosen.model}" if chosen else without.get(settings.describer, "not possible")
    yield _Check("describing", "ok", found)


def _registered(door: Door, choice: str, settings: Settings) -> Iterator[_Check]:
    """A check of everything registered."""
    from gcx_format.installed import installed

    for each in installed(door, settings):
        by = f" (of {each.origin})" if each.origin else ""
        if each.obstacle is None:
            yield _Check(each.name, "ok", f"{each.title}, {each.cost}, ready{by}")
        elif each.found is None:
            yield _Check(each.name, "failed", console.explain(each.obstacle))
        else:
            state: State = "failed" if each.name == choice else "note"
            found = f"{each.cost}, not ready{by}: {console.explain(each.obstacle)}"
            yield _Check(each.name, state, found)


def _ready(choose: Callable[[str, Settings], T | None], name: str, settings: Settings) -> T | None:
    """What a setting chooses, where it works and is ready."""
    with suppress(Exception):  # third-party code; they are reported one by one
        found: Any = choose(name, settings)
        return found if found.ready() is None else None
    return None


def _what_decodes(settings: Settings, generator: Generator | None) -> str:
    if generator is None:
        return "not possible"
    if not generator.keeps:
        why = "nothing else is ready" if settings.generator == "auto" else "your setting"
        return f"by {generator.name} ({why})"
    return {
        "never": "never generated (policy is never)",
        "cached-only": "only from the cache (policy is cached-only)",
        "ask": f"by {generator.model}, after a question if it costs money",
        "always": f"by {generator.model}",
    }[settings.policy]


def _server(settings: Settings, listed: dict[str, str | None]) -> Iterator[_Check]:
    from gcx_format.openai.call import list_models
    from gcx_format.openai.client import DEFAULT_URL

    address = console.without_secrets(settings.openai_base_url or DEFAULT_URL)
    obstacles = [each.ready() for each in _that_ask(settings)]
    if None not in obstacles:
        lacks_key = any(isinstance(each, MissingKeyError) for each in obstacles)
        reason = "without a key" if lacks_key else "since nothing that is ready asks it"
        yield _Check("address", "note", f"{address}, not checked {reason}")
        return
    timeout = min(_ANSWER_SECONDS, settings.timeout_seconds)
    began = time.monotonic()
    try:
        listed |= list_models(
            settings.model_copy(update={"timeout_seconds": timeout, "max_retries": 0})
        )
    except (RejectedRequestError, RetiredModelError) as error:
        # The server is there and accepts the key; many local servers have no such list.
        yield _Check("address", "warning", f"{address} does not list models: {error}")
    except Exception as error:
        yield _Check("address", "failed", f"{address}: {console.explain(error)}")
    else:
        took = f"{(time.monotonic() - began) * 1000:.0f} ms"
        yield _Check("address", "ok", f"{address} answers and accepts the key, in {took}")


def _models(settings: Settings, listed: Mapping[str, str | None]) -> Iterator[_Check]:
    from gcx_format.servers import settled

    asking = [each for each in _that_ask(settings) if each.ready() is None]
    used = {name: model for each in asking for name, model in each.models().items()}
    for model in dict.fromkeys(used.values()):
        names = [name for name in used if used[name] == model]
        if listed or models.end(model):
            yield _model(model, names, listed, settled(settings))
    if listed and "host_model" in used and settings.image_model is None:
        yield _Check("image_model", "ok", "left to the server")


def _model(
    model: str, names: list[str], listed: Mapping[str, str | None], settings: Settings
) -> _Check:
    """Whether the server has a model, and until when, as it says or as is known of the model."""
    from gcx_format.servers import instead, is_free
    from gcx_format.settings import variable

    use = " and ".join(names)
    taken = [instead(settings, name, listed) for name in names]
    following = sorted({each for each in taken if each}) if all(taken) else []
    other = models.successor(model)
    remedy = f"set another one ({', '.join(map(variable, names))})"
    if other and not following:
        remedy += f", such as {other}"
    if listed and model not in listed:
        found = f"{use}: the server does not have it"
        if following and set(following) <= listed.keys():
            return _Check(model, "warning", f"{found}, so {', '.join(following)} is asked instead")
        if is_free(settings) and all(settings.origins()[name] == "default" for name in names):
            return _Check(model, "note", f"{found}; it has {', '.join(listed)}", remedy)
        return _Check(model, "failed", found, remedy)
    found = f"{use}: available" if listed else use
    end = models.end(model)
    with suppress(ValueError, TypeError):  # no date, or not an ISO date
        end = date.fromisoformat(str(listed[model])[:10]) if listed.get(model) else end
    if end is None:
        return _Check(model, "ok", f"{found}; no shutdown announced")
    found = f"{found}; shuts down on {end}"
    if following:
        remedy = f"{', '.join(following)} is asked from then on"
    soon = models.ends_soon(end)
    return _Check(model, "warning" if soon else "ok", found, remedy if soon else None)


def _money(settings: Settings) -> Iterator[_Check]:
    from gcx_format.prices import dollars
    from gcx_format.spending import Ledger

    try:
        spent = Ledger.of(settings).spent_today()
    except GcxError as error:
        yield _Check("today", "failed", str(error))
        return
    limit = settings.daily_limit_usd
    found = f"{dollars(spent)} of {dollars(limit)} spent (days in UTC)"
    if spent < limit:
        yield _Check("today", "ok", found)
    else:
        yield _Check("today", "warning", found, "daily_limit_usd raises the limit")
    yield _Check("a call", "ok", f"at most {dollars(settings.call_limit_usd)}")
    yield _Check("prices", "ok", f"as of {models.table()['date']}")
    for model in dict.fromkeys(
        model for each in _in_use(settings) for model in each.assumed_prices()
    ):
        yield _Check(model, "note", "price unknown; assuming the highest known price")


def _folders(settings: Settings) -> Iterator[_Check]:
    from gcx_format.cache import Cache

    folder = settings.cache_folder
    if problem := _why_not_writable(folder):
        yield _Check("cache", "failed", f"{folder}: {problem}", "change cache_folder")
    else:
        sizes = []
        for variant in Cache(folder, settings.cache_max_bytes):
            with suppress(OSError):
                sizes.append(variant.path.stat().st_size)
        megabytes = f"{sum(sizes) / 1e6:,.1f} of {settings.cache_max_megabytes:,} MB"
        yield _Check("cache", "ok", f"{folder}, pictures: {len(sizes):,}, {megabytes}")
    folder = settings.state_folder
    if problem := _why_not_writable(folder):
        remedy = "change state_folder; nothing is spent without it"
        yield _Check("state", "failed", f"{folder}: {problem}", remedy)
    else:
        yield _Check("state", "ok", str(folder))
    store = settings.weight_store
    for codec in VISUAL:
        if not codec.checkpoints or (codec.package and _version(codec.package) is None):
            continue
        try:
            names = ", ".join(each.name for each in codec.checkpoints if store.has(each))
        except WeightsError as error:
            yield _Check("weights", "failed", str(error))
            return
        found = f"{store.folder}, {codec.title}: {names or 'none'}"
        get = None if names else f"gcx weights get {codec.default.name} downloads one"
        yield _Check("weights", "ok" if names else "note", found, get)


def _why_not_writable(folder: Path) -> str | None:
    """Why no file can be created in a folder, which may not exist yet, or None."""
    try:
        nearest = next(each for each in (folder, *folder.parents) if each.exists())
        if not nearest.is_dir():
            return f"{nearest} is not a folder"
        if not os.access(nearest, os.W_OK | os.X_OK):
            return f"{nearest} is not writable"
        if nearest == folder:
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        return error.strerror or str(error)
    return None
