"""How long an entry of the ledger of spending takes, as a day gets longer.

    python benchmarks/ledger.py [ENTRIES]

Each entry is set aside and settled. Printed are the milliseconds of the median and of the slowest
in a hundred, at the beginning, and with a tenth and all of the entries in the file.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from gcx_format.spending import Ledger

PRICE = Decimal("0.05")
MEASURED = 300


def measure(ledger: Ledger) -> list[float]:
    """Milliseconds of each of some entries."""
    taken = []
    for _ in range(MEASURED):
        began = time.perf_counter()
        ledger.reserve(PRICE, "a picture").settle(PRICE)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def lengthen(ledger: Ledger, entries: int) -> None:
    """Add entries without waiting for the disk: copies of the last line but for its name."""
    *_, last = ledger.path.read_bytes().splitlines(keepends=True)
    _, _, rest = last.partition(b",")
    with ledger.path.open("ab") as file:
        file.writelines(b'{"id": "%016x",%s' % (number, rest) for number in range(entries))


def main() -> None:
    """Measure at three lengths."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder))
        have = 0
        for entries in (0, most // 10, most):
            if entries:
                lengthen(ledger, entries - have)
            have = entries + MEASURED
            taken = sorted(measure(ledger))
            slowest = taken[-MEASURED // 100]
            median = statistics.median(taken)
            print(f"{entries:>9,} entries: {median:.2f} ms, slowest 1 % {slowest:.2f} ms")


if __name__ == "__main__":
    main()
