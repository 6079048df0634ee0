"""`gcx describe`: photographs to words."""

from __future__ import annotations

import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gcx_format.cli import batch, console, describing, paths, registered
from gcx_format.describe import describer_for
from gcx_format.pictures import open_picture
from gcx_format.registry import DESCRIBERS

__all__ = ["EXAMPLES", "describe"]

EXAMPLES: Final = """\
Examples:
  gcx describe sea.jpg
  gcx describe sea.jpg --words 15 --candidates 4 --json
  gcx describe photos --estimate
  gcx describe sea.jpg --base-url http://localhost:11434/v1 --model llava"""


def describe(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="PHOTO|FOLDER", parser=paths.argument, help="Pictures, or folders of them."
        ),
    ],
    describer: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            parser=registered.checked(DESCRIBERS),
            autocompletion=registered.completed(DESCRIBERS),
            help="What finds the words: auto, the first that is ready, or one of {describers}; "
            "default: your setting, initially auto.",
        ),
    ] = None,
    words: describing.Words = None,
    prompt: describing.Prompt = None,
    candidates: describing.Candidates = None,
    model: describing.Model = None,
    base_url: describing.BaseUrl = None,
    estimate: describing.Estimate = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per picture, one a line.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print words and errors only.")
    ] = False,
) -> None:
    """Describe photographs in a few words.

    The words of one photograph are printed alone, those of several behind
    their names, as they come in. What they cost is reported on stderr. A model
    is sent only the pixels, reduced to 1024 x 512 at most; no metadata.

    --candidates keeps the most informative description per byte: the one with
    the fewest compressed bytes per distinct thing, quality, position, number
    and piece of lettering, among those that say at least three quarters of
    what the richest one says.

    With --json, "status" is described or failed, and "photo" the path; what was
    described has text, words, describer, model, prompt (with its version), calls, usage,
    cost_usd, cost_is_estimated, was_cut, request_id and candidates (text,
    words, bytes, units).
    """
    settings = describing.settings_for(
        words=words, prompt=prompt, candidates=candidates, model=model, base_url=base_url
    )
    asked = describer_for(describer, settings)
    search = paths.find(inputs, paths.PICTURES)
    if estimate:
        for path, problem in search.problems:
            console.complain_of(problem, path)
        describing.say_estimate((file.source for file in search.files), asked, settings, json=json)
        raise typer.Exit(1 if search.problems else 0)
    run = describing.Run(asked, settings)
    is_single = len(inputs) == 1 and not inputs[0].is_dir()
    printing = threading.Lock()
    known: list[dict[str, Any]] = []
    failed = 0

    def fail(source: Path, error: Exception) -> None:
        nonlocal failed
        failed += 1
        console.complain_of(error, source)
        if json:
            console.say_json(
                {"photo": str(source), "status": "failed", "error": console.explain(error)}
            )

    def work(file: paths.Found) -> dict[str, Any]:
        made = run.describe(open_picture(file.source), file.source)
        result = {"text": made.text, **describing.record(made)}
        # What is paid for is printed at once, not when all before it is done.
        with printing:
            if json:
                console.say_json({"photo": str(file.source), "status": "described", **result})
            else:
                name = "" if is_single else f"{console.one_line(file.source)}: "
                console.say(f"{name}{console.one_line(made.text)}")
            sys.stdout.flush()
        return result

    def report(file: paths.Found, result: dict[str, Any] | Exception) -> None:
        if isinstance(result, Exception):
            fail(file.source, result)
        else:
            known.append(result)

    for path, problem in search.problems:
        fail(path, problem)
    batch.run(search.files, work, report, doing="describing", quiet=quiet)
    for remark in () if quiet else search.remarks():
        console.complain(None, remark)
    if not (quiet or json):
        _say_cost(known, failed, is_single=is_single)
    if failed:
        raise typer.Exit(1)


def _say_cost(known: list[dict[str, Any]], failed: int, *, is_single: bool) -> None:
    from gcx_format.spending import dollars

    if is_single and known:
        size = min(
            candidate["bytes"]
            for candidate in known[0]["candidates"]
            if candidate["text"] == known[0]["text"]
        )
        console.complain(None, f"{describing.cost_line(known[0])}; {size:,} bytes in a file")
    elif not is_single:
        total = sum((Decimal(str(result["cost_usd"])) for result in known), Decimal(0))
        console.complain(None, f"described {len(known)} for {dollars(total)}, failed {failed}")
