"""Build the table of a text model from text files, one description per line.

    python -m benchmarks.text_model.compose > own.txt
    python -m benchmarks.text_model.build TABLE FILE… own.txt

The same files in the same order give the same bytes. The table holds words, counts of runs of one
to three tokens, and weights. A run of tokens is kept only if it occurs in at least two different
texts, so that no text can be read out of the table. Of the words that occur once, only those in
lower case are kept, as in a word list. Lines that begin with the same word and a tab are versions
of one text.

A published table never changes: another table needs another number.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from benchmarks.text_model import tree
from gcx_format.text.model import prediction
from gcx_format.text.model.table import (
    BUCKETS,
    MAGIC,
    SETS,
    Mixer,
    Table,
    parse,
    value_of_count,
)
from gcx_format.text.model.tokens import (
    CONTROLS,
    SPELL,
    Writer,
    is_word,
    lowered,
    segment,
    split,
)

CLASSES = 128
"""Classes of tokens; 64 are a little worse, 256 hardly better and larger."""

LEAST = {"one": 2, "two": 3, "gap": 10, "classes": 7, "terse": 8}
"""How often a token must follow a context of each kind to be kept."""

MOST_IN_LIST = 65535
"""The largest sum of the counts of a list, which is as far as the logarithms go."""

LEAST_TEXTS = 2
"""The number of different texts in which a run must occur to be kept."""

RARE = 2
"""Words that occur at most this often are counted as spelled, as unseen words will be."""

OWN, OWN_TERSE = 5, 30
"""How many times a text that has several versions counts, in general and in terse lists."""

WORDS = Path(__file__).parent / "words.txt"
"""The project's own list of words for what pictures show, by how they are used."""

LISTED = 12
"""How many occurrences each word on that list counts for."""

UNSEEN = 4
"""Added to the count of every token: rare tokens are more frequent in new texts than in old."""

TERSE = ":;"
"""Marks after which a text counts as terse."""

HELD_OUT_APART = 8
"""As HELD_OUT, for sources that the trial of the weights leaves out altogether."""

HELD_OUT = 16
"""One text in this many trains the weights, on counts that do not include it."""

CUTS = (15, 30, 60, 120)
"""Numbers of words after which training texts are cut, as encoders ask for such lengths."""

ROUNDS = 5
"""How many times the weights are trained on these texts."""

MARKS = (
    ". , ; : - ( ) \" ' ! ? / & % \n # + * = $ @ [ ] _ < > | 's 't 're 'll 've 'd 'm -- ... "
    "\u2014 \u2013 \u2019 \u201c \u201d \u2026 \u00b0 \u00d7"
)
SPACED_MARKS = "( \" ' - -- / & # + = $ @ [ | < > \u2014 \u2013 \u201c \u00d7"

Counts = dict[int, dict[int, int]]
"""For each context, how often each symbol followed it."""


class Text(NamedTuple):
    """A text that is counted.

    Attributes:
        name: the name of the text that it is a version of, or an empty string.
        text: the text itself.
        apart: whether its source is left out of the trial of the weights.
    """

    name: str
    text: str
    apart: bool = False

    @property
    def trains_weights(self) -> bool:
        """Whether the weights are trained on it; then no version of it is in their trial counts."""
        if self.apart:
            return _hash(self.text) % HELD_OUT_APART == 0
        return _hash(self.name) % 2 == 0 if self.name else _hash(self.text) % HELD_OUT == 0

    @property
    def is_in_trial(self) -> bool:
        """Whether it is counted in the trial of the weights."""
        return not self.apart and not self.trains_weights


Texts = Sequence[Text]


@dataclass
class Source:
    """A file of texts.

    Attributes:
        path: the file.
        apart: whether the weights learn from it how texts of an unfamiliar kind behave.
        texts: its lines.
    """

    path: Path
    apart: bool = False
    texts: list[Text] = field(default_factory=list)

    def __post_init__(self) -> None:
        for line in self.path.read_text(encoding="utf-8").split("\n"):
            name, _, text = line.strip().rpartition("\t")
            if text:
                self.texts.append(Text(name, text, self.apart))


