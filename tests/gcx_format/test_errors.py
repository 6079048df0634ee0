"""Every error has its place in the tree that the module draws, and survives a trip."""

import copy
import pickle
import re

import pytest

import gcx_format
from gcx_format import errors
from gcx_format.cli.remedies import IN_THE_TERMINAL
from gcx_format.errors import (
    BudgetError,
    FormatError,
    GcxError,
    InputError,
    MissingExtraError,
    OutputExistsError,
    UnknownChunkError,
)
from gcx_format.remedies import IN_PYTHON, Remedy

CLASSES = [getattr(errors, name) for name in errors.__all__]


def drawn():
    """Each class in the docstring's tree, with the bases that are drawn: parent first."""
    tree = re.search(r"The tree::\n\n(.*?)\n\n", errors.__doc__, re.DOTALL)[1]
    path, found = [], {}
    for line in tree.splitlines():
        bars, name, others = re.fullmatch(
            r"    ([│├└─ ]*)(\w+)(?: \(([\w, ]+)\))? *.*", line
        ).groups()
        depth = len(bars) // 4
        path[depth:] = [name]
        parent = path[depth - 1] if depth else "Exception"
        found[name] = [parent, *(others.split(", ") if others else [])]
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
    assert issubclass(FormatError, OSError)


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
    assert str(error).startswith("decoding needs an optional part of gcx; pip install ")
    assert "[torch]" in str(error)
    assert error.extra == "torch"


def test_catching_the_root_catches_all():
    assert all(issubclass(kind, GcxError) for kind in CLASSES)


def test_what_this_machine_lacks_is_caught_by_one_class():
    lacking = {kind.__name__ for kind in CLASSES if issubclass(kind, errors.UnavailableError)}
    assert lacking == {
        "UnavailableError",
        "MissingExtraError",
        "WeightsError",
        "NotEnoughMemoryError",
    }


def test_a_batch_ends_with_what_the_next_picture_would_meet_too():
    assert {kind.__name__ for kind in CLASSES if kind.stops_batch} == {
        "MissingKeyError",
        "QuotaError",
        "RejectedKeyError",
        "RetiredModelError",
        "SpendingLimitError",
    }


def test_python_is_told_the_remedy_in_its_own_terms():
    error = OutputExistsError("it exists already", filename="a.gcx")
    assert error.message == "it exists already"
    assert str(error) == "a.gcx: it exists already; pass overwrite=True to replace it"


def test_a_remedy_is_named_by_a_known_code():
    with pytest.raises(ValueError, match="unknown remedy 'pray'"):
        Remedy("pray")
    assert Remedy("install", extra="openai") == Remedy("install", extra="openai")
    assert repr(Remedy("install", extra="openai")) == "Remedy('install', extra='openai')"


@pytest.mark.parametrize("code", IN_PYTHON)
def test_every_remedy_is_a_sentence_for_python_and_for_the_terminal(code):
    names = set(re.findall(r"\{(\w+)\}", IN_PYTHON[code] + IN_THE_TERMINAL.get(code, "")))
    remedy = Remedy(code, **dict.fromkeys(names, "this one"))
    for told in (str(remedy), remedy.phrase(IN_THE_TERMINAL)):
        assert told
        assert "{" not in told
    assert "--" not in str(remedy)


def test_the_terminal_knows_no_remedy_that_does_not_exist():
    assert set(IN_THE_TERMINAL) <= set(IN_PYTHON)
