"""`gcx config`: the settings that hold, and where each came from."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

import typer

from gcx_format.cli import console

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = ["EXAMPLES", "config"]

EXAMPLES: Final = """\
Examples:
  gcx config
  gcx config --json | jq -r 'select(.origin != "default") | .setting'
  gcx config --path"""


def config(
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per setting, one a line.")
    ] = False,
    path: Annotated[
        bool, typer.Option("--path", help="Print where the file of settings is or would be.")
    ] = False,
) -> None:
    """Show every setting, its value, and where it came from.

    An option of a command comes before an environment variable, that before
    the file, and that before the default. The file is TOML, with lines such as

      daily_limit_usd = 5.00

    The environment variable of a setting is GCX_ and its name in capitals;
    the key and the server are OPENAI_API_KEY and OPENAI_BASE_URL. The key is
    never shown; a file that holds it must be readable by you alone.

    With --json the keys are: setting, value, origin, variable and meaning.
    The value of the key is "set" or null.
    """
    from gcx_format import settings as module

    file = module.config_file()
    if path:
        console.say(console.one_line(file))
        return
    for name, meant in module.unknown_variables().items():
        hint = f"; did you mean {meant}?" if meant else ""
        console.complain(None, f"warning: {name} is no setting{hint}")
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
            if isinstance(row["value"], Decimal):
                row["value"] = float(row["value"])
            console.say_json(row)
        return
    names = max(len(row["setting"]) for row in rows)
    values = [_in_words(row["value"]) for row in rows]
    width = min(max(map(len, values)), 40)
    for row, value in zip(rows, values, strict=True):
        line = f"{row['setting']:{names}}  {value:{width}}  {row['origin']}"
        console.say(console.one_line(line))
    console.say("")
    there = "" if file.exists() else " (not there)"
    console.say(f"{'file':{names}}  {console.one_line(file)}{there}")
    console.say(f"{'spent today':{names}}  {_spent(settings)}")


def _shown(name: str, value: Any) -> Any:
    """A value as JSON has it, without what is secret."""
    if name == "openai_api_key":
        return None if value is None else "set"
    if name in ("openai_base_url", "weights_url") and value is not None:
        parts = urlsplit(value)
        host = parts.netloc.rpartition("@")[2]  # a user's name and password go before it
        return parts._replace(netloc=host, query="", fragment="").geturl()
    if isinstance(value, dict):  # whose values may be secrets of a plug-in
        return ", ".join(value) or None
    return str(value) if isinstance(value, Path) else value


def _in_words(value: Any) -> str:
    return "not set" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _spent(settings: Settings) -> str:
    from gcx_format.errors import SpendingLimitError
    from gcx_format.spending import Ledger, dollars

    try:
        spent = Ledger(settings.state_folder).spent_today()
    except SpendingLimitError as error:
        return console.one_line(error)
    return f"{dollars(spent)} of {dollars(settings.daily_limit_usd)}"
