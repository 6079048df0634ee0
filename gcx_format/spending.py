"""What was spent today, and the limits of what may be.

A `Ledger` keeps it in a file that all processes of a user share. Before a call its estimate is
reserved there, or refused; afterwards the reservation is settled. One that was never settled,
because the program was killed, counts as spent.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

from gcx_format import durable_files
from gcx_format.errors import OutputError, ServiceError, SpendingLimitError
from gcx_format.prices import dollars
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = ["Ledger", "Reservation", "amount_under_way", "settle_failed"]

_LOCK_SECONDS: Final = 30.0
"""How long to wait for the ledger; it is held for some milliseconds at a time."""

_LONGEST_LINE: Final = 8192
"""Bytes of a line of the ledger."""

_MOST_CHARACTERS: Final = 200
"""Of what a call is called there."""

_NO_LIMIT: Final = Decimal("Infinity")

_OF_LINES: Final = ("id", "spent")
"""What is in a line for the ledger's own sake."""


@dataclass(frozen=True, slots=True)
class _Day:
    """What the file tells without being read as a whole.

    Attributes:
        day: in UTC.
        spent: or set aside on it, in US dollars.
        id: of the file; another one begins with each day.
        length: of the file, without a last line that was never finished; 0 where a new file is
            to be written.
    """

    day: str
    spent: Decimal
    id: str
    length: int = 0


