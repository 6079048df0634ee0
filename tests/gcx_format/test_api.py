"""The public names, and that whatever a function says to raise is among them."""

import inspect
import re
import subprocess
import sys

import pytest

import gcx_format

FUNCTIONS = [gcx_format.decode, gcx_format.dumps, gcx_format.encode, gcx_format.loads]
FUNCTIONS += [gcx_format.read, gcx_format.write]


def test_the_public_names_are_these():
    assert gcx_format.__all__ == [
        "AncillaryChunk",
        "ArgumentError",
        "BadAnswerError",
        "BillingWarning",
        "BudgetError",
        "CancelledError",
        "ChecksumError",
        "CodedText",
        "CodedVisual",
        "Collection",
        "ConnectionLostError",
        "DamagedTextError",
        "DamagedVisualError",
        "DescriptionError",
        "Descriptor",
        "FormatError",
        "GcxError",
        "GenerationNotAllowedError",
        "GenerationWarning",
        "InputError",
        "LimitError",
        "MalformedError",
        "MissingExtraError",
        "MissingKeyError",
        "MissingRowError",
        "NotEnoughMemoryError",
        "NotGcxError",
        "OutputError",
        "OutputExistsError",
        "PictureWarning",
        "QuotaError",
        "RateLimitError",
        "Reconstruction",
        "ReconstructionError",
        "RefusedError",
        "RejectedKeyError",
        "RejectedRequestError",
        "RetiredModelError",
        "ServerFaultError",
        "ServiceError",
        "ServiceTimeoutError",
        "SettingsError",
        "SpendingLimitError",
        "UnavailableError",
        "UnknownChunkError",
        "UnsupportedVersionError",
        "WeightsError",
        "decode",
        "dumps",
        "encode",
        "loads",
        "read",
        "write",
    ]


def test_every_public_name_is_there_and_documented():
    for name in gcx_format.__all__:
        assert inspect.getdoc(getattr(gcx_format, name)), name


def test_every_public_function_is_listed_above():
    functions = [getattr(gcx_format, name) for name in gcx_format.__all__]
    assert [f for f in functions if inspect.isfunction(f)] == FUNCTIONS


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_what_a_function_says_to_raise_is_public(function):
    documented = inspect.getdoc(function).partition("Raises:")[2].partition("Warns:")[0]
    raised = re.findall(r"^    (\w+): ", documented, re.M)
    assert raised
    assert set(raised) <= set(gcx_format.__all__)
    assert all(issubclass(getattr(gcx_format, name), gcx_format.GcxError) for name in raised)


def test_importing_gcx_loads_neither_pillow_nor_numpy():
    code = "import sys, gcx_format; print(sorted({'PIL', 'numpy'} & {*sys.modules}))"
    command = [sys.executable, "-c", code]
    assert subprocess.check_output(command, text=True).strip() == "[]"


def test_the_version_is_a_number():
    assert re.fullmatch(r"\d+\.\d+\.\d+", gcx_format.__version__)
