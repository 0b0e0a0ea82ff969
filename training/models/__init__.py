"""Tables of training: what is taught, when and where, and who comes."""

from .courses import Course, LearningStep
from .dates import CourseDate, Room, Session
from .enrolments import Enrolment
from .events import TrainingEvent
from .invitations import Invitation, InvitationAnswer
from .notices import Notice
from .towns import Standing, TownTraining

__all__ = [
    "Course",
    "CourseDate",
    "Enrolment",
    "Invitation",
    "InvitationAnswer",
    "LearningStep",
    "Notice",
    "Room",
    "Session",
    "Standing",
    "TownTraining",
    "TrainingEvent",
]