class Ledger:
    """What was spent today, shared by all processes that use the same folder.

    The file has a line of JSON for each amount that is set aside, settled or released, and each
    says how much is spent with it, so that only the last one is read. A line counts once it has
    its end. With each day a new file begins.

    A day is one in UTC. It never turns back: where the clock is behind the last entry, that
    entry's day goes on. A file that cannot be read stops all spending until someone looks.
    """

    def __init__(
        self, folder: Path, *, daily_limit: Decimal = _NO_LIMIT, call_limit: Decimal = _NO_LIMIT
    ) -> None:
        """A ledger in a folder; both are made when the first amount is reserved.

        Args:
            folder: that is shared.
            daily_limit: what may be spent in a day, in US dollars.
            call_limit: what may be spent in one call.
        """
        self.path = folder / "spending.json"
        self.daily_limit = daily_limit
        self.call_limit = call_limit

    @classmethod
    def of(cls, settings: Settings) -> Ledger:
        """The user's."""
        return cls(
            settings.state_folder,
            daily_limit=settings.daily_limit_usd,
            call_limit=settings.call_limit_usd,
        )

    def spent_today(self) -> Decimal:
        """What was spent or is reserved today, or raise `SpendingLimitError`."""
        return self._read().spent

    def entries(self) -> list[dict[str, Any]]:
        """What was set aside or spent today, call by call, the oldest first.

        Returns:
            Of each call `usd`, whether it is `settled`, `what` it was and the `time`; and where it
            cost more than was set aside for it, that amount as `set_aside`.

        Raises:
            SpendingLimitError: the ledger is damaged or cannot be read.
        """
        day = self._read()
        with self._reading() as file:
            lines = () if file is None or not day.length else file.read(day.length).splitlines()[1:]
            found: dict[str, dict[str, Any]] = {}
            for line in lines:
                known = json.loads(line)
                if known.get("released"):
                    found.pop(known["id"], None)
                else:
                    found[known["id"]] = found.get(known["id"], {}) | known
        return [{k: v for k, v in each.items() if k not in _OF_LINES} for each in found.values()]

    def check(self, amount: Decimal, what: str, *, calls: int = 1) -> None:
        """Raise what `reserve` would for so many calls at this price; nothing is set aside."""
        day = self._read()
        self._check(day, amount, day.spent + calls * amount, what)

    def reserve(self, amount: Decimal, what: str) -> Reservation:
        """Set aside what a call may cost, before it is made.

        Args:
            amount: the estimate, in US dollars.
            what: the call in a few words, such as `"a picture by gpt-4o"`; kept beside the
                amount and part of the error's message.

        Returns:
            What is to be settled or released; else the amount counts as spent.

        Raises:
            SpendingLimitError: it would be more than a limit allows, or the ledger cannot be
                read or written, so that nobody knows.
        """
        reservation = Reservation(self, what)
        self._set_aside(reservation, amount)
        return reservation

    def _set_aside(self, reservation: Reservation, amount: Decimal) -> None:
        """Admit an amount for a call, in place of what it had before."""
        if not amount.is_finite() or amount < 0:
            raise ValueError("an amount is a number of dollars, zero or more")
        with self._locked():
            day = self._read()
            before = reservation.amount if reservation._ledger_id == day.id else Decimal(0)
            self._check(day, amount, day.spent - before + amount, reservation.what)
            entry = {
                "id": reservation._name,
                "usd": str(amount),
                "settled": False,
                "what": reservation.what[:_MOST_CHARACTERS],
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
            }
            self._append(day, amount - before, entry)
            reservation.amount, reservation._ledger_id = amount, day.id
            _under_way[reservation._name] = amount

    def _check(self, day: _Day, amount: Decimal, in_all: Decimal, what: str) -> None:
        """Whether a call may cost so much, and the day may then come to so much."""
        cost = f"{what} may cost {dollars(amount)}, and the call was not made"
        spent = f"{dollars(day.spent)} of {dollars(self.daily_limit)} a day are spent or set aside"
        if amount > self.call_limit:
            limit = dollars(self.call_limit)
            raise _over(
                f"{cost}: the limit of a call is {limit} ({spent})",
                "call_limit_usd",
                self.call_limit,
            )
        if in_all > self.daily_limit:
            behind = (
                ", and the clock of this computer is behind that day, which goes on until it is "
            )
            note = f"{behind}over" if day.day > datetime.now(UTC).date().isoformat() else ""
            raise _over(
                f"{cost}: {spent} for {day.day} (UTC){note}", "daily_limit_usd", self.daily_limit
            )

    def _settle(self, reservation: Reservation, amount: Decimal | None) -> None:
        """Replace a reserved amount by the actual one, or take the entry out."""
        entry: dict[str, Any] = {"id": reservation._name, "released": True}
        if amount is not None:
            entry = {"id": reservation._name, "usd": str(amount), "settled": True}
            if amount > reservation.amount:
                entry["set_aside"] = str(reservation.amount)
        with self._locked():
            day = self._read()
            if day.id == reservation._ledger_id:  # or its day is over
                self._append(day, (amount or Decimal(0)) - reservation.amount, entry)

    def _read(self) -> _Day:
        """How today stands; that of the day before counts no more."""
        today = datetime.now(UTC).date().isoformat()
        with self._reading() as file:
            day = None if file is None else _parse(file)
        if day is None or day.day < today:
            return _Day(today, Decimal(0), secrets.token_hex(8))
        return day

    @contextlib.contextmanager
    def _reading(self) -> Iterator[BinaryIO | None]:
        """The file, or None where there is none, and what is wrong with it as our error."""
        try:
            try:
                file = self.path.open("rb")
            except (FileNotFoundError, NotADirectoryError):
                yield None
                return
            with file:
                yield file
        except OSError as error:
            if isinstance(error, SpendingLimitError):
                raise
            raise SpendingLimitError(
                f"the record of what was spent cannot be read ({error.strerror}), so nothing "
                "more is spent",
                filename=self.path,
            ) from None
        except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
            raise SpendingLimitError(
                "the record of what was spent is damaged, so nothing more is spent; look what "
                "your account was charged today, then remove the file to begin again",
                filename=self.path,
            ) from None

    def _append(self, day: _Day, change: Decimal, entry: dict[str, Any]) -> None:
        """Add a line; what was there stays as it is.

        What is set aside is on the disk before the call is made. What settles it may be lost
        with the power: then the estimate stands.
        """
        spent = max(day.spent + change, Decimal(0))
        line = json.dumps({**entry, "spent": str(spent)}) + "\n"
        try:
            if not day.length:
                head = {"format": 2, "day": day.day, "id": day.id, "spent": str(day.spent)}
                durable_files.remove_unfinished(self.path)
                durable_files.write(self.path, f"{json.dumps(head)}\n{line}".encode())
                return
            with self.path.open("r+b") as file:
                file.truncate(day.length)
                file.seek(day.length)
                try:
                    file.write(line.encode())
                    file.flush()
                except OSError:
                    file.truncate(day.length)
                    raise
                if not entry.get("settled", True):
                    os.fsync(file.fileno())
        except OutputError as error:
            raise _not_recorded(error.message, self.path) from None
        except OSError as error:
            raise _not_recorded(error.strerror or str(error), self.path) from None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        import filelock

        try:
            durable_files.make_folder(self.path.parent)
            lock = filelock.FileLock(self.path.with_name("spending.lock"), mode=0o600)
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


