"""A generator that anyone could have written: stripes in the picture's mean colour."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageStat
from pydantic import BaseModel, ConfigDict, Field

from gcx_format.errors import CancelledError
from gcx_format.generate.generator import Answer, Call, Generator, Job
from gcx_format.provenance import DigitalSourceType


class Options(BaseModel):
    """The table `[generators.stripes]` of the settings."""

    model_config = ConfigDict(extra="forbid")

    width: int = Field(8, ge=1, description="pixels of a stripe")


class Stripes(Generator):
    """Needs no model, costs nothing, and takes any size; it reads the visual condition alone."""

    name = "stripes"
    title = "Stripes"
    Options = Options
    reads = frozenset({"visual condition"})
    source_type = DigitalSourceType.ALGORITHMIC

    def paint(self, job: Job, call: Call) -> Answer:
        colour = tuple(round(mean) for mean in ImageStat.Stat(job.condition.convert("RGB")).mean)
        picture = Image.new("RGB", job.plan.canvas, colour)
        draw = ImageDraw.Draw(picture)
        step = 2 * self.options.width
        for left in range(0, picture.width, step):
            if call.cancelled():
                raise CancelledError("painting stripes: cancelled")
            draw.rectangle((left, 0, left + self.options.width - 1, picture.height), "white")
            call.progress((left + step) / (picture.width + step))
        if call.partial:
            call.partial(0, picture)
        return Answer(picture, details={"stripes": -(-picture.width // step)})
