"""What a person reads about an error, and the one button that helps.

The library's own message is for whoever wants the technical detail: it stands in a tooltip or
folded away, never in a sentence.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from gcx_format import errors
from gcx_format.errors import GcxError, ServiceError
from gcx_viewer.core import errors as own
from gcx_viewer.gui.money import money

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QLabel

    from gcx_format.remedies import Remedy

__all__ = ["Action", "Offer", "as_tooltip", "detail", "offer", "sentence", "show_in"]

Action = Literal["retry", "rename", "export", "copy", "settings"]
"""What a button does: the same again; ask for another name; export the picture on screen; copy a
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
_RENAME: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Save Under Another Name…"), "rename")
_EXPORT: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Export Picture…"), "export")
_KEY: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Enter a Key…"), "settings", "key")
_LIMIT: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Raise the Limit…"), "settings", "money")
_SETTINGS: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Open Settings…"), "settings", "generating")
_STORAGE: Final = Offer(QT_TRANSLATE_NOOP("Errors", "Open Settings…"), "settings", "cache")


def _copying(command: str) -> Offer:
    return Offer(QT_TRANSLATE_NOOP("Errors", "Copy Install Command"), "copy", command)


_ROWS: Final[dict[type[GcxError], tuple[str, Offer | None]]] = {
    GcxError: (QT_TRANSLATE_NOOP("Errors", "Something unexpected went wrong."), _TRY_AGAIN),
    # The file is what it is.
    errors.FormatError: (QT_TRANSLATE_NOOP("Errors", "{file} is not a valid .gcx file."), None),
    errors.NotGcxError: (QT_TRANSLATE_NOOP("Errors", "{file} is not a .gcx file."), None),
    errors.UnsupportedVersionError: (
        QT_TRANSLATE_NOOP("Errors", "{file} needs a newer version of gcx."),
        None,
    ),
    errors.ChecksumError: (
        QT_TRANSLATE_NOOP("Errors", "{file} is damaged or incomplete."),
        None,
    ),
    errors.MalformedError: (
        QT_TRANSLATE_NOOP("Errors", "{file} does not follow the .gcx format."),
        None,
    ),
    errors.UnknownChunkError: (
        QT_TRANSLATE_NOOP("Errors", "{file} has a part that this version of gcx does not know."),
        None,
    ),
    errors.LimitError: (
        QT_TRANSLATE_NOOP("Errors", "{file} is larger than the .gcx format allows."),
        None,
    ),
    errors.DamagedTextError: (
        QT_TRANSLATE_NOOP("Errors", "The words in {file} are damaged."),
        None,
    ),
    errors.DamagedVisualError: (
        QT_TRANSLATE_NOOP("Errors", "The small picture in {file} is damaged."),
        None,
    ),
    errors.ReconstructionError: (
        QT_TRANSLATE_NOOP("Errors", "No picture could be made from {file}."),
        None,
    ),
    own.TooLargeError: (
        QT_TRANSLATE_NOOP("Errors", "This picture is too large to be painted."),
        None,
    ),
    # What was asked for.
    errors.ArgumentError: (
        QT_TRANSLATE_NOOP("Errors", "That is not possible with these choices."),
        None,
    ),
    errors.BudgetError: (
        QT_TRANSLATE_NOOP("Errors", "No picture fits into so few bytes."),
        None,
    ),
    own.KeyFormatError: (
        QT_TRANSLATE_NOOP(
            "Errors", "A key has no spaces, line breaks, accents or other special letters."
        ),
        None,
    ),
    # Files to read and to write.
    errors.InputError: (
        QT_TRANSLATE_NOOP("Errors", "{file} cannot be opened as a picture."),
        _TRY_AGAIN,
    ),
    own.ProportionsError: (
        QT_TRANSLATE_NOOP(
            "Errors", "{file} has other proportions, so this picture was not made from it."
        ),
        None,
    ),
    errors.OutputError: (QT_TRANSLATE_NOOP("Errors", "{file} could not be saved."), _RENAME),
    errors.OutputExistsError: (QT_TRANSLATE_NOOP("Errors", "{file} exists already."), _RENAME),
    own.ProtectedError: (
        QT_TRANSLATE_NOOP("Errors", "{file} is never replaced: it is a .gcx file or on screen."),
        _RENAME,
    ),
    own.TrashError: (
        QT_TRANSLATE_NOOP("Errors", "{file} could not be moved to the trash."),
        None,
    ),
    own.KeyringError: (
        QT_TRANSLATE_NOOP("Errors", "The keyring did not accept the change. Is it locked?"),
        None,
    ),
    own.UnkeptError: (
        QT_TRANSLATE_NOOP(
            "Errors", "The painted picture could not be stored. Export it before you close."
        ),
        _EXPORT,
    ),
    # The user's own words.
    errors.SettingsError: (
        QT_TRANSLATE_NOOP("Errors", "The settings contain a mistake."),
        _SETTINGS,
    ),
    errors.GenerationNotAllowedError: (
        QT_TRANSLATE_NOOP("Errors", "Your settings do not allow a model to be asked."),
        _SETTINGS,
    ),
    errors.SpendingLimitError: (
        QT_TRANSLATE_NOOP("Errors", "Spending cannot be recorded, so nothing is spent."),
        None,
    ),
    # What this machine lacks.
    errors.UnavailableError: (
        QT_TRANSLATE_NOOP("Errors", "Something that this needs is missing on this computer."),
        _TRY_AGAIN,
    ),
    errors.MissingExtraError: (
        QT_TRANSLATE_NOOP("Errors", "This needs a part of gcx that is not installed."),
        None,
    ),
    errors.WeightsError: (
        QT_TRANSLATE_NOOP("Errors", "This needs a model that is not installed, or is damaged."),
        _TRY_AGAIN,
    ),
    errors.NotEnoughMemoryError: (
        QT_TRANSLATE_NOOP("Errors", "There is not enough memory for this picture."),
        _TRY_AGAIN,
    ),
    # The server, and what it says.
    errors.ServiceError: (
        QT_TRANSLATE_NOOP("Errors", "The server did not do what it was asked."),
        _TRY_AGAIN,
    ),
    errors.MissingKeyError: (
        QT_TRANSLATE_NOOP("Errors", "This needs a key for the model's server."),
        _KEY,
    ),
    errors.RejectedKeyError: (
        QT_TRANSLATE_NOOP("Errors", "The server does not accept your key."),
        _KEY,
    ),
    errors.RetiredModelError: (
        QT_TRANSLATE_NOOP("Errors", "The server does not have this model."),
        _SETTINGS,
    ),
    errors.QuotaError: (
        QT_TRANSLATE_NOOP("Errors", "Your account with the server has no credit left."),
        _TRY_AGAIN,
    ),
    errors.RateLimitError: (
        QT_TRANSLATE_NOOP("Errors", "The server is getting too many requests. Wait a little."),
        _TRY_AGAIN,
    ),
    errors.RefusedError: (
        QT_TRANSLATE_NOOP("Errors", "The server's moderation refused this picture."),
        None,
    ),
    errors.RejectedRequestError: (
        QT_TRANSLATE_NOOP("Errors", "The server rejected the request."),
        _SETTINGS,
    ),
    errors.ServerFaultError: (
        QT_TRANSLATE_NOOP("Errors", "The server had a fault of its own."),
        _TRY_AGAIN,
    ),
    errors.ServiceTimeoutError: (
        QT_TRANSLATE_NOOP("Errors", "The server did not answer in time."),
        _TRY_AGAIN,
    ),
    errors.ConnectionLostError: (
        QT_TRANSLATE_NOOP("Errors", "The connection to the server failed."),
        _TRY_AGAIN,
    ),
    errors.BadAnswerError: (
        QT_TRANSLATE_NOOP("Errors", "The server's answer could not be used."),
        _TRY_AGAIN,
    ),
    errors.CancelledError: (QT_TRANSLATE_NOOP("Errors", "It was cancelled."), _TRY_AGAIN),
    errors.DescriptionError: (
        QT_TRANSLATE_NOOP("Errors", "The model's description could not be used."),
        _TRY_AGAIN,
    ),
    own.SkippedError: (
        QT_TRANSLATE_NOOP("Errors", "Skipped: what stopped another photograph stops this one."),
        None,
    ),
}
"""A sentence for every class, and what helps where the error itself names nothing better."""

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
    "add credit": _TRY_AGAIN,
    "try again": _TRY_AGAIN,
    "try later": _TRY_AGAIN,
    "other output": _RENAME,
    "overwrite": _RENAME,
    # These name a setting, which the window for settings may or may not have.
    "change setting": _SETTINGS,
    "change model": _SETTINGS,
    # Nothing that one click could do.
    "accept licence": None,
    "check server": None,
    "compare weights": None,
    "raise MAX_IMAGE_PIXELS": None,
    "raise max_pixels": None,
    "reinstall Pillow": None,
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
    words = _translated(_row(error)[0])
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


def offer(
    error: GcxError, *, can_retry: bool = False, can_rename: bool = False, can_export: bool = False
) -> Offer | None:
    """The button that helps most, of those that work where the error is told."""
    offers = [_of_remedy(remedy) for remedy in error.remedies]
    works = {"retry": can_retry, "rename": can_rename, "export": can_export}
    for found in (*offers, _row(error)[1]):
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


def _row(error: GcxError) -> tuple[str, Offer | None]:
    """The row of the error's class, or of the nearest above it."""
    return next(_ROWS[kind] for kind in type(error).__mro__ if kind in _ROWS)


def _of_remedy(remedy: Remedy) -> Offer | None:
    found = _REMEDIES[remedy.code]
    found = _PAGES.get(remedy.parameters.get("setting", ""), found)
    return found and found._replace(argument=found.argument.format_map(remedy.parameters))


def _translated(text: str) -> str:
    return QCoreApplication.translate("Errors", text)
