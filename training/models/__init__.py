"""Tables of training: what is taught, when and where, and who comes."""

from .courses import Course, LearningStep
from .dates import CourseDate, Room, Session
from .enrolments import Enrolment
from .events import TrainingEvent
from .invitations import Invitation, InvitationAnswer
from .mails import CalendarFeed, Reminded, Wishes
from .notices import Notice
from .towns import Standing, TownTraining

__all__ = [
    "CalendarFeed",
    "Course",
    "CourseDate",
    "Enrolment",
    "Invitation",
    "InvitationAnswer",
    "LearningStep",
    "Notice",
    "Reminded",
    "Room",
    "Session",
    "Standing",
    "TownTraining",
    "TrainingEvent",
    "Wishes",
]
