"""What shows a file's whole life in the demo: a draft that waits for the registry, a period that awaits an event, a hold, a second volume."""

from __future__ import annotations

from datetime import datetime, timedelta

from records import filing, retaining, volumes
from records.demo import people
from records.models import FilePlanUnit, RecordFile
from tenants.models import Office, User

BY_REGISTRY = "63.23"  # Abgeschlossenheitsbescheinigungen: clerks make drafts there
BY_EVENT = "63.12.07"  # Werbeanlagen: kept from the day on which they are taken down
OFFICE = "63"


def furnish(slug: str, *, at: datetime) -> None:
    """Add it to a town whose stories are told already."""
    clerk = User.objects.filter(username=people.clerk_in_charge(slug, OFFICE).username).first()
    if clerk is None:
        return
    FilePlanUnit.objects.filter(classification_code=BY_REGISTRY).update(registration=FilePlanUnit.Registration.REGISTRY)
    FilePlanUnit.objects.filter(classification_code=BY_EVENT).update(retention_starts_with="Abbau der Werbeanlage")
    units = {unit.classification_code: unit for unit in FilePlanUnit.objects.filter(classification_code__in=[BY_REGISTRY, BY_EVENT])}
    office = Office.objects.filter(code=OFFICE).first()
    try:
        filing.create_file(
            unit=units[BY_REGISTRY], title="Lindenweg 12: Aufteilung in sechs Eigentumswohnungen", lead_office=office, by=clerk, at=at
        )
        file = filing.create_file(
            unit=units[BY_EVENT], title="Leuchtreklame am Kino, Marktplatz 4", lead_office=office, by=clerk, at=at - timedelta(days=400)
        )
    except filing.CannotFile:
        return  # in a small town nobody of this office may write there
    filing.close_file(file=file, by=clerk, at=at - timedelta(days=200))
    retaining.place_hold(file=file, reason="Klage des Betreibers vor dem Verwaltungsgericht anhängig", by=clerk, at=at - timedelta(days=90))
    others = RecordFile.objects.filter(status=RecordFile.Status.OPEN).exclude(unit__classification_code__regex="^[36]")  # of other offices
    thick = others.order_by("pk").first()
    if thick is not None:
        volumes.open_volume(file=thick, location="Registratur, Regal 4", by=thick.created_by, at=at)
