"""A fuzz target: any bytes are either refused, or read and written again unchanged.

    python tests/fuzz/fuzz_loads.py -max_total_time=3600 corpus/

The options are libFuzzer's. Interesting inputs are saved in the given folder, and inputs that break
a promise in the current one. Fuzzing starts from the test vectors. Each input is tried as it is,
and again with the correct CRC-32 as its last four bytes, without which hardly any would be valid.
"""

import contextlib
import sys
import zlib
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["gcx_format"]):
    from gcx_format import (
        DamagedTextError,
        DamagedVisualError,
        Descriptor,
        FormatError,
        ReconstructionError,
        dumps,
        loads,
    )
    from gcx_format.codecs import decode_text, visual_codec
    from gcx_format.conditions import decode_condition
    from gcx_format.container import dissect, outline

VECTORS = Path(__file__).parents[2] / "spec" / "vectors"
DEFAULTS = {"max_len": "2048", "timeout": "10", "rss_limit_mb": "2048"}
LARGEST_DECODED = 64 * 64
"""Pixels; larger visual conditions would only be slower."""


def check(data: bytes) -> None:
    """Try an input as it is, with its checksum corrected, and as words."""
    read(data)
    content = data[:-4]
    descriptor = read(content + zlib.crc32(content).to_bytes(4, "big"))
    if descriptor is not None:
        decode(descriptor)
    with contextlib.suppress(DamagedTextError):
        decode_text("zlib", zlib.compress(data, 1))


def read(data: bytes) -> Descriptor | None:
    """Check that an input is refused, or written again unchanged with each byte in one span."""
    check_outline(data)
    try:
        descriptor = loads(data)
    except FormatError as error:
        if error.offset is not None and not 0 <= error.offset <= len(data):
            raise AssertionError(f"offset {error.offset} of {len(data)} bytes") from error
        return None
    if dumps(descriptor) != data:
        raise AssertionError("written again, it differs")
    at = 0
    for span in dissect(data):
        if span.offset != at or not 0 <= span.payload <= span.size:
            raise AssertionError(f"{span} after byte {at}")
        at += span.size
    if at != len(data):
        raise AssertionError(f"spans of {at} bytes out of {len(data)}")
    return descriptor


def check_outline(data: bytes) -> None:
    """Check that the outline of an input says what `loads` says, or is refused for the same."""
    try:
        made = loads(data, check_words=False)
    except FormatError as error:
        try:
            outline(data)
        except FormatError as found:
            if (type(found), str(found), found.offset) == (type(error), str(error), error.offset):
                return
        raise AssertionError("its outline is not refused for the same") from error
    codec = made.visual.codec if made.visual else None
    if outline(data) != (made.width, made.height, codec, made.coded_text):
        raise AssertionError("its outline says something else")


def decode(descriptor: Descriptor) -> None:
    """Check that the visual condition is refused, or has the size and mode in the file."""
    size = descriptor.condition_size
    if size is None or size[0] * size[1] > LARGEST_DECODED:
        return
    if visual_codec(descriptor.visual).extra:  # needs weights; its bitstream is tested elsewhere
        return
    try:
        picture = decode_condition(descriptor)
    except (DamagedVisualError, ReconstructionError):
        return
    if (picture.size, picture.mode) != (size, descriptor.mode):
        raise AssertionError(f"{picture.mode} {picture.size} instead of {descriptor.mode} {size}")


def main() -> None:
    """Run libFuzzer with its options, starting from the vectors."""
    options = [f"-{name}={value}" for name, value in DEFAULTS.items()]
    seeds = sorted(p for p in VECTORS.glob("*/*.gcx") if 0 < p.stat().st_size <= 2048)
    options.append(f"-seed_inputs={','.join(map(str, seeds))}")
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:]], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
