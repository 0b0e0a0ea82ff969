"""Tables of training: what is taught, when and where, and who comes."""

from .attendance import Attendance, ExaminationResult
from .certificates import Certificate, CertificateCounter
from .courses import Course, LearningStep
from .dates import CourseDate, Room, Session
from .enrolments import Enrolment
from .evaluations import Evaluation, EvaluationUse
from .events import TrainingEvent
from .notices import Notice
from .towns import Standing, TownTraining

__all__ = [
    "Attendance",
    "Certificate",
    "CertificateCounter",
    "Course",
    "CourseDate",
    "Enrolment",
    "Evaluation",
    "EvaluationUse",
    "ExaminationResult",
    "LearningStep",
    "Notice",
    "Room",
    "Session",
    "Standing",
    "TownTraining",
    "TrainingEvent",
]
