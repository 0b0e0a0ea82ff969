"""Tables of training: what is taught, when and where, and who comes."""

from .courses import Course, LearningStep
from .dates import CourseDate, Room, Session
from .enrolments import Enrolment
from .events import TrainingEvent
from .notices import Notice
from .towns import Standing, TownTraining

__all__ = [
    "Course",
    "CourseDate",
    "Enrolment",
    "LearningStep",
    "Notice",
    "Room",
    "Session",
    "Standing",
    "TownTraining",
    "TrainingEvent",
]
