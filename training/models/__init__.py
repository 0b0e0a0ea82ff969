"""Tables of training: what is taught, when and where, and who comes."""

from .absences import TrainerAbsence
from .attendance import Attendance, ExaminationResult
from .certificates import Certificate, CertificateCounter
from .courses import Course, LearningStep
from .dates import CourseDate, Room, Session
from .enrolments import Enrolment
from .evaluations import Evaluation, EvaluationUse
from .events import TrainingEvent
from .invitations import Invitation, InvitationAnswer
from .mails import CalendarFeed, Reminded, Wishes
from .needs import Need
from .notices import Notice
from .practice import ExerciseState
from .towns import Standing, TownTraining

__all__ = [
    "Attendance",
    "CalendarFeed",
    "Certificate",
    "CertificateCounter",
    "Course",
    "CourseDate",
    "Enrolment",
    "Evaluation",
    "EvaluationUse",
    "ExaminationResult",
    "ExerciseState",
    "Invitation",
    "InvitationAnswer",
    "LearningStep",
    "Need",
    "Notice",
    "Reminded",
    "Room",
    "Session",
    "Standing",
    "TownTraining",
    "TrainerAbsence",
    "TrainingEvent",
    "Wishes",
]
