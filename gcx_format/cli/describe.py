"""`gcx describe`: photographs to words."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gcx_format.cli import batch, console, describing, money, options, paths, registered
from gcx_format.describe import describer_for, most_words
from gcx_format.describe.kept import KeptDescriptions
from gcx_format.registry import DESCRIBERS

EXAMPLES: Final = """\
Examples:
  gcx describe sea.jpg
  gcx describe sea.jpg --words 15 --candidates 4 --json
  gcx describe photos --estimate
  gcx describe sea.jpg --base-url http://localhost:11434/v1 --model llava"""


def describe(
    inputs: options.Photos,
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
    anew: Annotated[
        bool,
        typer.Option(
            "--anew",
            help="Describe again what was described before.",
            rich_help_panel=describing.PANEL,
        ),
    ] = False,
    model: describing.Model = None,
    base_url: options.BaseUrl = None,
    concurrency: options.Concurrency = None,
    estimate: describing.Estimate = False,
    json: Annotated[bool, options.json_per("picture")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print descriptions and errors only.")
    ] = False,
) -> None:
    """Describe photographs in a few words.

    A single photograph's description is printed alone; those of several follow
    their file names, as they come in. The cost is reported on stderr. A model
    receives only the pixels, reduced to at most 1024 x 512; no metadata.

    Descriptions are stored in the cache: what was described before, with the
    same options, is printed again without asking, so an interrupted run can be
    resumed. --anew asks again.

    --candidates keeps the most informative description per byte: the one with
    the fewest compressed bytes per distinct thing, quality, position, number
    and piece of lettering, among those that say at least three quarters of
    what the richest one says.

    With --json, "status" is described or failed, and "photo" is the path. A
    described photograph also has text, words, describer, model, prompt (with
    its version), calls, usage, cost_usd, cost_is_estimated, was_cut,
    request_id, candidates (text, words, bytes, units) and cached (whether it
    was described before, for that cost).
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
    search = paths.find(inputs, paths.PICTURES)
    kept = KeptDescriptions(settings.cache_folder)
    most = most_words(settings, beside=False)

    def before(source: Path) -> dict[str, Any] | None:
        return None if anew else kept.find(kept.place(source, chosen, most))

    if estimate:
        sources = [file.source for file in search.files]
        describing.say_estimate(
            search.problems,
            sources,
            chosen,
            settings,
            json=json,
            is_kept=lambda source: before(source) is not None,
        )
        return
    describe_one = describing.run(chosen, settings)
    is_single = len(inputs) == 1 and not inputs[0].is_dir()
    printing = threading.Lock()
    known: list[dict[str, Any]] = []
    failed = 0

    def fail(source: Path, error: Exception) -> None:
        nonlocal failed
        failed += 1
        console.fail(source, error, "photo" if json else None)

    def work(file: paths.Found) -> dict[str, Any]:
        from gcx_format.pictures import ENOUGH, open_picture

        result = before(file.source)
        is_known = result is not None
        if result is None:
            made = describe_one(open_picture(file.source, enough=ENOUGH), file.source)
            result = {"text": made.text, **describing.record(made)}
            kept.add(kept.place(file.source, chosen, most), result)
        result = {**result, "cached": is_known}
        # Paid for, so printed at once rather than in the order of the files.
        with printing:
            if json:
                console.say_json({"photo": str(file.source), "status": "described", **result})
            else:
                name = "" if is_single else f"{console.one_line(file.source)}: "
                console.say(f"{name}{console.one_line(result['text'])}")
            sys.stdout.flush()
        return result

    def report(file: paths.Found, result: dict[str, Any] | Exception) -> None:
        if isinstance(result, Exception):
            fail(file.source, result)
        else:
            known.append(result)

    for path, problem in search.problems:
        fail(path, problem)
    batch.run(
        search.files,
        work,
        report,
        doing="describing",
        quiet=quiet,
        at_once=describing.at_once(chosen),
    )
    for remark in () if quiet else search.remarks():
        console.complain(None, remark)
    if not (quiet or json):
        _say_cost(known, failed, is_single=is_single)
    if failed:
        raise typer.Exit(1)


def _say_cost(known: list[dict[str, Any]], failed: int, *, is_single: bool) -> None:
    if is_single and known:
        size = min(
            candidate["bytes"]
            for candidate in known[0]["candidates"]
            if candidate["text"] == known[0]["text"]
        )
        console.complain(None, f"{describing.cost_line(known[0])}; {size:,} bytes in a file")
    elif not is_single:
        new = [result for result in known if not result["cached"]]
        before = f"described before {len(known) - len(new)}, " if len(new) < len(known) else ""
        total = money.dollars(result["cost_usd"] for result in new)
        console.complain(None, f"{before}described {len(new)} for {total}, failed {failed}")
