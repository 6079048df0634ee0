"""A ledger that no number of processes can overdraw."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import gcx_format
from gcx_format import spending
from gcx_format.errors import SpendingLimitError
from gcx_format.spending import Ledger

ONE = Decimal("1.00")
TEN_CENTS = Decimal("0.10")


@pytest.fixture
def ledger(tmp_path) -> Ledger:
    return Ledger(tmp_path / "state")


@pytest.fixture
def run():
    """Runs Python code in processes of their own, all at once."""
    package = str(Path(gcx_format.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": package}
    started = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def reserve(ledger, amount=TEN_CENTS, daily=ONE, call=ONE):
    limited = Ledger(ledger.path.parent, daily_limit=daily, call_limit=call)
    return limited.reserve(amount, "a picture by gpt-4o")


# --- the ledger ------------------------------------------------------------------------------


def test_a_new_ledger_is_empty_and_makes_nothing(ledger):
    assert ledger.spent_today() == 0
    assert not ledger.path.parent.exists()


def test_a_reservation_counts_until_it_is_settled_or_released(ledger):
    first = reserve(ledger)
    assert ledger.spent_today() == TEN_CENTS
    first.settle(Decimal("0.0421"))
    assert ledger.spent_today() == Decimal("0.0421")
    second = reserve(ledger)
    second.release()
    assert ledger.spent_today() == Decimal("0.0421")
    third = reserve(ledger)
    third.settle(None)  # nobody knows
    assert ledger.spent_today() == Decimal("0.1421")


def test_it_is_kept_for_the_next_process(ledger):
    reserve(ledger).settle(Decimal("0.07"))
    assert Ledger(ledger.path.parent).spent_today() == Decimal("0.07")


def test_a_reservation_that_was_left_alone_counts_as_spent(ledger):
    reserve(ledger)
    assert ledger.spent_today() == Decimal("0.10")


def test_it_is_settled_once(ledger):
    reservation = reserve(ledger)
    reservation.settle(Decimal("0.03"))
    reservation.settle(Decimal("0.09"))
    reservation.release()
    assert ledger.spent_today() == Decimal("0.03")


@pytest.mark.parametrize("actual", ["-1", "nan", "infinity"])
def test_a_cost_that_is_none_keeps_the_estimate(ledger, actual):
    reserve(ledger).settle(Decimal(actual))
    assert ledger.spent_today() == TEN_CENTS


@pytest.mark.parametrize("amount", ["-0.01", "nan", "infinity"])
def test_an_amount_that_is_none_is_refused(ledger, amount):
    with pytest.raises(ValueError, match="a number of dollars"):
        reserve(ledger, Decimal(amount))
    assert ledger.spent_today() == 0


def test_a_day_can_be_spent_to_the_limit_and_no_further(ledger):
    for _ in range(10):
        reserve(ledger)
    with pytest.raises(SpendingLimitError) as caught:
        reserve(ledger, Decimal("0.001"))
    assert caught.value.message == (
        "a picture by gpt-4o may cost $0.001, and the call was not made: $1.00 of $1.00 a day "
        f"are spent or set aside for {datetime.now(UTC).date()} (UTC)"
    )
    (remedy,) = caught.value.remedies
    assert str(remedy) == "to allow more, raise the setting daily_limit_usd (GCX_DAILY_LIMIT_USD)"
    assert ledger.spent_today() == ONE


def test_a_call_that_is_too_dear_is_refused(ledger):
    reserve(ledger)
    with pytest.raises(SpendingLimitError) as caught:
        reserve(ledger, Decimal("0.60"), call=Decimal("0.50"))
    assert caught.value.message == (
        "a picture by gpt-4o may cost $0.60, and the call was not made: the limit of a call is "
        "$0.50 ($0.10 of $1.00 a day are spent or set aside)"
    )
    (remedy,) = caught.value.remedies
    assert str(remedy) == "to allow more, raise the setting call_limit_usd (GCX_CALL_LIMIT_USD)"
    assert ledger.spent_today() == TEN_CENTS


def test_what_would_be_refused_can_be_asked_without_setting_anything_aside(ledger):
    reserve(ledger, Decimal("0.70"))
    Ledger(ledger.path.parent, daily_limit=ONE).check(TEN_CENTS, "a picture", calls=3)
    with pytest.raises(SpendingLimitError) as of_day:
        Ledger(ledger.path.parent, daily_limit=ONE).check(TEN_CENTS, "a picture", calls=4)
    with pytest.raises(SpendingLimitError) as of_call:
        Ledger(ledger.path.parent, call_limit=Decimal("0.05")).check(TEN_CENTS, "a picture")
    assert of_day.value.remedies[0].parameters["limit"] == "1.00"
    assert of_call.value.remedies[0].parameters["limit"] == "0.05"
    assert ledger.spent_today() == Decimal("0.70")


def test_a_limit_of_nothing_allows_what_costs_nothing(ledger):
    reserve(ledger, Decimal(0), daily=Decimal(0), call=Decimal(0))
    with pytest.raises(SpendingLimitError):
        reserve(ledger, Decimal("0.000001"), daily=Decimal(0))


def test_it_is_for_its_owner_alone(ledger):
    reserve(ledger)
    assert ledger.path.parent.stat().st_mode & 0o777 == 0o700
    for path in ledger.path.parent.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


# --- the clock -------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    """Sets the clock of the ledger."""

    def set(moment: str) -> None:
        now = datetime.fromisoformat(moment)

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return now.astimezone(tz)

        monkeypatch.setattr(spending, "datetime", Clock)

    return set


def test_a_day_begins_at_midnight_in_utc(ledger, clock):
    clock("2026-11-03T23:59:59+00:00")
    reserve(ledger, ONE)
    with pytest.raises(SpendingLimitError):
        reserve(ledger)
    clock("2026-11-04T00:00:00+00:00")
    assert ledger.spent_today() == 0
    reserve(ledger)
    assert ledger.spent_today() == TEN_CENTS
    clock("2026-11-05T01:00:00+02:00")  # still the 4th in UTC
    assert ledger.spent_today() == TEN_CENTS


def test_a_clock_that_is_set_back_unlocks_nothing(ledger, clock):
    clock("2026-11-04T12:00:00+00:00")
    reserve(ledger, ONE)
    clock("2026-11-03T12:00:00+00:00")
    assert ledger.spent_today() == ONE
    with pytest.raises(SpendingLimitError, match="the clock of this computer is behind that day"):
        reserve(ledger)
    clock("2020-01-01T00:00:00+00:00")
    with pytest.raises(SpendingLimitError, match="for 2026-11-04"):
        reserve(ledger)
    clock("2026-11-05T00:00:00+00:00")
    reserve(ledger)


def test_a_call_that_ends_after_midnight_belongs_to_the_day_on_which_it_began(ledger, clock):
    clock("2026-11-03T23:59:00+00:00")
    late = reserve(ledger)
    clock("2026-11-04T00:01:00+00:00")
    reserve(ledger, Decimal("0.02"))
    late.settle(Decimal("0.50"))
    assert ledger.spent_today() == Decimal("0.02")


# --- damage ----------------------------------------------------------------------------------

GOOD = {"format": 1, "day": "2026-11-03", "entries": {"a": {"usd": "0.5"}}}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 300,
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(GOOD | {"format": 2}).encode(),
        json.dumps(GOOD | {"day": "yesterday"}).encode(),
        json.dumps(GOOD | {"day": 3}).encode(),
        json.dumps(GOOD | {"entries": []}).encode(),
        json.dumps(GOOD | {"entries": {"a": {}}}).encode(),
        json.dumps(GOOD | {"entries": {"a": 1}}).encode(),
        json.dumps(GOOD | {"entries": {"a": {"usd": "-5"}}}).encode(),
        json.dumps(GOOD | {"entries": {"a": {"usd": "NaN"}}}).encode(),
        json.dumps(GOOD | {"entries": {"a": {"usd": 0.5}}}).encode(),
        json.dumps(GOOD | {"entries": {"a": {"usd": "x"}}}).encode(),
    ],
)
def test_a_damaged_ledger_stops_all_spending_and_stays_as_it_is(ledger, data):
    ledger.path.parent.mkdir()
    ledger.path.write_bytes(data)
    with pytest.raises(SpendingLimitError, match="is damaged") as caught:
        reserve(ledger)
    assert caught.value.filename == ledger.path
    assert "remove the file" in caught.value.message
    with pytest.raises(SpendingLimitError):
        ledger.spent_today()
    assert ledger.path.read_bytes() == data


def test_the_damaged_ones_are_damaged(ledger):
    ledger.path.parent.mkdir()
    ledger.path.write_text(json.dumps(GOOD | {"day": datetime.now(UTC).date().isoformat()}))
    assert ledger.spent_today() == Decimal("0.5")


def test_a_ledger_that_cannot_be_read_stops_all_spending(ledger):
    ledger.path.mkdir(parents=True)
    with pytest.raises(SpendingLimitError, match="cannot be read"):
        reserve(ledger)


def test_a_ledger_that_cannot_be_written_stops_all_spending(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SpendingLimitError, match=r"cannot be recorded.*GCX_STATE_FOLDER"):
        reserve(Ledger(tmp_path / "file" / "state"))


def test_what_was_paid_for_is_not_lost_where_its_cost_cannot_be_recorded(ledger):
    reservation = reserve(ledger)
    ledger.path.write_bytes(b"")
    reservation.settle(Decimal("0.05"))
    assert ledger.path.read_bytes() == b""


# --- many at once ----------------------------------------------------------------------------

SPEND = """
import sys
from decimal import Decimal
from pathlib import Path
from gcx_format.errors import SpendingLimitError
from gcx_format.spending import Ledger
ledger, made = Ledger(Path(sys.argv[1]), daily_limit=Decimal(1)), 0
for _ in range(10):
    try:
        reservation = ledger.reserve(Decimal("0.07"), "a picture")
    except SpendingLimitError:
        continue
    made += 1
    if made % 2:
        reservation.settle(Decimal("0.05"))
