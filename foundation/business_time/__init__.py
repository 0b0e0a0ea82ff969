"""Service levels are promised in business minutes; this counts them: how many have passed, when they are used up, and why just then.

**Resolution.** Everything is counted in whole seconds of real (elapsed) time. A moment is cut to the full second it lies in, before anything
else; counts are integers of seconds, so ``a → b`` and ``b → c`` add up to ``a → c`` exactly. Minutes are a way to write them: whole minutes are
exact, others the nearest float. An interval holds its beginning and not its end: hours until 16:00 last until 15:59:59 is over.

**What counts.** A second counts if the clock on the wall then shows a time inside the day's hours, the day is no public holiday, no closing day
takes the hour away, and no pause holds it. So an interval over a change of the clock counts what really passes: 01:00–04:00 is two hours on the last
Sunday of March and four on that of October; the hour from 02:00 that comes twice counts twice, the one that is missing not at all.

**Moments** go in as aware datetimes of any zone and come out in UTC. (Python subtracts two datetimes of the *same* zone by the wall clock, which is
wrong by an hour over a change of the clock; of UTC it cannot be.) A local time that does not exist or exists twice is the caller's: it counts as
what Python takes it for, by ``fold``.
"""

from foundation.business_time.calendars import Calendar, CalendarError, ClosingDay
from foundation.business_time.counting import BadPause, Pause, deadline, minutes_between, seconds_between, warn_time
from foundation.business_time.explaining import Step, explain
from foundation.business_time.timeline import Kind, OutOfReach

__all__ = [
    "BadPause",
    "Calendar",
    "CalendarError",
    "ClosingDay",
    "Kind",
    "OutOfReach",
    "Pause",
    "Step",
    "deadline",
    "explain",
    "minutes_between",
    "seconds_between",
    "warn_time",
]