_under_way: dict[str, Decimal] = {}
"""What this process has set aside for calls of which it does not know what they cost."""


def amount_under_way() -> Decimal:
    """What calls of this process may still be billed for, in US dollars, if it ends now."""
    return sum(_under_way.values(), Decimal(0))


class Reservation:
    """An amount, in US dollars, that is set aside for one call; made by `Ledger.reserve`."""

    def __init__(self, ledger: Ledger, what: str) -> None:
        self.amount = Decimal(0)
        self.what = what
        self._ledger = ledger
        self._ledger_id: str | None = None
        self._name = secrets.token_hex(8)
        self._open = threading.Lock()

    def raise_to(self, amount: Decimal) -> None:
        """Set aside more before the call, or raise as `Ledger.reserve` and leave the amount."""
        if amount > self.amount:
            self._ledger._set_aside(self, amount)

    def settle(self, actual: Decimal | None) -> None:
        """Record what the call cost; the estimate stands for None and where that fails."""
        self._close(self.amount if actual is None else actual)

    def release(self) -> None:
        """Record that the call cost nothing, as where it was refused before any work."""
        self._close(None)

    def _close(self, amount: Decimal | None) -> None:
        if not self._open.acquire(blocking=False):
            return  # settled before
        _under_way.pop(self._name, None)
        if amount is not None and (not amount.is_finite() or amount < 0):
            amount = self.amount
        with contextlib.suppress(SpendingLimitError):
            self._ledger._settle(self, amount)


class _Charge(Protocol):
    def settle(self, actual: Decimal | None) -> None: ...
    def release(self) -> None: ...


def settle_failed(charge: _Charge, error: ServiceError) -> None:
    """Record what a call that failed cost, as far as that is known; else the estimate stands."""
    if not error.may_have_cost:
        charge.release()
    elif error.cost is not None:
        charge.settle(error.cost)


def _parse(file: BinaryIO) -> _Day:
    """How a ledger stands, by its first line and its last; nothing else of it is read."""
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    first = file.readline(_LONGEST_LINE)
    try:
        head = json.loads(first)
    except ValueError:
        head = None
    if head is None or head["format"] == 1:
        file.seek(0)
        return _of_format_1(file.read())
    if head["format"] != 2 or not first.endswith(b"\n") or not isinstance(head["id"], str):
        raise ValueError("of another format")
    file.seek(max(0, length - 2 * _LONGEST_LINE))
    end = file.read()
    whole = end[: end.rindex(b"\n") + 1]
    last = json.loads(whole.splitlines()[-1])
    file.seek(0)
    return _Day(
        datetime.strptime(head["day"], "%Y-%m-%d").date().isoformat(),
        _amount(last["spent"]),
        head["id"],
        length - len(end) + len(whole),
    )


def _of_format_1(data: bytes) -> _Day:
    """A ledger as it was first, one object with all entries of the day; the sum goes on."""
    content = json.loads(data)
    if content["format"] != 1 or not isinstance(content["entries"], dict):
        raise ValueError("of another format")
    day = datetime.strptime(content["day"], "%Y-%m-%d").date().isoformat()
    spent = sum((_amount(entry["usd"]) for entry in content["entries"].values()), Decimal(0))
    return _Day(day, spent, secrets.token_hex(8))


def _amount(usd: Any) -> Decimal:
    if not isinstance(usd, str) or not Decimal(usd).is_finite() or Decimal(usd) < 0:
        raise ValueError("an amount is no amount")
    return Decimal(usd)


def _over(message: str, setting: str, limit: Decimal) -> SpendingLimitError:
    variable = f"GCX_{setting.upper()}"
    remedy = Remedy("raise limit", setting=setting, variable=variable, limit=str(limit))
    return SpendingLimitError(message, remedy=remedy)


def _not_recorded(reason: str, path: Path) -> SpendingLimitError:
    return SpendingLimitError(
        f"what is spent cannot be recorded ({reason}), so nothing is spent",
        filename=path,
        remedy=Remedy("change setting", setting="state_folder", variable="GCX_STATE_FOLDER"),
    )
