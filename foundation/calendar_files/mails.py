"""The mail around a scheduling message, built so that Outlook, Apple Mail, Gmail and Thunderbird show their buttons (iMIP, RFC 6047)."""

from __future__ import annotations

from email.message import EmailMessage

from foundation.calendar_files.messages import SchedulingMessage

FILE_NAME = "termin.ics"


def put_into_mail(mail: EmailMessage, *, text: str, html: str = "", message: SchedulingMessage) -> None:
    """Write a mail's body; its headers (From should be the organizer) are the caller's. What the mail held before is gone.

        multipart/mixed
          multipart/alternative
            text/plain · text/html if there is one · text/calendar; method=REQUEST
          application/ics as an attachment

    Clients take the last alternative that they understand: so the calendar comes last, without a file name (Outlook would only attach it), with
    the method in its type (else nobody shows buttons). The same file is attached once more, as Google does, for webmail that knows nothing of
    invitations; as application/ics, so that no client works it in twice. Everything goes as base64 or quoted-printable: lines of a calendar file
    end in CR LF, and a server on the way may rewrite those of a text.
    """
    mail.clear_content()
    mail.set_content(text, cte="quoted-printable")
    if html:
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail.add_alternative(
        message.content, maintype="text", subtype="calendar", cte="base64", params={"method": str(message.method), "charset": "UTF-8"}
    )
    mail.add_attachment(message.content, maintype="application", subtype="ics", cte="base64", filename=FILE_NAME)
