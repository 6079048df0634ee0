"""`gcx archive describe`: words for the pictures of a collection that have none."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gcx_format import container, describe, files
from gcx_format.cli import (
    batch,
    batch_report,
    console,
    describing,
    money,
    options,
    paths,
    registered,
)
from gcx_format.codecs import code_text
from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import PROGRAM, Row, key_of
from gcx_format.collections.writing import writing
from gcx_format.describe import describer_for
from gcx_format.describe.kept import KeptDescriptions
from gcx_format.errors import InputError
from gcx_format.registry import DESCRIBERS

EXAMPLES: Final = """\
Examples:
  gcx archive describe collection --originals photos --estimate
  gcx archive describe collection --originals photos --limit 500
  gcx archive describe collection --originals photos --describer local"""


def describe_(
    folder: Annotated[
        Path,
        typer.Argument(metavar="COLLECTION", parser=paths.argument, help="The collection."),
    ],
    originals: Annotated[
        Path,
        typer.Option(
            "--originals",
            metavar="SRC",
            parser=paths.argument,
            help="The folder of the photographs, as for create; only read.",
        ),
    ],
    describer: Annotated[
        str | None,
        registered.option(
            DESCRIBERS,
            panel=describing.PANEL,
            help="What describes: auto (the first that is ready) or {describers}; "
            "default: your setting, initially auto.",
        ),
    ] = None,
    words: describing.Words = None,
    prompt: describing.Prompt = None,
    candidates: describing.Candidates = None,
    model: describing.Model = None,
    base_url: options.BaseUrl = None,
    concurrency: options.Concurrency = None,
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Describe at most so many pictures, and stop."),
    ] = None,
    estimate: describing.Estimate = False,
    json: Annotated[bool, options.json_per("picture")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Describe the pictures of a collection that have no words.

    Those are the ones that create kept without words, because nothing was to
    describe them, or because that failed or would have cost too much. Each
    photograph is taken from SRC, if its SHA-256 is still that of the collection.

    Its .gcx file gets the words, and everything else in it and in its row stays.
    Descriptions are stored in the cache as well: after a kill, none is paid for
    twice. With --json, "status" is described or failed, and "path" the picture.
    """
    from gcx_format.settings import load_settings

    settings = load_settings(
        words=words,
        prompt=prompt,
        candidates=candidates,
        describe_model=model,
        openai_base_url=base_url,
        concurrency=concurrency,
    )
    chosen = describer_for(describer, settings)
    collection = Collection(folder)
    wordless = (
        key_of(known["path"], known["path_bytes"])
        for known in collection.columns(("path", "path_bytes", "words"))
        if known["words"] is None
    )
    jobs = [
        paths.Found(originals / os.fsdecode(key), Path(os.fsdecode(key)))
        for key in islice(wordless, limit)
    ]
    if estimate:
        describing.say_estimate([], [job.source for job in jobs], chosen, settings, json=json)
        return
    kept = KeptDescriptions(settings.cache_folder)
    # Beside a condition words are asked for in another way than alone.
    run = describing.run(chosen, settings, beside=True, kept=kept)
    failures = batch_report.Failures()
    spent: list[Any] = []

    with writing(folder) as writer:

        def work(job: paths.Found) -> tuple[Row, describe.Description]:
            from gcx_format.pictures import ENOUGH, open_picture

            row = collection[job.below]
            files.check_is_file(job.source, "a picture file")
            if row.sha256 is not None and files.sha256(job.source) != row.sha256:
                raise InputError("it has changed since it was archived", filename=job.source)
            made = run(open_picture(job.source, enough=ENOUGH), job.source)
            return _with_words(row, made), made

        def report(job: paths.Found, result: tuple[Row, describe.Description] | Exception) -> None:
            if isinstance(result, Exception):
                failures.tell(job.source, result)
                record: dict[str, Any] = {"status": "failed", "error": console.explain(result)}
            else:
                row, made = result
                writer.add(row)
                spent.append(made.cost_usd)
                record = {"status": "described", "text": made.text, **describing.record(made)}
            if json:
                console.say_json({"path": str(job.below), **record})

        batch.run(
            jobs, work, report, doing="describing", quiet=quiet, at_once=describing.at_once(chosen)
        )
    failures.sum_up()
    if not (json or quiet):
        cost = f" for {money.dollars(spent)}" if any(spent) else ""
        console.say(f"described {len(spent)}{cost}, failed {failures.count}")
    if failures.count:
        raise typer.Exit(1)


def _with_words(row: Row, made: describe.Description) -> Row:
    """A row with words in its `.gcx` file; the visual condition stays byte for byte."""
    before = row.descriptor
    after = replace(before, coded_text=code_text(made.text), encoder=before.encoder or made.mark)
    return replace(
        row,
        gcx=container.dumps(after),
        words=made.text,
        words_missing=None,
        program=PROGRAM,
        encoded=datetime.now(UTC).replace(microsecond=0),
    )
