"""What the commands that encode share: options, their checks, and the encoding of one picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from gcx_format import container
from gcx_format.cli import batch, console, describing, registered
from gcx_format.codecs import TEXT, VISUAL
from gcx_format.describe.describer import choose
from gcx_format.describe.kept import KeptDescriptions
from gcx_format.encode import EncodeRequest, encode_as, open_photograph
from gcx_format.errors import ArgumentError, CancelledError, GcxError
from gcx_format.registry import DESCRIBERS
from gcx_format.visual.codec import Effort as _Effort

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.cli import paths
    from gcx_format.describe import Description
    from gcx_format.descriptor import Descriptor

    _Visual: TypeAlias = str
    _TextCoding: TypeAlias = str
    _Quality: TypeAlias = str
else:  # typer's choices
    _Visual = Literal[(*(codec.name for codec in VISUAL), "none")]
    _TextCoding = Literal[("auto", *(coding.name for coding in TEXT))]
    _Quality = Literal[tuple(each.name for codec in VISUAL for each in codec.variants if each.name)]

words_option = partial(typer.Option, rich_help_panel="Words")
_condition_option = partial(typer.Option, rich_help_panel="Visual condition")

TextFrom = Annotated[
    Literal["metadata", "none"],
    words_option(help="Take the words from the picture's metadata, if it has any."),
]
TextCoding = Annotated[
    _TextCoding, words_option(help="How words are compressed; auto: the smallest.")
]
Describe = Annotated[
    str | None,
    registered.option(
        DESCRIBERS,
        panel=describing.PANEL,
        help="What describes photographs without words: auto (the first that is ready), "
        "{describers}, or none; default: your setting, initially auto.",
    ),
]
Visual = Annotated[_Visual, _condition_option(help="Codec of the visual condition.")]
VisualBytes = Annotated[
    int | None,
    _condition_option(
        metavar="N",
        min=1,
        help="Maximum size of the visual condition, in bytes; without a budget about 600 for a "
        "photograph of a megapixel or more, in proportion fewer for a smaller one.",
    ),
]
Bpp = Annotated[
    float | None,
    _condition_option(metavar="X", help="Maximum size of the file, in bits per pixel."),
]
Scale = Annotated[
    float | None,
    _condition_option(
        metavar="N",
        help="Downscaling factor of the visual condition; default: 8, more if that leaves "
        "more than 128 pixels along the shorter side, or with a budget the best from 8 up.",
    ),
]
Quality = Annotated[
    _Quality | None,
    _condition_option(
        help="Model of a codec that has several, by ascending rate; default: the paper's, or "
        "with --visual-bytes or --bpp the highest that fits and whose weights are installed."
    ),
]
Effort = Annotated[
    _Effort,
    _condition_option(
        help="How long to look for the AV1 condition that loses the least: fast takes a third of "
        "the time and loses 0.1 dB on average, best takes five times as long and gains as much."
    ),
]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="Remark to store.")]
Salvage = Annotated[
    bool,
    typer.Option("--salvage", help="Encode what is left of a JPEG file that is cut short."),
]


def request(**asked: Any) -> EncodeRequest:
    """What options ask for; an impossible one is an error of the command line."""
    try:
        return EncodeRequest(**asked)
    except ArgumentError as error:
        raise typer.BadParameter(error.message) from None


class Encoding:
    """How the pictures of a run are encoded.

    Attributes:
        request: what is kept of each.
        can_describe: whether those without words are described.

    Raises:
        typer.BadParameter: the options contradict each other.
    """

    def __init__(
        self,
        request: EncodeRequest,
        *,
        text_from: str,
        describe: str | None,
        estimate: bool,
        salvage: bool,
        jobs: int | None,
        quiet: bool,
        **asked: Any,
    ) -> None:
        text = request.text
        is_named = describe not in (None, *DESCRIBERS.special)
        if text is not None and is_named:
            raise typer.BadParameter(f"give words or --describe {describe}, not both")
        wants_words = text is None and describe != "none" and (text_from == "none" or is_named)
        if not wants_words and (estimate or any(value is not None for value in asked.values())):
            raise typer.BadParameter(
                "--words, --prompt, --candidates, --model, --base-url, --concurrency and "
                "--estimate need --describe"
            )
        self.request = request
        self._text_from = text_from
        self._salvage = salvage
        self._jobs = jobs
        self._settings = self._describer = self._obstacle = None
        if wants_words:
            from gcx_format.settings import load_settings

            self._settings = load_settings(**asked)
            self._describer = choose(describe or self._settings.describer, self._settings)
            self._obstacle = self._describer.ready() if self._describer else None
        by_itself = (describe or "auto") == "auto" and (
            self._settings is None or self._settings.describer == "auto"
        )
        self.can_describe = self._describer is not None and (
            self._obstacle is None or not by_itself
        )
        is_wordless = text is None and text_from == "none"
        if request.visual == "none" and is_wordless and not (self.can_describe or estimate):
            raise typer.BadParameter(
                "--visual none needs --text, --text-file, --text-from or --describe"
            )
        self._is_quiet = quiet
        self._describe: Callable[[Image.Image, Path], Description] | None = None

    @property
    def wants_words(self) -> bool:
        """Whether words are looked for."""
        return self.can_describe or self._text_from != "none"

    def say_estimate(
        self, problems: list[paths.Problem], sources: list[Path], *, json: bool
    ) -> None:
        """Print what describing would cost."""
        if self._describer is None or self._settings is None:
            raise typer.BadParameter("the setting describer is none: --estimate needs --describe")
        describing.say_estimate(problems, sources, self._describer, self._settings, json=json)

    def prepare(self, *, has_work: bool, remember: bool = False) -> None:
        """Make sure that pictures can be encoded, before any is.

        With `remember`, descriptions are kept, so that a run that is resumed pays for none twice.

        Raises:
            GcxError: something that it takes is missing.
        """
        store = None if self._settings is None else self._settings.weight_store
        if missing := self.request.missing(store):
            raise missing
        if self.can_describe and self._describer and self._settings and has_work:
            beside = self.request.visual != "none"
            kept = KeptDescriptions(self._settings.cache_folder) if remember else None
            self._describe = describing.run(
                self._describer, self._settings, beside=beside, kept=kept
            )

    def say_undescribed(self) -> None:
        """Once a picture is encoded, say why it got no description, if the user may wonder."""
        if self._obstacle and not self.can_describe and not self._is_quiet:
            reason = console.explain(self._obstacle)
            console.complain(None, f"not described: {reason}; --describe none turns this off")

    @property
    def encoder(self) -> Encoder:
        """What encodes each picture, once all is prepared."""
        return Encoder(self.request, self._text_from, self._salvage, self._describe)

    @property
    def at_once(self) -> int | None:
        """How many pictures to work on at a time; see `batch.run`."""
        if self._describe is None or self._describer is None:
            return self._jobs
        return describing.at_once(self._describer)

    def in_processes(self, jobs: Sequence[paths.Found] | Sequence[paths.Job]) -> bool:
        """Whether to encode in processes of their own; see `batch.run`.

        Not where a model is asked: calls wait for a server, and one process keeps the books. And
        not with a network, which is large and uses every processor by itself.
        """
        codec = self.request.codec
        is_small = codec is None or not codec.checkpoints
        return self._describe is None and is_small and batch.is_much(jobs)


@dataclass(frozen=True, slots=True)
class Encoder:
    """Encodes pictures one by one, in any thread; where it describes none, in any process."""

    request: EncodeRequest
    text_from: str
    salvage: bool
    describe: Callable[[Image.Image, Path], Description] | None

    def encode(
        self,
        source: Path | BytesIO,
        named: Path,
        *,
        keep: Callable[[bytes], None],
        look: Callable[[Image.Image], None] | None = None,
        sha256: Callable[[], bytes] | None = None,
        undescribed: Callable[[GcxError], object] | None = None,
    ) -> tuple[Descriptor, bytes, Description | None]:
        """Encode one picture.

        Args:
            source: its file.
            named: what messages call it.
            keep: is given the `.gcx` bytes; what it raises tells a description that was paid for.
            look: is given the picture as it was opened, to read its metadata.
            sha256: where the descriptor stores the hash of the original, what finds it.
            undescribed: told why it could not be described, where it is then encoded without words;
                left out, or without a visual condition, that is an error.
        """
        from gcx_format.describe.metadata import words_from_metadata
        from gcx_format.pictures import normalise

        image, size = open_photograph(source, self.request, salvage=self.salvage)
        if look:
            look(image)
        from_metadata = self.text_from == "metadata"
        found = words_from_metadata(image) if from_metadata else self.request.text
        made = None
        if self.describe and not found:
            image = normalise(image)  # here, so that it warns only once
            try:
                made = self.describe(image, named)
            except CancelledError:
                raise
            except GcxError as error:
                if undescribed is None or self.request.visual == "none":
                    raise
                undescribed(error)
        asked = self.request.described(made) if made else replace(self.request, text=found)
        try:
            asked = replace(asked, original_sha256=sha256() if sha256 else None)
            descriptor = encode_as(image, asked, size=size)
            data = container.dumps(descriptor)
            keep(data)
        except GcxError as error:
            if made:  # paid for; --text accepts them
                error.message += f"; its description was: {made.text}"
            raise
        return descriptor, data, made
