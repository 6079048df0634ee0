"""What calls to models cost, and the limits of what may be spent.

The prices and their date are in `prices.toml`. Estimates are on the high side, since they
decide whether a call is made at all; what a call cost is worked out from the tokens that
the server reports.

A `Ledger` keeps what was spent today in a file that all processes of a user share. Before a
call its estimate is reserved there, or refused; afterwards the reservation is settled. One
that was never settled, because the program was killed, counts as spent.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import secrets
import threading
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal, InvalidOperation
from functools import cache
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from gcx_format import durable_files
from gcx_format.errors import OutputError, SpendingLimitError
from gcx_format.models import image_model, painting
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = [
    "Ledger",
    "Reservation",
    "assumed_prices",
    "cost_of",
    "dollars",
    "estimate_description",
    "estimate_picture",
    "is_priced",
    "price_table",
]

_MILLION: Final = Decimal(1_000_000)
_SMALLEST: Final = Decimal("0.000001")

_LOCK_SECONDS: Final = 30.0
"""How long to wait for the ledger; it is held for some milliseconds at a time."""


# --- prices ----------------------------------------------------------------------------------


@cache
def price_table() -> Mapping[str, Any]:
    """The table of prices, as `prices.toml` has it; `date` and `source` say where it is from."""
    text = resources.files("gcx_format").joinpath("prices.toml").read_text("utf-8")
    return tomllib.loads(text)


def is_priced(model: str) -> bool:
    """Whether the table has the model; otherwise the dearest price of its kind is assumed."""
    return any(_base_name(model) in price_table()[kind] for kind in ("text", "image"))


def assumed_prices(settings: Settings, *, picture: bool) -> list[str]:
    """The models that a call would ask and whose price is not known, so that it is assumed.

    Args:
        settings: which models are asked.
        picture: whether a picture is generated; otherwise one is described.
    """
    asked = painting(settings).values() if picture else [settings.describe_model]
    return [model for model in asked if not is_priced(model)]


def estimate_picture(
    settings: Settings, *, with_condition: bool, size: tuple[int, int] | None
) -> Decimal:
    """What generating one picture costs, in US dollars, on the high side.

    The quality `auto` counts as high, and a model that is left to the server as the dearest.

    Args:
        settings: route, models, quality and unfinished pictures.
        with_condition: whether a visual condition goes with the words.
        size: of the picture that is asked for, in pixels; None where the server chooses.
    """
    tokens = price_table()["tokens"]
    on_host = settings.route == "responses"
    model = image_model(settings)
    quality = "high" if settings.image_quality == "auto" else settings.image_quality
    width, height = size or (1536, 1024)
    area = Decimal(max(width * height, 1)) / (1024 * 1024)

    cost = _picture_price(model, quality) * area
    cost += _cost(_image_price(model, "out"), settings.partial_images * tokens["partial_image"])
    cost += _cost(_image_price(model, "text_in"), tokens["instructions"])
    if with_condition:
        cost += _cost(_image_price(model, "image_in"), tokens["condition"])
    if on_host:
        read = tokens["instructions"] + (_picture_tokens((1024, 1024)) if with_condition else 0)
        cost += _cost(_text_price(settings.host_model, "in"), read)
        cost += _cost(_text_price(settings.host_model, "out"), tokens["answer"])
    return _rounded(cost)


def estimate_description(settings: Settings, image_size: tuple[int, int]) -> Decimal:
    """What describing a picture once costs, in US dollars, on the high side.

    Args:
        settings: the model and how many words.
        image_size: of the picture that is sent, in pixels.
    """
    tokens = price_table()["tokens"]
    read = tokens["instructions"] + _picture_tokens(image_size)
    written = tokens["answer"] + tokens["word"] * settings.words
    model = settings.describe_model
    return _rounded(
        _cost(_text_price(model, "in"), read) + _cost(_text_price(model, "out"), written)
    )


def cost_of(model: str | None, usage: Mapping[str, Any]) -> Decimal | None:
    """What a call cost, in US dollars, by the tokens that its answer reports.

    Args:
        model: that did the work; None and models without a known price count as the dearest.
        usage: `usage` of a response, of a chat completion or of the Images API.

    Returns:
        None where the usage says nothing; servers also give zeros for what they do not know.
    """
    read = _count(usage, "input_tokens", "prompt_tokens")
    written = _count(usage, "output_tokens", "completion_tokens")
    if read is None or written is None:
        return None
    details = usage.get("input_tokens_details")
    details = details if isinstance(details, Mapping) else {}
    read_images = _count(details, "image_tokens")
    name = None if model is None else _base_name(model)
    makes_pictures = name in price_table()["image"] or (
        name not in price_table()["text"] and read_images is not None
    )
    if not written and (makes_pictures or not read):
        return None  # a count that is missing, and no picture for nothing
    if not makes_pictures:
        price_in, price_out = _text_price(model, "in"), _text_price(model, "out")
        return _rounded(_cost(price_in, read) + _cost(price_out, written))
    images = read if read_images is None else min(read_images, read)
    return _rounded(
        _cost(_image_price(model, "image_in"), images)
        + _cost(_image_price(model, "text_in"), read - images)
        + _cost(_image_price(model, "out"), written)
    )


def dollars(amount: Decimal) -> str:
    """An amount as it is shown: in cents, with hundredths of a cent where it has some."""
    shown = f"{amount:.4f}"
    return "$" + (shown[:-2] + shown[-2:].rstrip("0"))


def _base_name(model: str) -> str:
    """A model's name without the date of a snapshot."""
    return re.sub(r"-\d{4}-\d{2}-\d{2}\Z", "", model)


