"""What people are told about failures and notices: one clear sentence each."""

from django.utils.translation import gettext as _

from foundation.pages.facts import Failure, NoticeCode


def sentence(code: Failure | NoticeCode) -> str:
    """Give the sentence for a failure or a notice in the language in force."""
    return _failures()[code] if isinstance(code, Failure) else _notices()[code]


def _failures() -> dict[Failure, str]:
    return {
        Failure.BROKEN: _("The file is damaged and cannot be opened. Please scan or save the document again and upload it once more."),
        Failure.EMPTY: _("The file is empty (0 bytes)."),
        Failure.NO_PAGES: _("The file contains no pages."),
        Failure.ENCRYPTED: _(
            "The file is protected by a password and cannot be read. Please ask the sender for a version without a password."
        ),
        Failure.TOO_LARGE_PAGE: _("One of the pages is too large to be read. The document is kept unchanged and can be downloaded."),
        Failure.TOO_MANY_PAGES: _("The document has more than 10,000 pages. Please split it into several documents."),
        Failure.BOMB: _("The file needs far more memory than a document should and was not read any further. It is kept unchanged."),
        Failure.TOO_SLOW: _("Reading took too long and was stopped. The document is kept unchanged; you can have it read again."),
        Failure.UNSUPPORTED: _("Files of this kind cannot be read."),
        Failure.NO_SPACE: _(
            "Reading needed too much temporary disk space and was stopped. The document is kept unchanged; you can have it read again."
        ),
    }


def _notices() -> dict[NoticeCode, str]:
    return {
        NoticeCode.ENCRYPTED: _("The file is encrypted. It is kept as it is; its text could be read without a password."),
        NoticeCode.SIGNED: _("The file carries an electronic signature. It is kept as it is, so that the signature remains valid."),
        NoticeCode.XFA: _("The file is an XFA form. It is kept as it is; some of its content may only be visible in Adobe programs."),
        NoticeCode.FORM_FIELDS: _("The file contains form fields. What was filled in stands in the original."),
        NoticeCode.ATTACHMENTS: _("The file contains further files. You get them by downloading the original."),
        NoticeCode.OVERSIZED_PAGE: _("The file contains a page of unusual size. It is shown in reduced size."),
        NoticeCode.PAGES_UNREADABLE: _("Some pages could not be read. Please look at them yourself."),
        NoticeCode.ONLY_BEGINNING: _("The text is very long. Only its first 10,000 pages are shown and can be searched."),
        NoticeCode.NO_PREVIEW: _("There is no preview yet for files of this kind. You can download the original."),
        NoticeCode.WRONG_NAME: _("The ending of the file name does not match its content."),
    }
