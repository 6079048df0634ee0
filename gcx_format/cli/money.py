"""What calls to models would cost, and what was spent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gcx_format.cli import console
from gcx_format.errors import GcxError

if TYPE_CHECKING:
    from gcx_format.settings import Settings


def dollars(amounts: Iterable[float | Decimal]) -> str:
    """The sum of some amounts, which JSON may have made floats."""
    from gcx_format.prices import dollars

    return dollars(sum((Decimal(str(amount)) for amount in amounts), Decimal(0)))


def spent_today(settings: Settings) -> str:
    """Today's spending and its limit; raises `SpendingLimitError` if the record is damaged."""
    from gcx_format.spending import Ledger

    spent = Ledger.of(settings).spent_today()
    return f"{dollars([spent])} of {dollars([settings.daily_limit_usd])}"


def say_estimate(
    estimates: Iterable[tuple[Path, dict[str, Any] | GcxError]],
    settings: Settings,
    *,
    key: str,
    json: bool,
    summary: Callable[[list[dict[str, Any]]], str],
    assumed: Callable[[], Iterable[str]],
) -> None:
    """Print what calls would cost, without making any.

    `estimates` has for each file, which JSON calls `key`, a record with `estimated_usd` or why
    there is none. `summary` puts all records into a line; `assumed` then gives the models without
    a known price.

    Raises:
        typer.Exit: a file has no estimate; the reason has been printed.
    """
    from gcx_format.models import table

    known: list[dict[str, Any]] = []
    failed = False
    for path, found in estimates:
        if isinstance(found, GcxError):
            failed = True
            console.fail(path, found, key if json else None)
            continue
        known.append(found)
        if json:
            console.say_json({key: str(path), "status": "estimated", **found})
    if not json:
        prices = f"prices as of {table()['date']}"
        console.say(f"{summary(known)} ({prices}); nothing was sent")
        console.say(f"today: {spent_today(settings)} spent")
    for model in assumed():
        console.warn(f"the price of {model} is unknown; assuming the highest known price")
    if failed:
        raise typer.Exit(1)
