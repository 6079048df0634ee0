"""`gcx config`: the settings in effect, and where each came from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gcx_format.cli import console, money, options
from gcx_format.errors import SpendingLimitError
from gcx_format.registry import DESCRIBERS, GENERATORS

EXAMPLES: Final = """\
Examples:
  gcx config
  gcx config --json | jq -r 'select(.origin != "default") | .setting'
  gcx config --path"""


def config(
    json: Annotated[bool, options.json_per("setting")] = False,
    path: Annotated[
        bool,
        typer.Option("--path", help="Print the path of the settings file."),
    ] = False,
) -> None:
    """Show every setting, its value, and where it came from.

    Command options take precedence over environment variables, those over the
    file, and the file over the defaults. The file is TOML, with lines such as

      daily_limit_usd = 5.00

    A setting's environment variable is GCX_ and its name in capitals; those of
    the key and the server are OPENAI_API_KEY and OPENAI_BASE_URL. The key is
    never shown; a file that holds it must be readable by you alone.

    Below the settings is what is installed that paints or describes, what it
    costs, and what it still needs.

    With --json the keys are: setting, value, origin, variable and meaning.
    The value of the key is "set" or null.
    """
    from gcx_format import settings as module
    from gcx_format.installed import installed

    file = module.config_file()
    if path:
        console.say(console.one_line(file))
        return
    for name, meant in module.unknown_variables().items():
        hint = f"; did you mean {meant}?" if meant else ""
        console.complain(None, f"warning: unknown setting {name}{hint}")
    settings = module.load_settings()
    origins = settings.origins()
    rows = [
        {
            "setting": name,
            "value": _shown(name, getattr(settings, name)),
            "origin": origins[name],
            "variable": module.variable(name),
            "meaning": field.description,
        }
        for name, field in module.Settings.model_fields.items()
    ]
    if json:
        for row in rows:
            console.say_json(row)
        return
    names = max(len(row["setting"]) for row in rows)
    values = [_in_words(row["value"]) for row in rows]
    width = min(max(map(len, values)), 40)
    for row, value in zip(rows, values, strict=True):
        line = f"{row['setting']:{names}}  {value:{width}}  {row['origin']}"
        console.say(console.one_line(line))
    console.say("")
    there = "" if file.exists() else " (does not exist)"
    console.say(f"{'file':{names}}  {console.one_line(file)}{there}")
    try:
        spent = money.spent_today(settings)
    except SpendingLimitError as error:
        spent = console.one_line(error)
    console.say(f"{'spent today':{names}}  {spent}")
    for door in (GENERATORS, DESCRIBERS):
        console.say("")
        for each in installed(door, settings):
            needs = "ready" if each.obstacle is None else console.explain(each.obstacle)
            name = f"{each.kind} {each.name}"
            console.say(console.one_line(f"{name:{names}}  {each.cost}; {needs}"))


def _shown(name: str, value: Any) -> Any:
    """A value for JSON, without secrets."""
    if name == "openai_api_key":
        return None if value is None else "set"
    if name in ("openai_base_url", "weights_url") and value is not None:
        return console.without_secrets(value)
    if isinstance(value, dict):  # a plug-in's options may hold secrets
        return ", ".join(value) or None
    return str(value) if isinstance(value, Path) else value


def _in_words(value: Any) -> str:
    return "not set" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
