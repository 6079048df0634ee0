"""How likely each token is after those before it, as a sequence of decisions.

A symbol, that is a token or a byte of a spelled one, is found by decisions from the root of a
tree to a leaf. Each input counts how often either side has occurred: ever, after the last token,
after the last two, and so on. Their logits are added with weights that depend on how much
evidence they have. Integers only, so that every machine computes the same.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Generator, Sequence
from typing import Final, NamedTuple, Protocol

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


class Step(NamedTuple):
    """A decision to make.

    Attributes:
        split: whether the symbol is this one or a later one.
        prior: the logit by how often the symbols occur.
        weights: the number of the set of weights.
        terms: the place of the weight in the set, and the logit, of each input.
    """

    split: int
    prior: int
    weights: int
    terms: list[tuple[int, int]]


class _Input:
    """What one kind of context says about the symbols that are left."""

    __slots__ = ("cut", "end", "place", "start", "sums", "symbols")

    def __init__(self, slot: int, found: Successors) -> None:
        self.place = slot * BUCKETS
        self.symbols, self.sums = found
        self.start = self.cut = 0
        self.end = len(self.symbols)


def descend(
    mixer: Mixer, logarithms: list[int], inputs: Sequence[Successors | None], manner: int = 0
) -> Generator[Step, bool, int]:
    """The decisions that lead to a symbol: each is yielded, its outcome sent, the symbol returned.

    `inputs` has what followed each kind of context, None if unknown; `manner` is 1 in a terse
    text.
    """
    depths, totals = mixer.depths, mixer.totals
    active = [_Input(slot, found) for slot, found in enumerate(inputs) if found is not None]
    low, high, depth = 0, len(totals) - 1, 0
    while high - low > 1:
        split = depths.find(depth, low + 1, high)
        depth += 1
        first = second = 0
        terms = []
        for each in active:
            sums, start, end = each.sums, each.start, each.end
            cut = each.cut = bisect_left(each.symbols, split, start, end)
            below, above = sums[cut] - sums[start], sums[end] - sums[cut]
            evidence = min((below + above).bit_length(), BUCKETS - 1)
            if each.place == 0:
                first = _LEVEL[evidence]
            elif each.place == BUCKETS:
                second = _LEVEL[evidence]
            terms.append((each.place + evidence, logarithms[above] - logarithms[below]))
        prior = _logarithm(logarithms, totals[high] - totals[split])
        prior -= _logarithm(logarithms, totals[split] - totals[low])
        if (yield Step(split, prior, 16 * manner + 4 * first + second, terms)):
            low = split
            for each in active:
                each.start = each.cut
        else:
            high = split
            for each in active:
                each.end = each.cut
        active = [each for each in active if each.start < each.end]
    return low


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
    squash, trust, weights = table.squash, mixer.trust, mixer.weights
    decisions = descend(mixer, table.logarithms, context.inputs(), context.manner)
    try:
        step = next(decisions)
        while True:
            chosen = weights[step.weights]
            logit = trust[step.weights] * step.prior
            for place, term in step.terms:
                logit += chosen[place] * term
            logit = max(-LOGIT_LIMIT, min(LOGIT_LIMIT - 1, logit >> WEIGHT_BITS))
            p = squash[logit + LOGIT_LIMIT >> 4]
            step = decisions.send(coder.code(p, symbol >= step.split))
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
