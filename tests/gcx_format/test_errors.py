"""Every error has its place in the tree that the module draws, and survives a trip."""

import copy
import pickle
import re

import pytest

import gcx_format
from gcx_format import errors
from gcx_format.errors import (
    BudgetError,
    FormatError,
    GcxError,
    InputError,
    MissingExtraError,
    OutputExistsError,
    UnknownChunkError,
)

CLASSES = [getattr(errors, name) for name in errors.__all__]


def drawn():
    """Each class in the docstring's tree, with the bases that are drawn: parent first."""
    tree = re.search(r"The tree::\n\n(.*?)\n\n", errors.__doc__, re.DOTALL)[1]
    path, found = [], {}
    for line in tree.splitlines():
        bars, name, other = re.fullmatch(r"    ([│├└─ ]*)(\w+)(?: \((\w+)\))? *.*", line).groups()
        depth = len(bars) // 4
        path[depth:] = [name]
        found[name] = [path[depth - 1] if depth else "Exception"] + ([other] if other else [])
    return found


def real():
    return {kind.__name__: [base.__name__ for base in kind.__bases__] for kind in CLASSES}


def test_the_tree_that_is_drawn_is_the_tree_of_classes():
    assert drawn() == real()


def test_every_class_of_the_module_is_public_here_and_in_the_package():
    defined = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, BaseException)
    }
    assert defined == set(errors.__all__) == {k.__name__ for k in CLASSES}
    assert {name for name in gcx_format.__all__ if name.endswith("Error")} == defined
    assert all(getattr(gcx_format, kind.__name__) is kind for kind in CLASSES)


def test_who_does_not_know_gcx_catches_what_they_expect():
    assert issubclass(FormatError, ValueError)
    assert issubclass(errors.ArgumentError, ValueError)
    assert issubclass(InputError, OSError)
    assert issubclass(errors.OutputError, OSError)
    assert issubclass(errors.ReconstructionError, OSError)
    assert issubclass(MissingExtraError, ImportError)
    assert not issubclass(FormatError, OSError)


def make(kind):
    return kind("decoding", "torch") if kind is MissingExtraError else kind("it is blue")


FILLED = [
    *(make(kind) for kind in CLASSES),
    *(kind("it is blue", offset=7) for kind in FormatError.__subclasses__()),
    UnknownChunkError("it is blue", offset=7, type=0x19),
    BudgetError("it is blue", smallest=40),
    InputError("it is blue", filename="a.gcx"),
    OutputExistsError("it is blue", filename="a.gcx"),
]


@pytest.mark.parametrize("error", FILLED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("trip", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_survives_pickling_and_copying(error, trip):
    back = trip(error)
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


def test_a_message_says_where():
    error = FormatError("it is blue", offset=7)
    assert str(error) == "it is blue (at byte 7)"
    assert error.offset == 7
    assert FormatError("it is blue").offset is None


def test_a_message_begins_with_the_file_where_one_is_known():
    error = FormatError("it is blue", offset=7)
    error.filename = "a.gcx"
    assert str(error) == "a.gcx: it is blue (at byte 7)"
    assert str(InputError("it is blue", filename="b.gcx")) == "b.gcx: it is blue"
    assert InputError("it is blue").filename is None


def test_a_missing_extra_says_how_to_install_it():
    error = MissingExtraError("decoding", "torch")
    assert str(error) == 'decoding needs an optional part of gcx: pip install "gcx[torch]"'
    assert error.extra == "torch"


def test_catching_the_root_catches_all():
    assert all(issubclass(kind, GcxError) for kind in CLASSES)
