"""What a text coding is.

The codings are a closed table, `gcx_format.codecs.TEXT`. They code bytes: what may be a text
at all is the same for all of them, and checked where the table is used.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

__all__ = ["TextCoding"]


class TextCoding(ABC):
    """A row of the table.

    Attributes:
        name: in arguments, in JSON and in names of chunks.
        title: for people.
        type: the chunk type.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    type: ClassVar[int]

    @abstractmethod
    def encode(self, data: bytes) -> bytes | None:
        """The payload for a text.

        Args:
            data: the text as UTF-8, 1 to 65,536 bytes.

        Returns:
            The payload, or None where the text is beyond this coding.
        """

    @abstractmethod
    def decode(self, payload: bytes) -> bytes:
        """The UTF-8 bytes of a text, if they are some, at most 65,536.

        Args:
            payload: from a stranger.

        Raises:
            DamagedTextError: it is not what `encode` makes of a text.
        """
