"""The limits of the format, each with its reason.

They are part of the specification (spec/gcx-1.0.md, "Limits"). A reader enforces them before it
allocates memory; a writer stays within them.
"""

from __future__ import annotations

from typing import Final

MAX_SIDE: Final = 1 << 30
"""Pixels along one side: the most that the 30-bit size field of a large picture holds."""

MAX_PIXELS: Final = 1 << 30
"""Width times height: a gigapixel, three gigabytes as RGB."""

MAX_CHUNKS: Final = 66
"""Chunks in a file: one text, one visual, and one of each of the 64 ancillary types."""

MAX_BODY_BYTES: Final = (1 << 21) - 1
"""Bytes of a chunk's body: the most that a three-byte length holds."""

MAX_FILE_BYTES: Final = 1 << 22
"""Bytes of a file: a descriptor has a few hundred; four MiB bounds a hostile one."""

MAX_TEXT_BYTES: Final = 1 << 16
"""UTF-8 bytes of the decoded words: hundreds of times what a picture needs."""

MAX_NOTE_BYTES: Final = 1 << 12
"""UTF-8 bytes of the creation note and of the encoder's name."""

MAX_CONDITION_PIXELS: Final = 1 << 24
"""Pixels of the visual condition: 4096 x 4096, checked before a decoder starts."""

MAX_RECONSTRUCTION_PIXELS: Final = 178_956_970
"""Pixels that `decode` makes by default: where Pillow suspects a decompression bomb."""
