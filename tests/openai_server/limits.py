"""Limits of requests and tokens, as OpenAI's API has them: buckets that fill up steadily."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Limits", "tokens_asked"]


@dataclass
class _Bucket:
    limit: float
    per_second: float
    level: float = field(init=False)
    at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.level = self.limit

    def flow(self) -> None:
        now = time.monotonic()
        self.level = min(self.limit, self.level + self.per_second * (now - self.at))
        self.at = now

    def headers(self, what: str) -> dict[str, str]:
        seconds = (self.limit - self.level) / self.per_second
        reset = f"{seconds:.3f}s" if seconds < 60 else f"{seconds // 60:.0f}m{seconds % 60:.3f}s"
        return {
            f"x-ratelimit-limit-{what}": f"{self.limit:.0f}",
            f"x-ratelimit-remaining-{what}": str(max(0, int(self.level))),
            f"x-ratelimit-reset-{what}": reset,
        }


class Limits:
    """What a server takes of a model in some time.

    Attributes:
        refused: how many requests came too early.
    """

    def __init__(self, requests: int, *, seconds: float = 60.0, tokens: int = 30_000_000) -> None:
        """So many requests and tokens at once, and as many again in each such time."""
        self._requests = _Bucket(requests, requests / seconds)
        self._tokens = _Bucket(tokens, tokens / seconds)
        self.refused = 0

    def admit(self, tokens: int) -> tuple[dict[str, str], float | None]:
        """The headers of the answer, and None, or where it is refused the seconds to wait."""
        wait = 0.0
        for bucket, amount in ((self._requests, 1), (self._tokens, tokens)):
            bucket.flow()
            wait = max(wait, (amount - bucket.level) / bucket.per_second)
        if wait <= 0:
            self._requests.level -= 1
            self._tokens.level -= tokens
        else:
            self.refused += 1
        headers = self._requests.headers("requests") | self._tokens.headers("tokens")
        return headers, wait if wait > 0 else None


def tokens_asked(value: dict[str, Any], size: int) -> int:
    """What a request counts for before it is answered: a picture by its size, as words would."""
    most = value.get("max_output_tokens") or value.get("max_completion_tokens") or 0
    return int(most) + 500 + min(size // 200, 765)
