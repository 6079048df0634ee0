"""Where the rows of some keys are, without holding the keys: twelve bytes a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

__all__ = ["KeyIndex"]


class KeyIndex:
    """The numbers of rows by the hash of a key, such as a path.

    Args:
        parts: the keys of all rows, in order, in parts that fit into memory; None is no key.
    """

    def __init__(self, parts: Iterable[Sequence[bytes | None]]) -> None:
        import numpy as np

        hashes, numbers, first = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 0
        for part in parts:
            # Python's hash differs from process to process, so no one can choose keys that meet.
            hashes.append(np.fromiter(map(hash, part), np.int64, len(part)))
            numbers.append(np.arange(first, first + len(part)))
            if None in part:
                is_key = np.fromiter((key is not None for key in part), np.bool_, len(part))
                hashes[-1], numbers[-1] = hashes[-1][is_key], numbers[-1][is_key]
            first += len(part)
        all_hashes = np.concatenate(hashes)
        order = np.argsort(all_hashes, kind="stable")
        self._hashes = all_hashes[order]
        self._numbers = np.concatenate(numbers)[order].astype(
            np.int32 if first < 1 << 31 else np.int64
        )

    def numbers(self, key: bytes) -> Iterator[int]:
        """The rows that may have a key, ascending; whoever asks compares the key itself."""
        low, high = (self._hashes.searchsorted(hash(key), side) for side in ("left", "right"))
        return map(int, self._numbers[low:high])
