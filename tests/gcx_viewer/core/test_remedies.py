"""Every error has a remedy, or is known to have none."""

import pytest

from gcx_format import errors
from gcx_viewer.core.viewing import remedies
from gcx_viewer.core.viewing.remedies import remedy_for


def tree(kind=errors.GcxError):
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


@pytest.mark.parametrize("kind", sorted(set(tree()), key=lambda kind: kind.__name__))
def test_no_class_of_the_tree_was_forgotten(kind):
    assert kind in remedies._REMEDIES


def test_an_error_of_another_module_is_treated_like_its_parent():
    class Odd(errors.RejectedKeyError):
        pass

    assert remedy_for(Odd("odd")) == ("key", False)


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (errors.MissingExtraError("this", "openai"), ("install", False)),
        (errors.SpendingLimitError("too much"), ("spending limit", False)),
        (errors.SettingsError("odd"), ("settings", False)),
        (errors.ChecksumError("damaged"), ("none", False)),
        (errors.ServiceTimeoutError("late"), ("retry", True)),
    ],
)
def test_remedies(error, remedy):
    assert remedy_for(error) == remedy
