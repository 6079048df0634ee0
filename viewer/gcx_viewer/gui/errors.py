"""What a person reads about an error, and the one button that helps.

The library's own message is for whoever wants the technical detail: it stands in a tooltip or
folded away, never in a sentence.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from PyQt6.QtCore import QT_TR_NOOP, QT_TRANSLATE_NOOP, QCoreApplication

from gcx_format import errors
from gcx_format.errors import GcxError, ServiceError
from gcx_viewer.core import errors as own
from gcx_viewer.gui.money import money

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QLabel

    from gcx_format.remedies import Remedy

__all__ = ["Action", "Errors", "Offer", "as_tooltip", "detail", "offer", "sentence", "show_in"]

Action = Literal["retry", "export", "copy", "settings"]
"""What a button does: the same again; export the picture on screen; copy a
command; show a page of the settings."""


class Offer(NamedTuple):
    """A button that helps against an error.

    Attributes:
        text: of the button, translated.
        action: what it does.
        argument: the command to copy, or the page of the settings.
    """

    text: str
    action: Action
    argument: str = ""


_TRY_AGAIN: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Try Again"), "retry")
_EXPORT: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Export Picture…"), "export")
_KEY: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Enter a Key…"), "settings", "key")
_LIMIT: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Raise the Limit…"), "settings", "money")
_SETTINGS: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Open Settings…"), "settings", "generating")
_STORAGE: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Open Settings…"), "settings", "cache")


def _copying(command: str) -> Offer:
    return Offer(QT_TRANSLATE_NOOP("Errors", "Copy Install Command"), "copy", command)


class Errors:
    """The context of the translations.

    Attributes:
        sentences: what every class says.
    """

    sentences: Final[dict[type[GcxError], str]] = {
        GcxError: QT_TR_NOOP("Something unexpected went wrong."),
        # The file is what it is.
        errors.FormatError: QT_TR_NOOP("{file} is not a valid .gcx file."),
        errors.NotGcxError: QT_TR_NOOP("{file} is not a .gcx file."),
        errors.UnsupportedVersionError: QT_TR_NOOP("{file} needs a newer version of gcx."),
        errors.ChecksumError: QT_TR_NOOP("{file} is damaged or incomplete."),
        errors.MalformedError: QT_TR_NOOP("{file} does not follow the .gcx format."),
        errors.UnknownChunkError: QT_TR_NOOP(
            "{file} has a part that this version of gcx does not know."
        ),
        errors.LimitError: QT_TR_NOOP("{file} is larger than the .gcx format allows."),
        errors.DamagedTextError: QT_TR_NOOP("The words in {file} are damaged."),
        errors.DamagedVisualError: QT_TR_NOOP("The small picture in {file} is damaged."),
        errors.ReconstructionError: QT_TR_NOOP("No picture could be made from {file}."),
        own.TooLargeError: QT_TR_NOOP("This picture is too large to be painted."),
        # What was asked for.
        errors.ArgumentError: QT_TR_NOOP("That is not possible with these choices."),
        errors.BudgetError: QT_TR_NOOP("No picture fits into so few bytes."),
        own.KeyFormatError: QT_TR_NOOP(
            "A key has no spaces, line breaks, accents or other special letters."
        ),
        # Files to read and to write.
        errors.InputError: QT_TR_NOOP("{file} cannot be opened as a picture."),
        own.ProportionsError: QT_TR_NOOP(
            "{file} has other proportions, so this picture was not made from it."
        ),
        errors.OutputError: QT_TR_NOOP("{file} could not be saved."),
        errors.OutputExistsError: QT_TR_NOOP("{file} exists already."),
        own.ProtectedError: QT_TR_NOOP("{file} is never replaced: it is a .gcx file or on screen."),
        own.TrashError: QT_TR_NOOP("{file} could not be moved to the trash."),
        own.KeyringError: QT_TR_NOOP("The keyring did not accept the change. Is it locked?"),
        own.UnkeptError: QT_TR_NOOP(
            "The painted picture could not be stored. Export it before you close."
        ),
        # The user's own words.
        errors.SettingsError: QT_TR_NOOP("The settings contain a mistake."),
        errors.GenerationNotAllowedError: QT_TR_NOOP(
            "Your settings do not allow a model to be asked."
        ),
        errors.SpendingLimitError: QT_TR_NOOP("Spending cannot be recorded, so nothing is spent."),
        # What this machine lacks.
        errors.UnavailableError: QT_TR_NOOP(
            "Something that this needs is missing on this computer."
        ),
        errors.MissingExtraError: QT_TR_NOOP("This needs a part of gcx that is not installed."),
        errors.WeightsError: QT_TR_NOOP("This needs a model that is not installed, or is damaged."),
        errors.MissingRowError: QT_TR_NOOP("This picture is not in the collection."),
        errors.NotEnoughMemoryError: QT_TR_NOOP("There is not enough memory for this picture."),
        # The server, and what it says.
        errors.ServiceError: QT_TR_NOOP("The server did not do what it was asked."),
        errors.MissingKeyError: QT_TR_NOOP("This needs a key for the model's server."),
        errors.RejectedKeyError: QT_TR_NOOP("The server does not accept your key."),
        errors.RetiredModelError: QT_TR_NOOP("The server does not have this model."),
        errors.QuotaError: QT_TR_NOOP("Your account with the server has no credit left."),
        errors.RateLimitError: QT_TR_NOOP(
            "The server is getting too many requests. Wait a little."
        ),
        errors.RefusedError: QT_TR_NOOP("The server's moderation refused this picture."),
        errors.RejectedRequestError: QT_TR_NOOP("The server rejected the request."),
        errors.ServerFaultError: QT_TR_NOOP("The server had a fault of its own."),
        errors.ServiceTimeoutError: QT_TR_NOOP("The server did not answer in time."),
        errors.ConnectionLostError: QT_TR_NOOP("The connection to the server failed."),
        errors.BadAnswerError: QT_TR_NOOP("The server's answer could not be used."),
        errors.CancelledError: QT_TR_NOOP("It was cancelled."),
        errors.DescriptionError: QT_TR_NOOP("The model's description could not be used."),
        own.SkippedError: QT_TR_NOOP("Skipped: what stopped another photograph stops this one."),
    }


_OFFERS: Final[dict[type[GcxError], Offer]] = {
    GcxError: _TRY_AGAIN,
    errors.InputError: _TRY_AGAIN,
    errors.UnavailableError: _TRY_AGAIN,
    errors.WeightsError: _TRY_AGAIN,
    errors.NotEnoughMemoryError: _TRY_AGAIN,
    errors.ServiceError: _TRY_AGAIN,
    errors.QuotaError: _TRY_AGAIN,
    errors.RateLimitError: _TRY_AGAIN,
    errors.ServerFaultError: _TRY_AGAIN,
    errors.ServiceTimeoutError: _TRY_AGAIN,
    errors.ConnectionLostError: _TRY_AGAIN,
    errors.BadAnswerError: _TRY_AGAIN,
    errors.CancelledError: _TRY_AGAIN,
    errors.DescriptionError: _TRY_AGAIN,
    own.UnkeptError: _EXPORT,
    errors.SettingsError: _SETTINGS,
    errors.GenerationNotAllowedError: _SETTINGS,
    errors.RetiredModelError: _SETTINGS,
    errors.RejectedRequestError: _SETTINGS,
    errors.MissingKeyError: _KEY,
    errors.RejectedKeyError: _KEY,
}
"""What helps against a class where the error itself names nothing better; nothing else does."""

_REMEDIES: Final[dict[str, Offer | None]] = {
    "install": _copying("{command}"),
    "install package": _copying("pip install {package}"),
    "get weights": _copying("gcx weights get {names}"),
    "go on with weights": _copying("gcx weights get {names}"),
    "set key": _KEY,
    "check key": _KEY,
    "change policy": _SETTINGS,
    "raise limit": _LIMIT,
    "check network": _TRY_AGAIN,
    "fewer at once": _TRY_AGAIN,
    "add credit": _TRY_AGAIN,
    "try again": _TRY_AGAIN,
    "try later": _TRY_AGAIN,
    # These name a setting, which the window for settings may or may not have.
    "change setting": _SETTINGS,
    "change model": _SETTINGS,
    # Nothing that one click could do.
    "accept licence": None,
    "check server": None,
    "compare weights": None,
    "other output": None,
    "overwrite": None,
    "raise MAX_IMAGE_PIXELS": None,
    "raise max_pixels": None,
    "reinstall Pillow": None,
    "replace pin": None,
    "replace weights": None,
    "salvage": None,
    "use mirror": None,
    "use preview": None,
    "use words": None,
    "write words": None,
}
"""The button of every remedy of `gcx_format.remedies`."""

_PAGES: Final[dict[str, Offer | None]] = {
    "cache_folder": _STORAGE,
    "route": None,
    "state_folder": None,
    "timeout_seconds": None,
}
"""Settings that are on another page than the models are, or on none."""

_OVER_LIMIT: Final = {
    "daily_limit_usd": QT_TRANSLATE_NOOP(
        "Errors", "This would exceed your limit of {limit} a day."
    ),
    "call_limit_usd": QT_TRANSLATE_NOOP(
        "Errors", "This would exceed your limit of {limit} a call."
    ),
}
_FILE: Final = QT_TRANSLATE_NOOP("Errors", "“{name}”")
_SOME_FILE: Final = QT_TRANSLATE_NOOP("Errors", "The file")
_MAY_HAVE_COST: Final = QT_TRANSLATE_NOOP("Errors", "It may still be billed.")


def sentence(error: GcxError) -> str:
    """What is wrong, in the user's language and without technical terms."""
    words = _translated(Errors.sentences[_kind(error)])
    for remedy in error.remedies:
        if remedy.code == "raise limit" and "limit" in remedy.parameters:
            words = _translated(_OVER_LIMIT[remedy.parameters["setting"]])
            words = words.replace("{limit}", money(float(remedy.parameters["limit"])))
    if isinstance(error, ServiceError) and error.may_have_cost:
        words += " " + _translated(_MAY_HAVE_COST)
    name = Path(str(error.filename or "")).name
    file = _translated(_FILE).replace("{name}", name) if name else _translated(_SOME_FILE)
    return words.replace("{file}", file)


