"""Every error reaches a person as one sentence in their language, with at most one button."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QCoreApplication, QLocale, QTranslator
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from gcx_format import errors
from gcx_format.errors import GcxError
from gcx_format.remedies import IN_PYTHON, Remedy
from gcx_viewer import translations
from gcx_viewer.core import errors as own
from gcx_viewer.gui import errors as told
from gcx_viewer.gui.errors import Errors, Offer, detail, offer, sentence
from gcx_viewer.gui.offers import OfferButton


def tree(kind: type[GcxError] = GcxError) -> Iterator[type[GcxError]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ in (errors.__name__, own.__name__):
            yield from tree(child)


CLASSES = sorted(set(tree()), key=lambda kind: kind.__name__)

TECHNICAL = re.compile(r"--|\w=|`|GCX_|OPENAI_|\bpip\b|\bpython\b|\bsettings?\b \w+_|_", re.I)
"""Options, arguments, variables and commands: nothing for a window."""


def made(kind: type[GcxError]) -> GcxError:
    """An error of a class, with the words that the library would have for a programmer."""
    if kind is errors.MissingExtraError:
        return errors.MissingExtraError("painting", "openai")
    return kind('use --generator preview or generator="preview"')


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    translations.install(qapp, "de")
    yield
    for translator in qapp.findChildren(QTranslator, "gcx_viewer translation"):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


def test_all_classes_are_looked_at() -> None:
    assert {errors.GcxError, errors.LimitError, own.UnkeptError} < set(CLASSES)
    assert {kind.__name__ for kind in CLASSES} >= set(errors.__all__) | set(own.__all__)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_class_has_a_sentence_without_technical_terms(kind: type[GcxError]) -> None:
    assert kind in Errors.sentences
    words = sentence(made(kind))
    assert not TECHNICAL.search(words), words
    assert re.fullmatch(r"[A-Z].*[.?]", words), words
    assert "{" not in words


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.usefixtures("german")
def test_every_class_has_a_german_sentence(kind: type[GcxError]) -> None:
    english = Errors.sentences[kind]
    german = QCoreApplication.translate("Errors", english)
    assert german != english
    assert ("{file}" in german) == ("{file}" in english)
    assert not TECHNICAL.search(sentence(made(kind)))


@pytest.mark.parametrize("code", sorted(IN_PYTHON))
@pytest.mark.usefixtures("german")
def test_every_remedy_has_a_german_button_or_none(code: str) -> None:
    found = told._REMEDIES[code]
    assert found is None or QCoreApplication.translate("Errors", found.text) != found.text


def test_a_class_of_another_module_speaks_like_its_parent() -> None:
    class Odd(errors.RejectedKeyError):
        pass

    assert sentence(Odd("odd")) == "The server does not accept your key."
    assert offer(Odd("odd")) == Offer("Enter a Key…", "settings", "key")


def test_the_file_is_named_and_the_detail_stands_apart() -> None:
    error = errors.ChecksumError("the CRC-32 does not match")
    assert sentence(error) == "The file is damaged or incomplete."
    error.filename = "/home/ada/sea.gcx"
    assert sentence(error) == "“sea.gcx” is damaged or incomplete."
    assert detail(error) == "/home/ada/sea.gcx\nThe CRC-32 does not match"


def test_a_limit_is_told_with_its_amount_and_whether_it_is_billed() -> None:
    remedy = Remedy("raise limit", setting="daily_limit_usd", variable="X", limit="0.50")
    error = errors.SpendingLimitError("…", remedy=remedy)
    assert sentence(error) == "This would exceed your limit of $0.50 a day."
    assert offer(error) == Offer("Raise the Limit…", "settings", "money")
    late = errors.ServiceTimeoutError("…", may_have_cost=True)
    assert sentence(late) == "The server did not answer in time. It may still be billed."


@pytest.mark.parametrize(
    ("error", "action", "argument"),
    [
        (errors.ServiceTimeoutError("late"), "retry", ""),
        (own.UnkeptError("full"), "export", ""),
        (errors.MissingExtraError("x", "openai"), "copy", None),
        (
            errors.WeightsError("x", remedy=Remedy("get weights", names="small")),
            "copy",
            "gcx weights get small",
        ),
        (errors.GenerationNotAllowedError("no"), "settings", "generating"),
        (
            errors.OutputError(
                "full", remedy=Remedy("change setting", setting="cache_folder", variable="X")
            ),
            "settings",
            "cache",
        ),
    ],
)
def test_the_button(error: GcxError, action: str, argument: str | None) -> None:
    found = offer(error, can_retry=True, can_export=True)
    assert found is not None
    assert found.action == action
    assert argument in (None, found.argument)


def test_no_button_where_it_would_do_nothing() -> None:
    assert offer(errors.ChecksumError("damaged"), can_retry=True) is None
    assert offer(errors.RefusedError("no", remedy=Remedy("use preview")), can_retry=True) is None
    assert offer(errors.ServiceTimeoutError("late")) is None
    assert offer(errors.OutputExistsError("there"), can_retry=True) is None


def test_a_command_is_copied(qtbot, qapp: QApplication) -> None:
    button = OfferButton()
    qtbot.addWidget(button)
    button.show_offer(offer(errors.MissingExtraError("x", "openai")))
    button.click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == errors.install_command("openai")
    assert button.text() == "Copied"
