"""The enhancer as a generator: free, local, and done in seconds."""

from __future__ import annotations

from typing import Final

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from gcx_format.descriptor import Descriptor
from gcx_format.errors import GcxError, ReconstructionError
from gcx_format.generate import enhance, geometry
from gcx_format.generate.generator import Answer, Call, Generator, Job
from gcx_format.provenance import DigitalSourceType

__all__ = ["Enhance", "Options"]

_BICUBIC: Final = Image.Resampling.BICUBIC


class Options(BaseModel):
    """The table `[generators.enhance]` of the settings."""

    model_config = ConfigDict(extra="forbid")

    detail: float = Field(
        0.8, ge=0, le=1, description="the network's share in the picture; the preview has the rest"
    )


class Enhance(Generator):
    """Sharpens the visual condition by a local network, Real-ESRGAN, which guesses edges."""

    name = "enhance"
    title = "Enhancer"
    Options = Options
    automatic = True
    keeps = False  # made again in seconds, by the options of the day
    reads = frozenset({"visual condition"})
    source_type = DigitalSourceType.EDITED_BY_TRAINED_ALGORITHM

    @property
    def model(self) -> str:
        """The network."""
        return "Real-ESRGAN x4plus"

    def ready(self) -> GcxError | None:
        """Whether the extra is not installed."""
        return enhance.missing()

    def sizes(self) -> geometry.Sizes:
        """Any, up to what a condition has to say; larger pictures are enlarged from that."""
        return geometry.Sizes(step=1, least=1, most=1 << 21, longest=1 << 16, steepest=1 << 16)

    def part_for(self, descriptor: Descriptor) -> Descriptor:
        """The visual condition.

        Raises:
            ReconstructionError: there is none, or it has too many pixels.
        """
        part = super().part_for(descriptor)
        width, height = part.condition_size or (0, 0)
        if width * height > enhance.MOST_PIXELS:
            raise ReconstructionError(
                f"a visual condition of {width} x {height} is too large to be enhanced, and needs "
                "it least"
            )
        return part

    def paint(self, job: Job, call: Call) -> Answer:
        """Enhance the visual condition, and blend it with the preview."""
        condition, smooth = job.condition, job.guide()
        assert condition is not None  # or `part_for` had raised
        assert smooth is not None
        fine = enhance.enhance(condition, cancelled=call.cancelled, progress=call.progress)
        sharp = geometry.extend(fine.resize(job.plan.frame_size, _BICUBIC), job.plan)
        blended = Image.blend(smooth, sharp, self.options.detail)
        details = {"weights_sha256": enhance.WEIGHTS, "detail": self.options.detail}
        return Answer(blended.convert(job.descriptor.mode), details=details)