print(made)
"""


def test_processes_together_stay_within_the_limit(ledger, run):
    processes = [run(SPEND, ledger.path.parent) for _ in range(6)]
    made = sum(int(process.communicate(timeout=60)[0].split()[-1]) for process in processes)
    spent = ledger.spent_today()
    assert spent <= ONE
    assert spent + Decimal("0.07") > ONE  # all of it could be used
    entries = ledger.entries()
    assert made == len(entries)
    assert {entry["usd"] for entry in entries} <= {"0.05", "0.07"}
    assert sum(Decimal(entry["usd"]) for entry in entries) == spent


def test_threads_together_stay_within_the_limit(ledger):
    outcomes = []

    def spend() -> None:
        try:
            reserve(ledger, Decimal("0.30"))
            outcomes.append("made")
        except SpendingLimitError:
            outcomes.append("refused")

    threads = [threading.Thread(target=spend) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made"] * 3 + ["refused"] * 9
    assert ledger.spent_today() == Decimal("0.90")


DIE = """
import os, signal, sys
from decimal import Decimal
from pathlib import Path
from gcx_format.spending import Ledger
os.fsync = lambda number: os.kill(os.getpid(), signal.SIGKILL)
Ledger(Path(sys.argv[1])).reserve(Decimal("0.10"), "a picture")
"""


def test_a_process_that_is_killed_while_it_writes_leaves_what_was_there(ledger, run):
    reserve(ledger)
    assert run(DIE, ledger.path.parent).wait(timeout=60) == -signal.SIGKILL
    # The line of the dead was whole, so it counts: nobody knows whether their call was made.
    assert ledger.spent_today() == 2 * TEN_CENTS
    reserve(ledger)  # the lock of the dead is free
    assert {path.name for path in ledger.path.parent.iterdir()} == {
        "spending.json",
        "spending.lock",
    }


def test_a_file_that_was_never_finished_is_removed(ledger, run):
    assert run(DIE, ledger.path.parent).wait(timeout=60) == -signal.SIGKILL
    assert len(list(ledger.path.parent.glob(".spending.json.*"))) == 1  # it was in the middle of it
    assert ledger.spent_today() == 0
    reserve(ledger)
    assert {path.name for path in ledger.path.parent.iterdir()} == {
        "spending.json",
        "spending.lock",
    }


@pytest.mark.parametrize("torn", [b'{"id": "a", "usd": "0.5', b"\0" * 100])
def test_a_line_that_was_never_finished_does_not_count_and_is_written_over(ledger, torn):
    reserve(ledger)
    with ledger.path.open("ab") as file:
        file.write(torn)
    assert ledger.spent_today() == TEN_CENTS
    reserve(ledger)
    assert ledger.spent_today() == 2 * TEN_CENTS
    assert torn not in ledger.path.read_bytes()
    assert [entry["usd"] for entry in ledger.entries()] == ["0.10", "0.10"]


@pytest.mark.parametrize("last", [b"{}\n", b"nonsense\n", b'{"spent": "-1"}\n', b"\n"])
def test_a_last_line_that_makes_no_sense_stops_all_spending(ledger, last):
    reserve(ledger)
    with ledger.path.open("ab") as file:
        file.write(last)
    with pytest.raises(SpendingLimitError, match="is damaged"):
        reserve(ledger)


def test_the_first_format_is_read_and_goes_on_as_the_second(ledger):
    ledger.path.parent.mkdir()
    today = datetime.now(UTC).date().isoformat()
    old = {"usd": "0.5", "settled": True, "what": "a picture by gpt-4o", "time": "then"}
    ledger.path.write_text(json.dumps(GOOD | {"day": today, "entries": {"a": old}}, indent=1))
    assert ledger.spent_today() == Decimal("0.5")
    reservation = reserve(ledger)
    reservation.settle(Decimal("0.02"))
    assert ledger.spent_today() == Decimal("0.52")
    (entry,) = ledger.entries()
    assert (entry["usd"], entry["settled"]) == ("0.02", True)


def test_what_cost_more_than_was_set_aside_is_recorded_as_it_is_and_says_so(ledger):
    reserve(ledger).settle(Decimal("0.30"))
    (entry,) = ledger.entries()
    assert (entry["usd"], entry["set_aside"]) == ("0.30", "0.10")
    assert ledger.spent_today() == Decimal("0.30")


def test_what_is_set_aside_may_be_raised_within_the_limits(ledger):
    reservation = reserve(ledger, call=Decimal("0.50"))
    reservation.raise_to(Decimal("0.40"))
    assert ledger.spent_today() == reservation.amount == Decimal("0.40")
    reservation.raise_to(Decimal("0.20"))  # less changes nothing
    assert ledger.spent_today() == Decimal("0.40")
    with pytest.raises(SpendingLimitError, match="the limit of a call"):
        reservation.raise_to(Decimal("0.60"))
    reserve(ledger, Decimal("0.55"))
    with pytest.raises(SpendingLimitError, match="a day"):
        reservation.raise_to(Decimal("0.50"))
    assert [entry["usd"] for entry in ledger.entries()] == ["0.40", "0.55"]
    reservation.release()
    assert ledger.spent_today() == Decimal("0.55")


def test_a_ledger_that_was_removed_meanwhile_owes_nothing_to_what_it_held(ledger):
    reservation = reserve(ledger)
    ledger.path.unlink()
    reserve(ledger, Decimal("0.20"))
    reservation.release()
    assert ledger.spent_today() == Decimal("0.20")


CHURN = """
import sys
from decimal import Decimal
from pathlib import Path
from gcx_format.spending import Ledger
ledger = Ledger(Path(sys.argv[1]))
for number in range(10_000):
    ledger.reserve(Decimal("0.01"), "x" * 2000)
    print(number + 1, flush=True)