@dataclass
class Grown:
    """A vocabulary in the order of its tree.

    Attributes:
        entries: the tokens.
        counts: how often each token occurs.
        sizes: how many entries each class has.
        depths: the depths of the decisions between neighbours.
        rare: tokens that are counted as spelled.
    """

    entries: list[str]
    counts: list[int]
    sizes: list[int]
    depths: bytes
    rare: set[str]


def build(texts: Texts) -> bytes:
    """The bytes of the table for these texts."""
    grown = grow(texts)
    held_out = [each.text for each in texts if each.trains_weights]
    others = [each for each in texts if each.is_in_trial]
    words = sorted({entry[1:] for entry in grown.entries if entry[1:2].isalnum()})
    some_words = [word for word in words if _hash(word) % HELD_OUT]
    # The weights are trained on texts that are not in the counts; then all texts are counted.
    trial = parse(_file(grown, _word_lists(others, grown), _letter_lists(some_words), [], []))
    weights = _trained(_word_steps(trial, held_out), inputs=6)
    unknown_words = [word for word in words if _hash(word) % HELD_OUT == 0]
    letter_weights = _trained(_letter_steps(trial, unknown_words), inputs=3)
    return _file(grown, _word_lists(texts, grown), _letter_lists(words), weights, letter_weights)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


# --- vocabulary and tree -----------------------------------------------------------------


