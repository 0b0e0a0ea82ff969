"""What an article may say: lines and steps within bounds, pictures only with words for those who do not see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.utils.translation import gettext as _

from foundation.pictures import NoPicture, Picture, rewritten

from . import wording
from .models import Article, ArticlePicture, ArticleVersion

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_TOPIC, LONGEST_STEP, MOST_STEPS, LONGEST_ALT = 200, 500, 60, 5000, 30, 300  # characters, steps


class CannotCompose(Exception):
    """An article cannot say that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Step(TypedDict):
    """A step as it is kept: markup, the id of a picture or "", and what the picture shows."""

    text: str
    picture: str
    alt: str


@dataclass(frozen=True)
class NewStep:
    """A step as it is written: `picture` is the id of one of the article's pictures, `content` (bytes) a new one in its place."""

    text: str
    picture: str = ""
    alt: str = ""
    content: bytes = b""


@dataclass(frozen=True)
class CheckedStep:
    text: str
    picture: str
    alt: str
    new: Picture | None


def to_be_written() -> str:
    """What stands for a summary that nobody has written yet; it is never published."""
    return _("Please say in one or two sentences what the article helps with.")


def checked(*, title: str, summary: str, topic: str, audience: str) -> dict[str, str]:
    """Tidy an article's lines. Raises CannotCompose."""
    if audience not in ArticleVersion.Audience.values:
        raise CannotCompose(_("Please say for whom the article is."), "audience")
    return {
        "title": _line(title, "title", LONGEST_TITLE, _("Please give the article a title.")),
        "summary": _line(summary, "summary", LONGEST_SUMMARY, to_be_written()),
        "topic": _line(topic, "topic", LONGEST_TOPIC, _("Please name the topic.")),
        "audience": audience,
    }


def checked_steps(steps: Sequence[NewStep]) -> list[CheckedStep]:
    """Tidy the steps and write new pictures anew. Raises CannotCompose."""
    if len(steps) > MOST_STEPS:
        raise CannotCompose(_("An article has %(most)s steps at most.") % {"most": MOST_STEPS}, "steps")
    return [_step(step) for step in steps]


def keep_pictures(steps: Iterable[CheckedStep], *, article: Article, at: datetime) -> list[Step]:
    """Save what is new, and make sure that pictures named are the article's own. Raises CannotCompose."""
    own = {str(known) for known in article.pictures.values_list("public_id", flat=True)}
    kept: list[Step] = []
    for step in steps:
        picture = step.picture
        if step.new is not None:
            new = step.new
            row = ArticlePicture.objects.create(
                article=article, content=new.content, media_type=new.media_type, width=new.width, height=new.height, at=at
            )
            picture = str(row.public_id)
        elif picture and picture not in own:
            raise CannotCompose(_("This picture does not belong to the article."), "steps")
        kept.append({"text": step.text, "picture": picture, "alt": step.alt if picture else ""})
    return kept


def _step(step: NewStep) -> CheckedStep:
    text, alt = wording.text(step.text, refuse=CannotCompose, field="steps"), " ".join(step.alt.replace("\x00", "").split())
    if len(text) > LONGEST_STEP:
        raise CannotCompose(_("A step has %(most)s characters at most.") % {"most": LONGEST_STEP}, "steps")
    if (step.picture or step.content) and not alt:
        raise CannotCompose(_("Please describe what the picture shows, for those who do not see it."), "steps")
    if len(alt) > LONGEST_ALT:
        raise CannotCompose(_("The description of a picture has %(most)s characters at most.") % {"most": LONGEST_ALT}, "steps")
    return CheckedStep(text, step.picture, alt, _picture(step.content) if step.content else None)


def _picture(content: bytes) -> Picture:
    try:
        return rewritten(content)
    except NoPicture as refusal:
        said = {
            "large": _("A picture may have 5 MB at most."),
            "kind": _("Only PNG and JPEG pictures can be shown in an article."),
            "pixels": _("This picture has too many pixels. Please make it smaller."),
        }
        raise CannotCompose(
            said.get(refusal.reason, _("This picture cannot be read. Please save it anew and try again.")), "steps"
        ) from refusal


def _line(written: str, field: str, longest: int, missing: str) -> str:
    line = " ".join("".join(" " if ord(sign) < 32 or ord(sign) == 127 else sign for sign in written).split())
    if not line:
        raise CannotCompose(missing, field)
    if len(line) > longest:
        raise CannotCompose(_("At most %(most)s characters, please.") % {"most": longest}, field)
    return line


def pictures_of(version: ArticleVersion) -> set[str]:
    """Ids of the pictures that a version shows."""
    return {step["picture"] for step in version.steps if step["picture"]}