def _text_price(model: str | None, key: str) -> Decimal:
    return _price("text", model, key)


def _image_price(model: str | None, key: str) -> Decimal:
    return _price("image", model, key)


def _price(kind: str, model: str | None, key: str) -> Decimal:
    """Dollars per million tokens; the highest of the table where the model is not in it."""
    models = price_table()[kind]
    if model is not None and _base_name(model) in models:
        return Decimal(models[_base_name(model)][key])
    return max(Decimal(prices[key]) for prices in models.values())


def _picture_price(model: str | None, quality: str) -> Decimal:
    models = price_table()["image"]
    if model is not None and _base_name(model) in models:
        return Decimal(models[_base_name(model)]["picture"][quality])
    return max(Decimal(prices["picture"][quality]) for prices in models.values())


def _picture_tokens(size: tuple[int, int]) -> int:
    """What a text model counts for a picture in full detail.

    It is reduced to fit into 2048 x 2048 and then to 768 on the shorter side, and counted in
    tiles of 512 x 512 (OpenAI, "Images and vision", calculating costs).
    """
    tokens = price_table()["tokens"]
    longer, shorter = max(*size, 1), max(min(size), 1)
    scale = min(1.0, 2048 / longer)
    scale = min(scale, 768 / shorter)
    tiles = math.ceil(longer * scale / 512) * math.ceil(shorter * scale / 512)
    return int(tokens["picture_base"] + tokens["picture_tile"] * tiles)


def _cost(price: Decimal, tokens: int) -> Decimal:
    return price * tokens / _MILLION


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_SMALLEST, rounding=ROUND_UP)


