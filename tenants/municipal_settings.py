"""What a municipality decides for itself: its name and coat of arms, how its files are kept, whom its people call, and its imprint."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from foundation import plain_lines

from . import current, journal
from .models import MunicipalSettings, User

UPLOAD_LIMIT = 2 * 1024 * 1024  # bytes
SIDE_LIMIT = 4_000  # pixels, as uploaded
KEPT_SIDE = 512  # pixels, as kept
LONGEST_TEXT = 20_000  # characters of the imprint, and of the text on data protection
FORMATS = ["PNG", "JPEG", "WEBP"]


class BadSettings(Exception):
    """The settings cannot be kept like that. `field` names the form's field, the message says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


_template_checks: list[tuple[Callable[[str], None], type[Exception]]] = []


def register_template_check(check: Callable[[str], None], refusal: type[Exception]) -> None:
    """Records check a reference template when it is set: `check` raises `refusal` with a sentence. Called in AppConfig.ready()."""
    if (check, refusal) not in _template_checks:
        _template_checks.append((check, refusal))


def change_settings(
    *,
    name: str,
    reference_template: str,
    stapling_order: str,
    receipt_stamp: str | None = None,
    folio_numbering: str | None = None,
    registry_sees_restricted: bool | None = None,
    support_consent: str | None = None,
    hotline_telephone: str | None = None,
    hotline_email: str | None = None,
    imprint: str | None = None,
    privacy: str | None = None,
    coat_of_arms: BinaryIO | None = None,
    remove_coat_of_arms: bool = False,
    by: User | None,
    at: datetime,
) -> MunicipalSettings:
    """Set a municipality's own settings; what is None stays as it is. Raises BadSettings.

    A new template holds for files created from now on; references given before stay as they are. So do folio numbers.
    """
    _refuse_bad_template(reference_template)
    choices = {"stapling_order": stapling_order, "folio_numbering": folio_numbering, "support_consent": support_consent}
    lines = {"receipt_stamp": receipt_stamp, "hotline_telephone": hotline_telephone, "hotline_email": hotline_email}
    texts = {"imprint": imprint, "privacy": privacy}
    arms = redraw(coat_of_arms) if coat_of_arms is not None else None
    given: dict[str, Any] = {"name": name.strip(), "reference_template": reference_template}
    given |= {field: _known(field, value) for field, value in choices.items() if value is not None}
    given |= {field: " ".join(line.split()) for field, line in lines.items() if line is not None}
    given |= {field: _text(field, text) for field, text in texts.items() if text is not None}
    if registry_sees_restricted is not None:
        given["registry_sees_restricted"] = registry_sees_restricted
    with current.atomic():
        MunicipalSettings.load()
        row = MunicipalSettings.objects.select_for_update().get(pk=1)
        changes = _set(row, given)
        if arms is not None or remove_coat_of_arms:
            changes["coat_of_arms"] = (len(row.coat_of_arms), len(arms or b""))
            row.coat_of_arms, row.coat_of_arms_type = arms or b"", "image/png" if arms else ""
        if changes:
            row.save()
            journal.enter(act="settings", object=row, by=by, at=at, changes=changes)
        current.forget()
    return row


def _refuse_bad_template(template: str) -> None:
    for check, refusal in _template_checks:
        try:
            check(template)
        except refusal as said:
            raise BadSettings("reference_template", str(said)) from said


def _set(row: MunicipalSettings, given: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """Put in what is given; returns what that changes, for the journal."""
    changes = {field: (getattr(row, field), new) for field, new in given.items() if getattr(row, field) != new}
    for field, new in given.items():
        setattr(row, field, new)
    return changes


def _known(field: str, value: str) -> str:
    """A value that is one of those a setting may have. Raises BadSettings."""
    may_be = {
        "stapling_order": (MunicipalSettings.StaplingOrder, _("There is no such stapling order.")),
        "folio_numbering": (MunicipalSettings.FolioNumbering, _("There is no such way of numbering sheets.")),
        "support_consent": (MunicipalSettings.SupportConsent, _("There is no such rule.")),
    }
    values, refusal = may_be[field]
    if value not in values.values:
        raise BadSettings(field, refusal)
    return value


def _text(field: str, text: str) -> str:
    text = plain_lines.paragraph(text)
    if len(text) > LONGEST_TEXT:
        raise BadSettings(field, _("The text has at most %(most)s characters.") % {"most": LONGEST_TEXT})
    return text


def redraw(upload: BinaryIO) -> bytes:
    """Draw an uploaded image anew as PNG, at most 512 pixels wide and high: nothing of the upload itself is kept or served.

    PNG, JPEG and WebP only; an SVG could carry scripts. Raises BadSettings.
    """
    content = upload.read(UPLOAD_LIMIT + 1)
    if len(content) > UPLOAD_LIMIT:
        raise BadSettings("coat_of_arms", _("The image is larger than 2 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is checked here, before anything is unpacked
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            if max(image.size) > SIDE_LIMIT:
                raise Image.DecompressionBombError
            drawn = image.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise BadSettings("coat_of_arms", _("The image is larger than 4,000 × 4,000 pixels.")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadSettings("coat_of_arms", _("Only PNG, JPEG or WebP images can be used.")) from error
    drawn.thumbnail((KEPT_SIDE, KEPT_SIDE))
    kept = io.BytesIO()
    drawn.save(kept, "PNG", optimize=True)
    return kept.getvalue()
