"""What a text coding is.

The codings are a closed table, `gcx_format.codecs.TEXT`. They code bytes; what is valid text is
the same for all of them, and checked by the users of the table.
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
            The payload, or None if this coding cannot represent the text.
        """

    @abstractmethod
    def decode(self, payload: bytes) -> bytes:
        """The bytes of a text, at most 65,536, not necessarily valid UTF-8.

        Args:
            payload: not to be trusted: it may come from anyone.

        Raises:
            DamagedTextError: it is not what `encode` writes.
        """