def _count(usage: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        value = usage.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    return None


# --- the ledger ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Day:
    """What the file holds: a day in UTC, and what was spent or reserved on it, by entry."""

    day: str
    entries: dict[str, dict[str, Any]]

    @property
    def spent(self) -> Decimal:
        return sum((Decimal(entry["usd"]) for entry in self.entries.values()), Decimal(0))


class Ledger:
    """What was spent today, shared by all processes that use the same folder.

    A day is one in UTC. It never turns back: where the clock is behind the last entry, that
    entry's day goes on. A file that cannot be read stops all spending until someone looks.
    """

    def __init__(self, folder: Path) -> None:
        """A ledger in a folder; both are made when the first amount is reserved."""
        self.folder = folder
        self.path = folder / "spending.json"

    def spent_today(self) -> Decimal:
        """What was spent or is reserved today, in US dollars.

        Raises:
            SpendingLimitError: the ledger is damaged or cannot be read.
        """
        return self._read().spent

    def reserve(
        self, amount: Decimal, *, daily_limit: Decimal, call_limit: Decimal, what: str
    ) -> Reservation:
        """Set aside what a call may cost, before it is made.

        Args:
            amount: the estimate, in US dollars.
            daily_limit: what may be spent in a day.
            call_limit: what may be spent in one call.
            what: the call in a few words, such as `"a picture by gpt-4o"`; kept beside the
                amount and part of the error's message.

        Returns:
            A context manager. Left without `settle` or `release`, the amount counts as spent.

        Raises:
            SpendingLimitError: it would be more than a limit allows, or the ledger cannot be
                read or written, so that nobody knows.
        """
        if not amount.is_finite() or amount < 0:
            raise ValueError("an amount is a number of dollars, zero or more")
        with self._locked():
            day = self._read()
            cost = f"{what} may cost {dollars(amount)}, and the call was not made"
            spent = f"{dollars(day.spent)} of {dollars(daily_limit)} a day"
            if amount > call_limit:
                raise _over(
                    f"{cost}: the limit of a call is {dollars(call_limit)} ({spent} are spent or "
                    "set aside)",
                    "call_limit_usd",
                )
            if day.spent + amount > daily_limit:
                raise _over(
                    f"{cost}: {spent} are spent or set aside for {day.day} (UTC)"
                    f"{_note_on_clock(day.day)}",
                    "daily_limit_usd",
                )
            name = secrets.token_hex(8)
            day.entries[name] = {
                "usd": str(amount),
                "settled": False,
                "what": what,
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
            }
            self._write(day)
        return Reservation(self, name, amount)

    def _settle(self, name: str, amount: Decimal | None) -> None:
        """Replace a reserved amount by the actual one, or take the entry out."""
        with self._locked():
            day = self._read()
            if name not in day.entries:
                return  # its day is over
            if amount is None:
                del day.entries[name]
            else:
                day.entries[name] |= {"usd": str(amount), "settled": True}
            self._write(day)

    def _read(self) -> _Day:
        """Today's entries; those of the day before are dropped."""
        today = datetime.now(UTC).date().isoformat()
        try:
            data = self.path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return _Day(today, {})
        except OSError as error:
            raise SpendingLimitError(
                f"the record of what was spent cannot be read ({error.strerror}), so nothing "
                "more is spent",
                filename=self.path,
            ) from None
        try:
            day = _parse(data)
        except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
            raise SpendingLimitError(
                "the record of what was spent is damaged, so nothing more is spent; look what "
                "your account was charged today, then remove the file to begin again",
                filename=self.path,
            ) from None
        return day if day.day >= today else _Day(today, {})

    def _write(self, day: _Day) -> None:
        content = {"format": 1, "day": day.day, "entries": day.entries}
        data = json.dumps(content, indent=1).encode()
        durable_files.remove_unfinished(self.path)
        try:
            durable_files.write(self.path, data)
        except OutputError as error:
            raise _not_recorded(error.message, self.path) from None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        import filelock

        try:
            durable_files.make_folder(self.folder)
            lock = filelock.FileLock(self.folder / "spending.lock", mode=0o600)
            lock.acquire(timeout=_LOCK_SECONDS, poll_interval=0.001)
        except filelock.Timeout:
            raise _not_recorded("another program holds it", self.path) from None
        except (OutputError, OSError, NotImplementedError) as error:
            message = getattr(error, "strerror", None) or str(error)
            raise _not_recorded(message, self.path) from None
        try:
            yield
        finally:
            lock.release()


class Reservation:
    """An amount that is set aside for one call.

    Attributes:
        amount: in US dollars.
    """

    def __init__(self, ledger: Ledger, name: str, amount: Decimal) -> None:
        """Made by `Ledger.reserve`."""
        self.amount = amount
        self._ledger = ledger
        self._name = name
        self._open = threading.Lock()

    def settle(self, actual: Decimal | None) -> None:
        """Record what the call cost; None keeps the estimate, as where nobody knows.

        Where that cannot be recorded, the estimate stands: what was paid for is not lost to
        an error.
        """
        self._close(self.amount if actual is None else actual)

    def release(self) -> None:
        """Record that the call cost nothing, as where it was refused before any work."""
        self._close(None)

    def _close(self, amount: Decimal | None) -> None:
        if not self._open.acquire(blocking=False):
            return  # settled before
        if amount is not None and (not amount.is_finite() or amount < 0):
            amount = self.amount
        with contextlib.suppress(SpendingLimitError):
            self._ledger._settle(self._name, amount)

    def __enter__(self) -> Reservation:
        """The reservation itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the amount as it stands: what was not settled or released counts as spent."""


def _parse(data: bytes) -> _Day:
    """Read a ledger, and let nothing through that does not add up."""
    content = json.loads(data)
    if content["format"] != 1 or not isinstance(content["entries"], dict):
        raise ValueError("of another format")
    day = datetime.strptime(content["day"], "%Y-%m-%d").date().isoformat()
    for entry in content["entries"].values():
        usd = entry["usd"]
        if not isinstance(usd, str) or not Decimal(usd).is_finite() or Decimal(usd) < 0:
            raise ValueError("an amount is no amount")
    return _Day(day, content["entries"])


def _over(message: str, setting: str) -> SpendingLimitError:
    remedy = Remedy("raise limit", setting=setting, variable=f"GCX_{setting.upper()}")
    return SpendingLimitError(message, remedy=remedy)


def _note_on_clock(day: str) -> str:
    if day <= datetime.now(UTC).date().isoformat():
        return ""
    return ", and the clock of this computer is behind that day, which goes on until it is over"


def _not_recorded(reason: str, path: Path) -> SpendingLimitError:
    return SpendingLimitError(
        f"what is spent cannot be recorded ({reason}), so nothing is spent",
        filename=path,
        remedy=Remedy("change setting", setting="state_folder", variable="GCX_STATE_FOLDER"),
    )
