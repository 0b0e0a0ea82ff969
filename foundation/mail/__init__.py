"""One mail, read: from whom, what is new in it, what hangs on it, and whether a person or a machine wrote it.

Knows no ticket and no municipality. `read` never raises: what cannot be read as it claims to be is named in `Mail.troubles`, and the
caller keeps the bytes. `answer` builds what goes out. Why it is done like this: docs/decisions/0019-reading-mail.md.
"""

from foundation.mail.answering import CannotAnswer, Enclosure, answer
from foundation.mail.facts import Attachment, Kind, Mail, Person, Trouble
from foundation.mail.judging import LOOP_HEADER
from foundation.mail.people import normalised, participants
from foundation.mail.proof import Proof, proof_of
from foundation.mail.reading import read
from foundation.mail.returned import Action, Report, report_of
from foundation.mail.tokens import token_in, with_token

__all__ = [
    "LOOP_HEADER",
    "Action",
    "Attachment",
    "CannotAnswer",
    "Enclosure",
    "Kind",
    "Mail",
    "Person",
    "Proof",
    "Report",
    "Trouble",
    "answer",
    "normalised",
    "participants",
    "proof_of",
    "read",
    "report_of",
    "token_in",
    "with_token",
]
