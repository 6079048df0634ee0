"""Answers of bounded size: no server makes gcx hold more of them than a picture takes.

What a server sends is counted as it comes, compressed and not, and is refused before it is in
memory. Compression is not asked for, since pictures gain nothing by it; a server that uses it
all the same is understood where it is gzip or deflate.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

import httpx2

from gcx_format.openai.documents import UnreadableAnswerError

__all__ = ["MOST_BYTES", "MOST_ERROR_BYTES", "bound"]

MOST_BYTES: Final = 128 << 20
"""Of an answer. The largest picture, of 8 megapixels, is a PNG file of some 16 MB. A stream has it
up to five times, in base64: three times unfinished, and twice when it is done."""

MOST_ERROR_BYTES: Final = 1 << 20
"""Of the answer to a request that was refused."""

_PIECE: Final = 1 << 20
"""Bytes that are decompressed at a time."""

_COMPRESSED: Final = ("gzip", "x-gzip", "deflate")


def bound(response: httpx2.Response) -> None:
    """Have an answer counted as it is read; a hook of the client's, before any of it is.

    Raises:
        UnreadableAnswerError: it is compressed in a way that gcx does not know. Reading may raise
            it too, once the answer is too large or does not decompress.
    """
    refused = not response.is_success
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding and encoding != "identity":
        if encoding not in _COMPRESSED:
            raise UnreadableAnswerError(
                "the answer is compressed, which was not asked for", refused=refused
            )
        del response.headers["content-encoding"]  # or the client would do it again
    assert isinstance(response.stream, httpx2.SyncByteStream)
    response.stream = _Bounded(response.stream, encoding in _COMPRESSED, refused)


class _Bounded(httpx2.SyncByteStream):
    """The body of an answer, decompressed, which ends in an error where it is too large."""

    def __init__(self, stream: httpx2.SyncByteStream, compressed: bool, refused: bool) -> None:
        self._stream = stream
        self._compressed = compressed
        self._refused = refused
        self._most = MOST_ERROR_BYTES if refused else MOST_BYTES

    def __iter__(self) -> Iterator[bytes]:
        sent = self._counted(iter(self._stream))
        return self._counted(self._decompressed(sent)) if self._compressed else sent

    def close(self) -> None:
        self._stream.close()

    def _counted(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        count = 0
        for chunk in chunks:
            count += len(chunk)
            if count > self._most:
                raise UnreadableAnswerError(
                    f"the answer is larger than {self._most >> 20} MiB", refused=self._refused
                )
            yield chunk

    def _decompressed(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        either = zlib.MAX_WBITS | 32  # gzip and zlib
        unpacker = zlib.decompressobj(either)
        try:
            for chunk in chunks:
                left = chunk
                while left:
                    if unpacker.eof:  # of one part, which another follows
                        unpacker = zlib.decompressobj(either)
                    yield unpacker.decompress(left, _PIECE)
                    left = unpacker.unconsumed_tail or unpacker.unused_data
                while not unpacker.eof and (piece := unpacker.decompress(b"", _PIECE)):
                    yield piece
        except zlib.error:
            raise UnreadableAnswerError(
                "the answer does not decompress", refused=self._refused
            ) from None
