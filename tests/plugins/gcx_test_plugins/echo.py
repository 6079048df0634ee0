"""A describer without a model: it says how large a picture is, and what it was told to say."""

from PIL import Image
from pydantic import BaseModel, Field

from gcx_format.describe.describer import Answer, Call, Describer


class Options(BaseModel):
    """In the settings: `[describers.echo]`."""

    says: str = Field("An echo", min_length=1)


class Echo(Describer):
    """Repeats its options."""

    name = "echo"
    title = "Echo"
    mark = "echoed words"
    Options = Options

    def describe(self, picture: Image.Image, limit: int, call: Call) -> Answer:
        call.progress(1.0)
        return Answer(f"{self.options.says} of {picture.width} by {picture.height} pixels")
