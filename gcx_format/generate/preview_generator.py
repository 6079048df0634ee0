"""The preview as a generator: always available, free, and done in less than a second."""

from __future__ import annotations

from gcx_format.generate.generator import Answer, Call, Generator, Job
from gcx_format.generate.preview import preview_at

__all__ = ["Preview"]


class Preview(Generator):
    """Enlarges the visual condition, or sets the words on a card."""

    name = "preview"
    title = "Preview"
    keeps = False

    def paint(self, job: Job, call: Call) -> Answer:
        made = preview_at(job.descriptor, job.plan.canvas, settings=self.settings)
        return Answer(made.image, source=made.source, source_type=made.source_type)
