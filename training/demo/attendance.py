"""What became of a date of the demo that is long over: who was there, who has which certificate, how it was."""

from __future__ import annotations

from datetime import datetime, timedelta

from tenants.models import User
from training import attending, certifying, evaluating
from training.attending import Mark, State
from training.models import CourseDate

EXCUSED = 1  # the place, in the order of names, of somebody who could not come
SAID = (
    ((5, 4, 4, 5, 5), "Endlich hat jemand erklärt, warum gescannt und nicht fotografiert wird.", ""),
    ((4, 5, 3, 4, 4), "Die Beispiele aus der eigenen Kommune.", "Mehr Zeit für Fragen."),
    ((5, 5, 4, 5, 5), "", "Bitte die Folien vorher schicken."),
    ((3, 4, 2, 3, 4), "Die Übungen.", "Etwas langsamer."),
    ((4, 4, 4, 4, 5), "Die ruhige Art.", ""),
)
OVER = timedelta(weeks=6)  # what ended later is left to whoever tries the product


def load(*, by: User, at: datetime) -> int:
    """Finish the dates that ended long ago, and issue their certificates; gives how many there were."""
    over = list(CourseDate.objects.filter(state=CourseDate.State.OPEN, ends_at__lt=at - OVER).order_by("starts_at", "pk"))
    for date in over:
        afterwards = date.ends_at + timedelta(hours=1)
        people = attending.enrolled(date.pk)
        marks = {each.pk: Mark(State.EXCUSED if place == EXCUSED else State.PRESENT) for place, each in enumerate(people)}
        for session in attending.sessions_of(date):
            attending.take(session=session, marks=marks, by=by, at=afterwards)
        attending.finish(date=date, by=by, at=afterwards)
        came = [each for place, each in enumerate(people) if place != EXCUSED]
        for each, (points, good, better) in zip(came, SAID, strict=False):
            token = evaluating.path_for(each).rstrip("/").rpartition("/")[2]
            said = dict(zip(evaluating.QUESTIONS, points, strict=True))
            day = afterwards + timedelta(days=1)
            evaluating.answer(date_id=str(date.public_id), token=token, points=said, texts={"good": good, "better": better}, at=day)
        certifying.issue(date=date, by=by, at=afterwards)
    return len(over)