def surface(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a text, each with whether a sentence begins with it."""
    writer = Writer()
    for piece, _ in split(text):
        if is_word(piece):
            yield piece, writer.starts
            writer.write(" " + piece)
        else:
            writer.write(piece)


def vocabulary(texts: Texts) -> dict[str, int]:
    """The words that get an entry, and how often they occur."""
    within: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for _, text, _ in texts:
        for word, starts in surface(text):
            (first if starts else within)[word] += 1
    counts = Counter(within)
    for word, count in first.items():
        small = lowered(word)
        counts[word if within[word] > within[small] else small] += count

    def is_kept(word: str, count: int) -> bool:
        if word.isupper() and len(word) > 1 and counts.get(word.lower(), 0) >= count:
            return False  # written with a control
        if "-" in word:
            return count >= 3
        return count >= 2 or bool(re.fullmatch("[a-z]{3,16}", word))

    kept = {word: count for word, count in counts.items() if is_kept(word, count)}
    return dict.fromkeys("0123456789", 0) | kept


def listed_words() -> Iterator[tuple[str, str]]:
    """The words of words.txt, each also within a phrase that it fits into."""
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        frame, _, words = line.partition(": ")
        for word in words.split():
            yield word, frame.format(word)


def grow(texts: Texts) -> Grown:
    """The vocabulary of the texts, in the order of a tree whose neighbours are used alike."""
    words = vocabulary(texts)
    listed = list(listed_words())
    for word, _ in listed:
        words[word] = words.get(word, 0) + LISTED
    rare = {" " + word for word, count in words.items() if count <= RARE}
    entries = {" " + word for word in words} | set(CONTROLS)
    entries |= set(MARKS.split(" ")) | {" " + mark for mark in SPACED_MARKS.split(" ")}
    streams = [list(_tokens(text, entries, rare)) for _, text, _ in texts]
    counts = Counter(token for stream in streams for token in stream)
    for entry in sorted(entries):
        counts[entry] += words.get(entry[1:], 0) if entry in rare else 0
    for word, _ in listed:
        counts[" " + word] += LISTED
    ranked = sorted(entries, key=lambda entry: (-counts[entry], entry))
    rank = {entry: number for number, entry in enumerate(ranked)}
    # Rare words count as themselves here: their neighbours determine their class.
    pairs: Counter[tuple[int, int]] = Counter()
    for text in [*(text for _, text, _ in texts), *(frame for _, frame in listed)]:
        last = len(ranked)
        for token, _ in segment(text, entries):
            pairs[last, rank[token]] += 1
            last = rank[token]
    by_class, depths = tree.grow(pairs, [(entry, counts[entry]) for entry in ranked], CLASSES)
    order = [number for members in by_class for number in members]
    return Grown(
        [ranked[number] for number in order],
        [counts[ranked[number]] + UNSEEN for number in order],
        [len(members) for members in by_class],
        depths,
        rare,
    )


def _tokens(text: str, entries: set[str], rare: set[str]) -> Iterator[str]:
    for token, _ in segment(text, entries):
        yield SPELL if token in rare else token


# --- counts ------------------------------------------------------------------------------


class _Runs:
    """Counts how often runs of symbols occur, and in how many texts."""

    def __init__(self) -> None:
        self._counts: dict[tuple[int, ...], int] = defaultdict(int)
        self._texts: dict[tuple[int, ...], int] = defaultdict(int)
        self._last: dict[tuple[int, ...], int | str] = {}

    def add(self, run: tuple[int, ...], text: int | str, times: int) -> None:
        self._counts[run] += times
        if self._last.get(run) != text:
            self._last[run] = text
            self._texts[run] += 1

    def kept(self, least: int) -> dict[tuple[int, ...], int]:
        """The runs that occur often enough and in different texts."""
        return {
            run: count
            for run, count in sorted(self._counts.items())
            if count >= least and self._texts[run] >= LEAST_TEXTS
        }


def _packed(contexts: int, runs: Iterable[tuple[int, int, int]]) -> tuple[bytes, bytes, bytes]:
    """Sizes, gaps and counts of lists, from ascending context, number and count."""
    sizes = [0] * contexts
    gaps, counts = [], bytearray()
    for context, group in groupby(runs, key=itemgetter(0)):
        lines = list(group)
        numbers = [number for _, number, _ in lines]
        each = [count for _, _, count in lines]
        sizes[context] = len(numbers)
        gaps += [number - last for last, number in pairwise((0, *numbers))]
        while sum(value_of_count(code_of_count(count)) for count in each) > MOST_IN_LIST:
            each = [max(1, count // 2) for count in each]
        counts += bytes(map(code_of_count, each))
    return shorts(sizes), shorts(gaps), bytes(counts)


def _lines(kept: dict[tuple[int, ...], int]) -> Iterator[tuple[int, int, int]]:
    """Context, number and count of runs of two."""
    return ((first, second, count) for (first, second), count in kept.items())


def _nested(
    shorter: dict[tuple[int, ...], int], longer: dict[tuple[int, ...], int]
) -> tuple[dict[tuple[int, ...], int], list[tuple[int, int, int]]]:
    """Lists for contexts that are themselves runs, numbered by their place in the shorter lists.

    Returns:
        The runs that could be kept, and the context, number and count of each.
    """
    context = {run: number for number, run in enumerate(shorter)}
    place: dict[tuple[int, ...], int] = {}
    sizes: Counter[tuple[int, ...]] = Counter()
    for run in shorter:
        place[run] = sizes[run[:-1]]
        sizes[run[:-1]] += 1
    kept = {run: count for run, count in longer.items() if run[:-1] in context and run[1:] in place}
    return kept, [(context[run[:-1]], place[run[1:]], count) for run, count in kept.items()]


Packed = tuple[bytes, bytes, bytes]


def _word_lists(texts: Texts, grown: Grown) -> list[Packed]:
    """The lists of what follows one token, two tokens, one token and a gap, and two classes."""
    number = {entry: place for place, entry in enumerate(grown.entries)}
    entries = set(grown.entries)
    start = len(number)
    class_of = [place for place, size in enumerate(grown.sizes) for _ in range(size)]
    class_of.append(len(grown.sizes))
    controls = {number[control] for control in CONTROLS if control != SPELL}
    one, two, gap, classes, terse = _Runs(), _Runs(), _Runs(), _Runs(), _Runs()
    marks = {number[mark] for mark in TERSE}
    for index, (name, text, _) in enumerate(texts):
        key, times = name or index, OWN if name else 1
        before = last = start
        behind = (start, start)
        is_terse = False
        for entry in _tokens(text, entries, grown.rare):
            token = number[entry]
            one.add((last, token), key, times)
            two.add((before, last, token), key, times)
            gap.add((before, token), key, times)
            pair = class_of[before] * (len(grown.sizes) + 1) + class_of[last]
            classes.add((pair, token), key, times)
            if is_terse:
                terse.add((last, token), key, OWN_TERSE if name else 1)
            is_terse = is_terse or token in marks
            if token in controls:
                before, last = last, token
            else:
                before, last = behind[1], token
                behind = (before, last)
        last = start
        for entry in () if name else _tokens(telegraphed(text), entries, grown.rare):
            terse.add((last, number[entry]), key, 1)
            last = number[entry]
    kept = {
        "one": one.kept(LEAST["one"]),
        "two": two.kept(LEAST["two"]),
        "gap": gap.kept(LEAST["gap"]),
        "classes": classes.kept(LEAST["classes"]),
        "terse": terse.kept(LEAST["terse"]),
    }
    _, nested = _nested(kept["one"], kept["two"])
    return [
        _packed(start + 1, _lines(kept["one"])),
        _packed(len(kept["one"]), nested),
        _packed(start + 1, _lines(kept["gap"])),
        _packed((len(grown.sizes) + 1) ** 2, _lines(kept["classes"])),
        _packed(start + 1, _lines(kept["terse"])),
    ]


def telegraphed(text: str) -> str:
    """A description in telegraphic style: without articles and forms of "to be".

    Its runs are counted for terse texts, of which the sources have few.
    """
    short = re.sub(
        r"\b(?:an?|the|is|are|there|its|it|has|have|also|can be seen) ", "", text, flags=re.I
    )
    short = re.sub(r"\. ([A-Z])", lambda match: "; " + match[1].lower(), short)
    return re.sub("(, [^,]*), (?:and |while |with )?", r"\1; ", short)


def _letter_lists(words: Sequence[str]) -> list[Packed]:
    """The lists of what follows one, two and three bytes in words."""
    runs = {length: _Runs() for length in (2, 3, 4)}
    for index, word in enumerate(words):
        spelled = (0, 0, 0, *word.encode(), 0)
        for end in range(3, len(spelled)):
            for length in (2, 3, 4):
                runs[length].add(spelled[end + 1 - length : end + 1], index, 1)
    one, two, three = (runs[length].kept(least) for length, least in ((2, 2), (3, 2), (4, 3)))
    two, nested_two = _nested(one, two)
    _, nested_three = _nested(two, three)
    return [
        _packed(256, _lines(one)),
        _packed(len(one), nested_two),
        _packed(len(two), nested_three),
    ]


@cache
def code_of_count(count: int) -> int:
    """The byte that stands for a count, or for the nearest count that has one."""
    return min(range(32), key=lambda code: abs(value_of_count(code) - count))


# --- weights -----------------------------------------------------------------------------

Event = tuple[bool, int, int, list[tuple[int, int]]]
"""The outcome of a decision, its prior, the number of its set of weights, and its terms."""


def _word_steps(table: Table, texts: Iterable[str]) -> list[Event]:
    events: list[Event] = []
    entries = set(table.entries)
    for text in texts:
        cut = CUTS[_hash(text) // HELD_OUT % len(CUTS)]
        words = prediction.Words(table)
        for token, _ in segment(" ".join(text.split()[:cut]), entries):
            number = table.numbers[token]
            events += _steps(table, table.words, words, number)
            words.add(number)
    return events


def _letter_steps(table: Table, words: Iterable[str]) -> list[Event]:
    events: list[Event] = []
    for word in words:
        spelling = prediction.Spelling(table)
        for byte in (*word.encode(), 0):
            events += _steps(table, table.letters, spelling, byte)
            spelling.add(byte)
    return events


def _steps(
    table: Table, mixer: Mixer, context: prediction.Words | prediction.Spelling, symbol: int
) -> Iterator[Event]:
    decisions = prediction.descend(mixer, table.logarithms, context.inputs(), context.manner)
    try:
        split, prior, number, terms = next(decisions)
        while True:
            yes = symbol >= split
            yield yes, prior, number, terms
            split, prior, number, terms = decisions.send(yes)
    except StopIteration:
        pass


def _trained(events: list[Event], inputs: int) -> list[int]:
    """The trust of each set in the prior, then the weights of each set.

    Logistic regression by stochastic gradient descent, with AdaGrad's step sizes. It uses only
    operations that IEEE 754 rounds exactly, so that the result is the same everywhere.
    """
    width = inputs * BUCKETS
    trust, trust_sums = [0.5] * SETS, [1.0] * SETS
    weights = [[0.3] * width for _ in range(SETS)]
    sums = [[1.0] * width for _ in range(SETS)]
    squash = squash_table()
    for turn in range(ROUNDS):
        rate = 0.2 * (ROUNDS - turn) / ROUNDS
        for yes, prior, number, terms in events:
            own, own_sums = weights[number], sums[number]
            logit = trust[number] * prior
            for place, term in terms:
                logit += own[place] * term
            p = squash[(max(-12287, min(12287, int(logit))) + 12288) >> 4] / 65536
            error = yes - p
            slope = error * prior / 1024
            trust_sums[number] += slope * slope
            trust[number] += rate * slope / math.sqrt(trust_sums[number])
            for place, term in terms:
                slope = error * term / 1024
                own_sums[place] += slope * slope
                own[place] += rate * slope / math.sqrt(own_sums[place])
    found = trust + [weight for row in weights for weight in row]
    return [max(-32768, min(32767, round(4096 * weight))) for weight in found]


# --- the file ----------------------------------------------------------------------------


def squash_table() -> list[int]:
    """Probabilities out of 65,536, by logit."""
    logits = ((index - 767.5) / 64 for index in range(1536))
    return [min(65535, max(1, round(65536 / (1 + math.exp(-logit))))) for logit in logits]


def shorts(numbers: Iterable[int]) -> bytes:
    """16-bit numbers: all low bytes, then all high bytes."""
    numbers = [number & 0xFFFF for number in numbers]
    return bytes(number & 255 for number in numbers) + bytes(number >> 8 for number in numbers)


def _file(
    grown: Grown,
    words: list[Packed],
    letters: list[Packed],
    weights: list[int],
    letter_weights: list[int],
) -> bytes:
    counts = Counter(byte for entry in grown.entries for byte in entry[1:].encode() + b"\0")
    parts = [
        shorts(squash_table()),
        shorts(round(1024 * math.log((number + 0.3) / 0.3)) for number in range(256)),
        "\0".join(grown.entries).encode(),
        shorts(grown.sizes),
        grown.depths,
        bytes(max(1, code_of_count(count)) for count in grown.counts),
        shorts(weights[:SETS] or [0] * SETS),
        shorts(weights[SETS:] or [0] * SETS * BUCKETS * 6),
        *(part for lists in words for part in lists),
        bytes(7 - (number & -number).bit_length() + 1 for number in range(1, 256)),
        bytes(max(1, code_of_count(counts[byte])) for byte in range(256)),
        shorts(letter_weights[:SETS] or [0] * SETS),
        shorts(letter_weights[SETS:] or [0] * SETS * BUCKETS * 3),
        *(part for lists in letters for part in lists),
    ]
    return MAGIC + b"".join(_deflated(part) for part in parts)


def _deflated(part: bytes) -> bytes:
    """A section: its length, then the shorter of two ways to compress it."""
    found = []
    for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY):
        deflater = zlib.compressobj(9, zlib.DEFLATED, 15, 9, strategy)
        found.append(deflater.compress(part) + deflater.flush())
    best = min(found, key=len)
    return len(best).to_bytes(4, "big") + best


def main() -> None:
    """Build a table and report what went into it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("table", type=Path, help="file to write")
    parser.add_argument("files", type=Path, nargs="+", help="text files, one text per line")
    parser.add_argument(
        "--apart",
        type=Path,
        nargs="+",
        default=[],
        help="further files, left out of the weight trial",
    )
    arguments = parser.parse_args()
    sources = [Source(path) for path in arguments.files]
    sources += [Source(path, apart=True) for path in arguments.apart]
    data = build([text for source in sources for text in source.texts])
    arguments.table.write_bytes(data)
    print(report(sources, data))


def report(sources: Iterable[Source], data: bytes) -> str:
    """What went into a table, and what came out."""
    lines = ["| source | texts | words | SHA-256 |", "|---|---|---|---|"]
    for source in sources:
        words = sum(len(text.split()) for _, text, _ in source.texts)
        digest = hashlib.sha256(source.path.read_bytes()).hexdigest()
        lines.append(f"| {source.path.name} | {len(source.texts):,} | {words:,} | {digest} |")
    table = parse(data)
    lists = {
        "one token": table.after_one,
        "two tokens": table.after_two,
        "a token and a gap": table.after_gap,
        "two classes": table.after_classes,
        "one token, terse": table.after_terse,
        "spelling": table.after_three,
    }
    lines += ["", f"{len(data):,} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}"]
    lines += [f"{len(table.entries):,} entries in {table.class_count - 1} classes"]
    lines += [f"after {name}: {each.starts[-1]:,} counts" for name, each in lists.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
