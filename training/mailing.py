"""The mails of a notice: text and simple HTML, with what goes into her calendar.

There is one mail, and one more for each further session that goes into or out of her calendar: a mail carries one invitation (RFC 6047, 2.4, and what mail
programs make of two).
"""

from __future__ import annotations

from email.message import EmailMessage

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from foundation.calendar_files import BadAppointment, SchedulingMessage, put_into_mail
from foundation.mail import CannotAnswer, Person, answer

from . import inviting, wording
from .models import Notice
from .wording import Letter


class CannotMail(Exception):
    """No mail can be made for this person; the message says why."""


def mails_of(notice: Notice) -> list[EmailMessage]:
    """Build what a notice sends, in its order. The same notice gives the same Message-IDs, whoever tries again. Raises CannotMail."""
    try:
        files = inviting.messages_of(notice)
        letter = wording.letter(notice)
        first = _mail(notice, letter, files[0] if files else None, number=1)
        more = [_mail(notice, _further(letter, number, len(files)), file, number=number) for number, file in enumerate(files[1:], 2)]
    except (BadAppointment, CannotAnswer) as refusal:
        raise CannotMail(str(refusal)) from refusal
    return [first, *more]


def _further(letter: Letter, number: int, of: int) -> Letter:
    """What is written around the second invitation and those after it."""
    which = _("session %(number)s of %(of)s for your calendar") % {"number": number, "of": of}
    said = _("You have got a mail about this course. Here is its %(which)s.") % {"which": which}
    return Letter(f"{letter.subject} ({which})", [said], letter.rows)


def _mail(notice: Notice, letter: Letter, file: SchedulingMessage | None, *, number: int) -> EmailMessage:
    person = notice.person
    text, html = _text(letter, str(person)), render_to_string("training/mail/notice.html", {"letter": letter, "person": person})
    domain = settings.MAIL_ADDRESS.rpartition("@")[2]
    message = answer(
        sender=Person(settings.TRAINING_MAIL_NAME, settings.MAIL_ADDRESS),
        to=[Person(person.display_name, person.email)],
        subject=letter.subject,
        text=text,
        html=html,
        at=notice.at,
        domain=domain,
        loop_token=settings.MAIL_LOOP_TOKEN,
        auto_submitted="auto-generated",
    )
    message.replace_header("Message-ID", f"<training.{notice.public_id}.{number}@{domain}>")
    if file is not None:
        put_into_mail(message, text=text, html=html, message=file)
    return message


def _text(letter: Letter, name: str) -> str:
    parts = [_("Hello %(name)s,") % {"name": name}, "\n".join(letter.sentences)]
    parts.append("\n".join(f"{what}: {how}" for what, how in letter.rows))
    parts += [f"{what}:\n{address}" for what, address in letter.links]
    parts.append(f"-- \n{settings.TRAINING_MAIL_NAME}\n" + _("This mail was written by the system. An answer to it reaches the hotline."))
    return "\n\n".join(part for part in parts if part) + "\n"