def detail(error: GcxError) -> str:
    """What the library says, for whoever wants to know exactly."""
    told = error.message[:1].upper() + error.message[1:]
    return told if error.filename is None else f"{error.filename}\n{told}"


def offer(error: GcxError, *, can_retry: bool = False, can_export: bool = False) -> Offer | None:
    """The button that helps most, of those that work where the error is told."""
    offers = [_of_remedy(remedy) for remedy in error.remedies]
    works = {"retry": can_retry, "export": can_export}
    for found in (*offers, _OFFERS.get(_kind(error))):
        if found is not None and works.get(found.action, True):
            return found._replace(text=_translated(found.text))
    return None


def show_in(label: QLabel, error: GcxError) -> None:
    """Tell of an error in a label, with the detail in its tooltip."""
    label.setText(sentence(error))
    label.setToolTip(as_tooltip(detail(error)))
    label.show()


def as_tooltip(text: str) -> str:
    """A text that no tooltip takes for HTML."""
    return text.replace("<", "&lt;")


def _kind(error: GcxError) -> type[GcxError]:
    """The error's class, or the nearest above it that has a sentence."""
    return next(kind for kind in type(error).__mro__ if kind in Errors.sentences)


def _of_remedy(remedy: Remedy) -> Offer | None:
    found = _REMEDIES[remedy.code]
    found = _PAGES.get(remedy.parameters.get("setting", ""), found)
    return found and found._replace(argument=found.argument.format_map(remedy.parameters))


def _translated(text: str) -> str:
    return QCoreApplication.translate("Errors", text)
