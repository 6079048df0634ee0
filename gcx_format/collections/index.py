"""The words and paths of a collection, indexed with tantivy so that they are found at once.

The index is derived: it names the SHA-256 of each shard that it was made from, and is brought up
to date, or made again, when these are others, when it is damaged, and when another version made it.
Whatever goes wrong with it, a search still answers; at worst the index is rebuilt in memory.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gcx_format.collections import derived
from gcx_format.collections.derived import Part
from gcx_format.collections.terms import Piece, analyzer, edits, fold
from gcx_format.errors import OutputError

if TYPE_CHECKING:
    import tantivy

__all__ = ["Index", "open_index"]

_VERSION: Final = 1
"""Of the fields and of how texts become terms."""

_RECORD: Final = "words.json"
_ANALYZER: Final = "gcx"
_MEMORY_BYTES: Final = 64_000_000
_FIELDS: Final = {"words": 1.0, "path": 0.5}
"""What is searched, and how much being found there counts."""

_AS_TYPED: Final = 100.0
"""What a term counts that is found as typed; more than anything that BM25 can add to one that is
not, so that other spellings come last."""

_MANY: Final = 64
"""From so many pieces on, other spellings are not looked for."""

Progress = Callable[[int, int], None]
"""Is told how many pictures are done, and of how many."""


class Index:
    """The index of certain shards, opened; it knows them by their SHA-256."""

    def __init__(self, index: tantivy.Index, shards: dict[str, int]) -> None:
        index.register_tokenizer(_ANALYZER, analyzer())
        self._numbers = shards
        self._shards = {number: shard for shard, number in shards.items()}
        self._searcher = index.searcher()

    def find(
        self, wanted: Sequence[Piece], among: Iterable[tuple[str, int]] | None = None
    ) -> Iterator[tuple[float, str, int]]:
        """Where all pieces are found: the score, the shard, and the row in it, from 0.

        The best come first. With `among`, only these rows of these shards are looked at.
        """
        from tantivy import Occur, Query

        schema = _schema()
        spelling = len(wanted) < _MANY
        each = [(Occur.Must, _query(schema, piece, spelling)) for piece in wanted]
        if among is not None:
            where = [self._numbers[shard] << 32 | row for shard, row in among]
            only = Query.const_score_query(Query.term_set_query(schema, "place", where), 0.0)
            each.append((Occur.Must, only))
        query = Query.boolean_query(each)
        given, fetched = 0, 64
        while True:
            found = self._searcher.search(query, fetched, count=False).hits
            places = self._searcher.fast_field_values("place", [at for _, at in found[given:]])
            for (score, _), place in zip(found[given:], places, strict=True):
                number, row = divmod(int(place or 0), 1 << 32)
                yield score, self._shards[number], row
            if len(found) < fetched:
                return
            given, fetched = fetched, fetched * 16


def open_index(parts: Sequence[Part], folders: Iterable[Path], progress: Progress) -> Index:
    """The index of some shards, brought up to date or made if necessary.

    Args:
        parts: the shards.
        folders: where it may lie, the first best.
        progress: is told of the rows that are indexed.

    Raises:
        InputError: a shard is damaged.
    """
    for folder in folders:
        if found := _opened(folder, parts):
            return found
        with suppress(OutputError), derived.locked(folder):
            return _opened(folder, parts) or _made(folder, parts, progress)
    index = _new_index(None)
    return Index(index, _add(index, parts, {}, progress))


def _opened(folder: Path, parts: Sequence[Part]) -> Index | None:
    """The index in a folder, if it is up to date and sound."""
    found = _recorded(folder)
    if found is None:
        return None
    record, files = found
    shards: dict[str, int] = record["shards"]
    return _open(files, shards) if shards.keys() == {part.sha256 for part in parts} else None


def _recorded(folder: Path) -> tuple[dict[str, Any], Path] | None:
    """What the index in a folder was made from, and its files; None: it must be made again."""
    found = derived.read_record(folder / _RECORD)
    if found is None or found[0].get("version") != _version():
        return None
    shards = found[0].get("shards")
    sound = isinstance(shards, dict) and all(type(each) is int for each in shards.values())
    return found if sound else None


def _open(files: Path, shards: dict[str, int]) -> Index | None:
    import tantivy

    try:
        return Index(tantivy.Index.open(str(files)), shards)
    except (OSError, ValueError):  # a folder that must not be written cannot even be locked
        return None


def _made(folder: Path, parts: Sequence[Part], progress: Progress) -> Index:
    """Make the index of a folder, or bring it up to date; the caller holds the lock.

    Raises:
        OutputError: it cannot be written.
    """
    import tantivy

    record = folder / _RECORD
    found = _recorded(folder)
    try:
        if found:
            files, known = found[1], dict(found[0]["shards"])
            index = tantivy.Index.open(str(files))
        else:
            files, known = folder / f"{record.stem}-{secrets.token_hex(4)}", {}
            files.mkdir()
            index = _new_index(files)
        shards = _add(index, parts, known, progress)
        about = {"version": _version(), "shards": shards}
        derived.write_record(record, about, files)
        return Index(index, shards)
    except (OSError, ValueError, KeyError, TypeError) as error:
        record.unlink(missing_ok=True)
        for left in folder.glob(f"{record.stem}-*"):
            shutil.rmtree(left, ignore_errors=True)
        raise OutputError(f"it cannot be written: {error}", filename=folder) from None


def _add(
    index: tantivy.Index, parts: Sequence[Part], known: dict[str, int], progress: Progress
) -> dict[str, int]:
    """Index what is new and remove what is gone, and return the number of each shard."""
    import tantivy

    index.register_tokenizer(_ANALYZER, analyzer())
    writer = index.writer(_MEMORY_BYTES, 1)
    wanted = {part.sha256: part for part in parts}
    for gone in known.keys() - wanted.keys():
        # By a query: by term, it takes the number for a signed one, and finds none.
        writer.delete_documents_by_query(tantivy.Query.term_query(_schema(), "shard", known[gone]))
    shards = {each: number for each, number in known.items() if each in wanted}
    new = [part for part in parts if part.sha256 not in shards]
    total, done = sum(part.pictures for part in new), 0
    for part in new:
        if part.sha256 in shards:  # the same file under two names
            continue
        shards[part.sha256] = number = max([*known.values(), *shards.values()], default=0) + 1
        for row, texts in enumerate(part.rows(("path", "words"))):
            document = tantivy.Document()
            document.add_unsigned("shard", number)
            document.add_unsigned("place", number << 32 | row)
            for field, text in texts.items():
                if text:
                    document.add_text(field, fold(text))
            writer.add_document(document)
        done += part.pictures
        progress(done, total)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return shards


@cache
def _schema() -> tantivy.Schema:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    for field in _FIELDS:
        builder.add_text_field(field, tokenizer_name=_ANALYZER)
    builder.add_unsigned_field("shard", indexed=True)
    builder.add_unsigned_field("place", indexed=True, fast=True)
    return builder.build()


def _new_index(files: Path | None) -> tantivy.Index:
    from tantivy import Index

    return Index(_schema(), None if files is None else str(files), reuse=False)


def _version() -> str:
    from tantivy.tantivy import __version__

    return f"{_VERSION} tantivy {__version__}"


def _query(schema: tantivy.Schema, piece: Piece, spelling: bool) -> tantivy.Query:
    """Finds a piece, best as it was typed; see `_AS_TYPED`."""
    from tantivy import Occur, Query

    ranked: list[Any] = []
    others: list[Any] = []
    begun: list[Any] = []
    for field, weight in _FIELDS.items():
        *first, last = piece.terms
        if not first:
            query = Query.term_query(schema, field, last)
            most = 0 if piece.is_exact or piece.is_prefix or not spelling else edits(last)
            others += [Query.fuzzy_term_query(schema, field, last, n + 1) for n in range(most)]
            if piece.is_prefix:
                begun.append(Query.fuzzy_term_query(schema, field, last, 0, prefix=True))
        else:
            query = Query.phrase_query(schema, field, list(piece.terms))
            if piece.is_prefix:
                begun.append(Query.phrase_prefix_query(schema, field, list(piece.terms)))
        ranked.append(Query.boost_query(query, weight))
    as_typed = Query.disjunction_max_query(ranked + begun)
    found = [*ranked, Query.const_score_query(as_typed, _AS_TYPED)]
    found += [Query.const_score_query(each, 1.0) for each in others]
    return Query.boolean_query([(Occur.Should, each) for each in found])
