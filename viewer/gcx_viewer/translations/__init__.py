"""The program's words in the user's language.

The source has them in English. `gcx_viewer_de.ts` has them in German, and `gcx_viewer_en.ts` the
singular and plural of those with a number in them. `python -m gcx_viewer.translations.refresh`
brings both up to date with the source and makes the `.qm` files that are loaded here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

__all__ = ["LANGUAGES", "chosen", "install"]

LANGUAGES: Final = ("en", "de")
"""Those that there are; the first is that of the source."""

_FOLDER: Final = Path(__file__).parent
_NAME: Final = "gcx_viewer translation"


def chosen(language: str = "system") -> str:
    """The language to use: the given one, or for "system" the first that the user reads."""
    if language in LANGUAGES:
        return language
    for wanted in QLocale.system().uiLanguages():
        code = wanted.replace("_", "-").partition("-")[0]
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def install(application: QCoreApplication, language: str = "system") -> str:
    """Have the program speak a language, in place of one that was installed before.

    Widgets that exist already change only as far as they listen to `LanguageChange`. Where
    the language is not that of the system, numbers and dates follow it as well.

    Returns:
        The language.
    """
    for old in application.findChildren(QTranslator, _NAME):
        application.removeTranslator(old)
        old.deleteLater()
    code = chosen(language)
    of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((f"qtbase_{code}", of_qt), (f"gcx_viewer_{code}", str(_FOLDER))):
        translator = QTranslator(application)
        translator.setObjectName(_NAME)
        if translator.load(name, folder):
            application.installTranslator(translator)
        else:  # Qt needs none for English, and some distributions leave its own out
            translator.deleteLater()
    system = QLocale.system()
    same = QLocale.languageToCode(system.language()) == code
    QLocale.setDefault(system if same else QLocale(code))
    return code
