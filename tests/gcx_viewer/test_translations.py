"""The translations: complete, up to date with the source, and loaded."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PyQt6.QtCore import QCoreApplication, QLocale, QTranslator
from PyQt6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from gcx_viewer import translations
from gcx_viewer.gui import actions
from gcx_viewer.translations import refresh

FOLDER = Path(translations.__file__).parent
REFRESH = "run `python -m gcx_viewer.translations.refresh` and complete the .ts files"
PLACEHOLDER = re.compile(r"\{\w*\}|%n|%L?\d")


class Message(NamedTuple):
    """A string, and what it is in another language: one form, or two where it has a number."""

    context: str
    source: str
    comment: str
    forms: list[str]
    counted: bool


def messages(language: str) -> list[Message]:
    root = ElementTree.parse(FOLDER / f"gcx_viewer_{language}.ts").getroot()
    found = []
    for context in root.iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.findall("numerusform")]
            found.append(
                Message(
                    context.findtext("name", ""),
                    message.findtext("source", ""),
                    message.findtext("comment", ""),
                    forms or [translation.text or ""],
                    bool(forms),
                )
            )
    return found


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    before = QLocale()
    yield qapp
    for translator in qapp.findChildren(QTranslator, "gcx_viewer translation"):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_string_of_the_source_is_there_and_no_other(language: str) -> None:
    ts = (FOLDER / f"gcx_viewer_{language}.ts").read_text(encoding="utf-8")
    assert refresh.collect(language) == ts, REFRESH


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_everything_is_translated(language: str) -> None:
    ts = (FOLDER / f"gcx_viewer_{language}.ts").read_text(encoding="utf-8")
    assert refresh.unfinished(ts) == [], REFRESH


def test_a_string_without_translation_is_found() -> None:
    ts = (FOLDER / "gcx_viewer_de.ts").read_text(encoding="utf-8")
    ts = ts.replace("<translation>Worte kopieren<", '<translation type="unfinished"><', 1)
    assert "InformationPanel: Copy Words" in refresh.unfinished(ts)


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_what_is_loaded_is_what_stands_in_the_ts_file(
    application: QApplication, language: str
) -> None:
    translations.install(application, language)
    expected = messages(language)
    assert expected
    for message in expected:
        numbers = (1, 2) if message.counted else (-1,)
        for number, form in zip(numbers, message.forms, strict=True):
            loaded = QCoreApplication.translate(
                message.context, message.source, message.comment or None, number
            )
            assert loaded == form.replace("%n", str(number)), REFRESH


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_no_placeholder_is_lost_or_added(language: str) -> None:
    for message in messages(language):
        for form in message.forms:
            assert Counter(PLACEHOLDER.findall(form)) == Counter(
                PLACEHOLDER.findall(message.source)
            ), message


def test_markup_and_line_ends_stay() -> None:
    for message in messages("de"):
        for form in message.forms:
            assert form.count("\n") == message.source.count("\n"), message
            assert form.endswith("…") == message.source.endswith("…"), message
            assert form.endswith(":") == message.source.endswith(":"), message
            assert "<" not in form, message


def letter(text: str) -> str | None:
    """The letter that chooses something by Alt."""
    found = re.search(r"&(\w)", text.replace("&&", ""))
    return found[1].casefold() if found else None


def test_letters_are_kept() -> None:
    for message in messages("de"):
        for form in message.forms:
            assert (letter(form) is None) == (letter(message.source) is None), message


def test_letters_of_a_dialog_differ_as_they_do_in_english() -> None:
    contexts: dict[str, list[Message]] = {}
    for message in messages("de"):
        if message.context != "actions":
            contexts.setdefault(message.context, []).append(message)
    for name, strings in contexts.items():
        english = {letter(each.source) for each in strings} - {None}
        chosen = {letter(each.source): letter(each.forms[0]) for each in strings}
        assert len({chosen[each] for each in english}) == len(english), name


def test_letters_of_the_menus_differ(application: QApplication) -> None:
    translations.install(application, "de")
    titles = [QCoreApplication.translate("actions", title) for title, _ in actions.MENUS]
    letters = [letter(title) for title in titles]
    assert None not in letters
    assert len(set(letters)) == len(letters), titles
    for _, names in actions.MENUS:
        texts = [actions.ACTIONS[name].translated() for name in names if name in actions.ACTIONS]
        if "recent" in names:
            texts.append(QCoreApplication.translate("MainWindow", "Open &Recent"))
        letters = [each for text in texts if (each := letter(text)) is not None]
        assert len(set(letters)) == len(letters), texts


def test_every_action_is_german(application: QApplication) -> None:
    translations.install(application, "de")
    for action in actions.ACTIONS.values():
        assert action.translated() != action.text
    for title, _ in actions.MENUS:
        assert QCoreApplication.translate("actions", title) != title


def test_german_with_qts_own_words(application: QApplication, qtbot: QtBot) -> None:
    assert translations.install(application, "de") == "de"
    assert QCoreApplication.translate("ProgressLine", "Cancel") == "Abbrechen"
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(buttons)
    button = buttons.button(QDialogButtonBox.StandardButton.Cancel)
    assert button is not None
    assert button.text().replace("&", "") == "Abbrechen"


def test_english_has_plurals(application: QApplication) -> None:
    assert translations.install(application, "en") == "en"
    files = [
        QCoreApplication.translate("SaveBar", "%n file(s) saved", None, number) for number in (1, 2)
    ]
    assert files == ["1 file saved", "2 files saved"]


def test_one_language_takes_the_place_of_another(application: QApplication) -> None:
    translations.install(application, "de")
    translations.install(application, "en")
    assert QCoreApplication.translate("ProgressLine", "Cancel") == "Cancel"
    assert QLocale().language() == QLocale.Language.English


@pytest.mark.parametrize(
    ("system", "language"),
    [("de_AT.UTF-8", "de"), ("en_GB.UTF-8", "en"), ("ja_JP.UTF-8", "en"), ("C", "en")],
)
def test_the_language_of_the_system(system: str, language: str) -> None:
    code = "from gcx_viewer import translations; print(translations.chosen())"
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LC_") and name != "LANGUAGE"
    }
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"LANG": system},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == language
