"""How likely each token is after those before it, as a sequence of decisions.

A symbol, that is a token or a byte of a spelled one, is found by decisions from the root of a
tree to a leaf. Each input counts how often either side has occurred: ever, after the last token,
after the last two, and so on. Their logits are added with weights that depend on how much
evidence they have. Integers only, so that every machine computes the same.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Generator, Sequence
from typing import Final, Protocol

from gcx_format.text.model.table import BUCKETS, LOGARITHM_OF_2, Mixer, Successors, Table
from gcx_format.text.model.tokens import CONTROLS, SPELL

__all__ = ["Coder", "Spelling", "Step", "Words", "code", "descend"]

_LEVEL: Final = (0, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3)
"""The level of evidence of an input, by the bit length of its count."""

LOGIT_LIMIT: Final = 12 * 1024
"""Logits are clipped to below 12 in magnitude, in steps of 1/1,024."""

WEIGHT_BITS: Final = 12
"""A weight of 1 is stored as 4,096."""

_ONES: Final = range(65537)
"""Running sums for symbols that each count once."""


class Coder(Protocol):
    """Writes decisions, or reads them."""

    def code(self, p: int, yes: bool, /) -> bool:
        """Code a decision whose probability of a yes is p of 65,536, and return it."""


Step = tuple[int, int, int, list[tuple[int, int]]]
"""A decision to make: whether the symbol is this one or a later one, the logit by how often the
symbols occur, the number of the set of weights, and of each input the place of its weight in the
set and its logit."""


def descend(
    mixer: Mixer, logarithms: list[int], inputs: Sequence[Successors | None], manner: int = 0
) -> Generator[Step, bool, int]:
    """The decisions that lead to a symbol: each is yielded, its outcome sent, the symbol returned.

    `inputs` has what followed each kind of context, None if unknown; `manner` is 1 in a terse
    text.
    """
    nodes, sets = mixer.nodes, 16 * manner
    # Of each input that has a symbol left: its first weight, its symbols and sums, and which of
    # them are left. Decoding spends its time in this loop, so they are plain tuples.
    active = [
        (slot * BUCKETS, *found, 0, len(found[0]))
        for slot, found in enumerate(inputs)
        if found is not None
    ]
    low, high, depth = 0, len(mixer.totals) - 1, 0
    while high - low > 1:
        node = nodes.get((low, high))
        if node is None:
            node = nodes[low, high] = _node(mixer, logarithms, low, high, depth)
        split, prior = node
        depth += 1
        number = sets
        terms, later, earlier = [], [], []
        for place, symbols, sums, start, end in active:
            cut = bisect_left(symbols, split, start, end)
            middle = sums[cut]
            below, above = middle - sums[start], sums[end] - middle
            evidence = (below + above).bit_length()
            if evidence >= BUCKETS:
                evidence = BUCKETS - 1
            if place <= BUCKETS:
                number += _LEVEL[evidence] if place else 4 * _LEVEL[evidence]
            terms.append((place + evidence, logarithms[above] - logarithms[below]))
            if cut < end:
                later.append((place, symbols, sums, cut, end))
            if start < cut:
                earlier.append((place, symbols, sums, start, cut))
        if (yield split, prior, number, terms):
            low, active = split, later
        else:
            high, active = split, earlier
    return low


def _node(mixer: Mixer, logarithms: list[int], low: int, high: int, depth: int) -> tuple[int, int]:
    """What to decide where symbols from `low` to before `high` are left; and the logit of that."""
    totals = mixer.totals
    split = mixer.depths.find(depth, low + 1, high)
    prior = _logarithm(logarithms, totals[high] - totals[split])
    return split, prior - _logarithm(logarithms, totals[split] - totals[low])


def _logarithm(logarithms: list[int], number: int) -> int:
    shift = max(0, number.bit_length() - 16)
    return logarithms[number >> shift] + LOGARITHM_OF_2 * shift


def code(
    table: Table,
    mixer: Mixer,
    context: Words | Spelling,
    coder: Coder,
    symbol: int = 0,
) -> int:
    """Code a symbol and return it; a decoder ignores the one that is passed."""
    squash, trust, weights, choose = table.squash, mixer.trust, mixer.weights, coder.code
    last = len(squash) - 1
    decisions = descend(mixer, table.logarithms, context.inputs(), context.manner)
    try:
        split, prior, number, terms = next(decisions)
        while True:
            chosen = weights[number]
            logit = trust[number] * prior
            for place, term in terms:
                logit += chosen[place] * term
            place = (logit >> WEIGHT_BITS) + LOGIT_LIMIT >> 4
            p = squash[0 if place < 0 else place if place <= last else last]
            split, prior, number, terms = decisions.send(choose(p, symbol >= split))
    except StopIteration as found:
        return int(found.value)


class Words:
    """The context of the next token of a text.

    Attributes:
        manner: 1 in a terse text, one that has had a colon or a semicolon, else 0.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        start = len(table.entries)
        self._before = self._last = start
        self._behind = (start, start)  # the last two that are no controls
        self._seen: list[int] = []
        self.manner = 0
        self._terse = {table.numbers[mark] for mark in (":", ";")}
        self._controls = {table.numbers[control] for control in CONTROLS if control != SPELL}

    def inputs(self) -> list[Successors | None]:
        """What followed one token, two, one and a gap, two classes; the text so far; terse ones."""
        table, last, before = self._table, self._last, self._before
        one = table.after_one.get(last)
        place = table.after_one.place(before, last)
        classes = table.classes
        return [
            one,
            None if place is None or one is None else table.after_two.get(place, one[0]),
            table.after_gap.get(before),
            table.after_classes.get(classes[before] * table.class_count + classes[last]),
            (self._seen, _ONES) if self._seen else None,
            table.after_terse.get(last) if self.manner else None,
        ]

    def add(self, token: int) -> None:
        """Add a token; controls no longer count after the token that they control."""
        insort(self._seen, token)
        if token in self._terse:
            self.manner = 1
        if token in self._controls:
            self._before, self._last = self._last, token
        else:
            self._before, self._last = self._behind[1], token
            self._behind = (self._before, self._last)


class Spelling:
    """The context of the next byte of a spelled token; byte 0 begins and ends it."""

    manner = 0

    def __init__(self, table: Table) -> None:
        self._table = table
        self._last = (0, 0, 0)

    def inputs(self) -> list[Successors | None]:
        """What followed the last two bytes, the last three, and the last."""
        table, (third, second, last) = self._table, self._last
        one = table.after_byte.get(last)
        place = table.after_byte.place(second, last)
        two = None
        if place is not None and one is not None:
            two = table.after_bytes.get(place, one[0])
        three = None
        place = table.after_byte.place(third, second)
        if place is not None and two is not None:
            names = table.after_byte.get(second)
            assert names is not None
            place = table.after_bytes.place(place, last, names[0])
            if place is not None:
                three = table.after_three.get(place, two[0])
        return [two, three, one]

    def add(self, byte: int) -> None:
        self._last = (*self._last[1:], byte)