"""


def test_a_process_that_is_killed_leaves_a_whole_ledger_that_counts_what_it_reserved(ledger, run):
    for _ in range(4):
        before = ledger.spent_today()
        process = run(CHURN, ledger.path.parent)
        for _ in range(7):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        told = 7 + len(process.communicate(timeout=60)[0].splitlines())
        more = ledger.spent_today() - before
        # What the process was told of is there, and at most the one that it was not told of.
        assert Decimal("0.01") * told <= more <= Decimal("0.01") * (told + 1)


def test_entries_of_other_days_are_dropped(ledger):
    ledger.path.parent.mkdir()
    yesterday = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    ledger.path.write_text(json.dumps(GOOD | {"day": yesterday}))
    reserve(ledger)
    entry, *others = ledger.entries()
    assert others == []
    assert (entry["usd"], entry["settled"], entry["what"]) == ("0.10", False, "a picture by gpt-4o")


# --- weight ----------------------------------------------------------------------------------


def test_neither_the_ledger_nor_the_cache_imports_anything_heavy():
    code = (
        "import sys\n"
        "import gcx_format.spending, gcx_format.cache\n"
        "print({'pydantic', 'pydantic_settings', 'openai', 'filelock', 'platformdirs'}"
        " & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ran.stdout == "set()\n"
