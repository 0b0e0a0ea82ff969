from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.statements import Statement
from tenants import current


class MunicipalSettings(models.Model):
    """What a municipality decides for itself: exactly one row in each database.

    `reference_template` is checked when it is set (records.references): {code} {number} {year}, for example "{code}-{year}/{number:04}".
    """

    class StaplingOrder(models.TextChoices):
        NEWEST_ON_TOP = "newest_on_top", _("Commercial (newest on top)")
        OLDEST_ON_TOP = "oldest_on_top", _("Office (oldest on top)")

    class FolioNumbering(models.TextChoices):
        PER_SHEET = "per_sheet", _("Per sheet (front and back: 17, 17 RS)")
        PER_PAGE = "per_page", _("Per page")

    class SupportConsent(models.TextChoices):
        """Who may let the competence centre look into a file. Never the clerk who asked for help: she cannot waive secrecy for others."""

        MANAGER = "manager", _("Who manages the file")
        SUPERVISOR = "supervisor", _("A supervisor who may read the file")
        DATA_PROTECTION = "data_protection", _("The data protection officer")

    # The journal speaks of objects by their public id; there is one row, so one id serves in every municipality.
    public_id = uuid.UUID("5e771465-0000-4000-8000-000000000001")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("Name of the municipality"), max_length=200, default="")
    coat_of_arms = models.BinaryField(default=b"", blank=True)
    coat_of_arms_type = models.CharField(max_length=40, blank=True)
    reference_template = models.CharField(_("Template of file references"), max_length=100, default="{code}-{year}/{number:04}")
    stapling_order = models.CharField(_("Stapling order"), max_length=20, choices=StaplingOrder, default=StaplingOrder.NEWEST_ON_TOP)
    folio_numbering = models.CharField(_("Folio numbers"), max_length=12, choices=FolioNumbering, default=FolioNumbering.PER_SHEET)
    registry_sees_restricted = models.BooleanField(
        _("The registry sees reference, unit and lead office of restricted files"), default=False
    )
    receipt_stamp = models.CharField(_("Text of the receipt stamp"), max_length=200, blank=True)
    # Whom people reach when the competence centre cannot be reached from here; empty: what the installation says.
    hotline_telephone = models.CharField(_("Telephone of the hotline"), max_length=50, blank=True)
    hotline_email = models.EmailField(_("E-mail of the hotline"), blank=True)
    support_consent = models.CharField(
        _("Who lets the competence centre look into a file"), max_length=20, choices=SupportConsent, default=SupportConsent.MANAGER
    )
    # What the town says of itself where the law asks for it; empty: the text of the installation. Read as foundation.plain_markup does.
    imprint = models.TextField(_("Imprint"), max_length=20_000, blank=True, default="", db_default="")
    privacy = models.TextField(_("Data protection"), max_length=20_000, blank=True, default="", db_default="")
    # Announcements of disturbances, [{id, text, from, until}]: here, because every page asks for this row and none shall ask for more.
    banners = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="municipal_settings_single_row")]

    @classmethod
    def load(cls) -> MunicipalSettings:
        """The row of the municipality in force; made with its defaults at the first call. The image and long texts are fetched when asked for."""
        found = current.objects_of(ROW)
        return found[0] if found else cls.objects.defer(*LARGE).get_or_create(pk=1)[0]

    @classmethod
    def known(cls) -> MunicipalSettings:
        """The row as this request found it first, for whoever only reads it. Once per request, however many ask."""
        return current.remembered("tenants.settings", cls.load)


# Every page asks for it, some of them more than once.
LARGE = ("coat_of_arms", "imprint", "privacy")
ROW = Statement(lambda: MunicipalSettings.objects.defer(*LARGE).filter(pk=1), using=current.alias)
