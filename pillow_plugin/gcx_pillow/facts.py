"""`info["gcx"]`: what a file holds, its words decoded when somebody asks for them.

Decoding the words can take ten times as long as the rest of opening a file, and most of those
who open one want its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

__all__ = ["Facts"]

_WORDS: Final = "text"
"""The key whose value may still be coded."""


class _Coded(NamedTuple):
    """The value of `"text"` until somebody asks for it."""

    decode: Callable[[], str]


def _decoding(name: str) -> Any:
    """A method of `dict` that decodes the words first, those of another `Facts` too."""
    method = getattr(dict, name)

    def decoding(*operands: Any) -> Any:
        for operand in operands:
            if isinstance(operand, Facts):
                operand.decode_words()
        return method(*operands)

    return decoding


def _decoding_if_asked(name: str) -> Any:
    """A method of `dict` that takes a key and decodes the words first if the key is theirs."""
    method = getattr(dict, name)

    def decoding(self: Facts, key: Any, *arguments: Any) -> Any:
        if key == _WORDS:
            self.decode_words()
        return method(self, key, *arguments)

    return decoding


class Facts(dict[str, Any]):
    """A dict whose value for `"text"` is decoded when something could show it.

    Whatever returns, compares, copies or prints that value decodes it first, and raises what
    decoding raises; everything else can be had without. Copies and pickles are plain dicts.
    """

    __slots__ = ()

    def __init__(self, known: Mapping[str, Any], decode: Callable[[], str] | None) -> None:
        """Make the dict.

        Args:
            known: every key, in order. The value for `"text"` is not looked at if there is
                `decode`.
            decode: returns the words; None where `known` has all there is.
        """
        super().__init__(known)
        if decode is not None:
            self[_WORDS] = _Coded(decode)

    def decode_words(self) -> None:
        """Decode the words unless that is done, or another value was set."""
        coded = super().get(_WORDS)
        if isinstance(coded, _Coded):
            self[_WORDS] = coded.decode()

    def __iter__(self) -> Iterator[str]:
        # With an __iter__ of its own, dict(facts) and {**facts} call the methods here instead of
        # copying the values as they lie in memory.
        return super().__iter__()

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (dict(self),)

    __getitem__ = _decoding_if_asked("__getitem__")
    get = _decoding_if_asked("get")
    pop = _decoding_if_asked("pop")
    setdefault = _decoding_if_asked("setdefault")
    popitem = _decoding("popitem")
    items = _decoding("items")
    values = _decoding("values")
    copy = _decoding("copy")
    __eq__ = _decoding("__eq__")
    __ne__ = _decoding("__ne__")
    __or__ = _decoding("__or__")
    __repr__ = _decoding("__repr__")
