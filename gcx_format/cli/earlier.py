"""Photographs that were encoded before: whether the file is what it would be today."""

from __future__ import annotations

import os
from collections import Counter

from gcx_format import files
from gcx_format.cli import console, paths
from gcx_format.encode import EncodeRequest
from gcx_format.errors import GcxError


class Earlier:
    """Judges files that are there already, and counts those that are skipped though they differ.

    What is certainly of another photograph is encoded again. What was made with other options is
    not: it may have cost money, and `--force` is at hand.
    """

    def __init__(self, request: EncodeRequest, *, wants_words: bool, wants_hash: bool) -> None:
        self._request = request
        self._wants_words = wants_words
        self._wants_hash = wants_hash
        self._differing: Counter[str] = Counter()

    def is_done(self, job: paths.Job) -> bool:
        """Whether a file need not be encoded again."""
        from gcx_format.pictures import open_picture, upright_size

        if not paths.is_current(job):
            return False
        try:
            made = files.read(job.target)
        except GcxError:  # perhaps of a later version
            self._differing["that cannot be read"] += 1
            return True
        try:
            with open_picture(job.source, "inspect") as image:
                is_same = upright_size(image) == made.size
            may_be_another = is_same and _was_replaced(job)
            if may_be_another and made.original_sha256:
                may_be_another = False
                is_same = files.sha256(job.source) == made.original_sha256
        except GcxError:
            return False  # encoding says what is wrong
        if not is_same:
            return False
        difference = self._request.difference(made)
        if may_be_another:
            difference = "made before the photograph was replaced, moved or touched"
        elif self._wants_words and made.coded_text is None:
            difference = difference or "without words"
        elif self._wants_hash and made.original_sha256 is None:
            difference = difference or "without a hash"
        if difference:
            self._differing[difference] += 1
        return True

    def remarks(self) -> list[str]:
        """A line about what is skipped though it differs."""
        kinds = [f"{console.count(n, 'file')} {how}" for how, n in self._differing.most_common()]
        return [f"kept as before: {', '.join(kinds)}; --force encodes again"] if kinds else []


def _was_replaced(job: paths.Job) -> bool:
    """Whether another file may have come in place of a source, with an older date.

    The time of the last change of its name, owner or content cannot be set, unlike that of its
    content. Windows has the time of creation in its place.
    """
    return os.name != "nt" and job.source.stat().st_ctime_ns > job.target.stat().st_mtime_ns
