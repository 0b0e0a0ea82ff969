"""Removing what practice towns were made of: the parts of one that ended, and what acts left behind that were killed.

Nothing here goes by a name alone: see tenants.marking.
"""

from __future__ import annotations

import logging
import re
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from psycopg import Error
from psycopg.sql import SQL, Identifier

from . import cloning, freezing, marking, registry
from .freezing import CannotPractise

logger = logging.getLogger(__name__)
NAME = "uebung"
# The third part is random: whatever still speaks of a town as it was (queues, caches, connections) meets nothing, and never the next one.
OURS = re.compile(rf"{NAME}-\d{{2,4}}-[0-9a-f]{{6}}")


def name_of(number: int) -> str:
    """What a town is called, whatever number of times it was reset."""
    return f"{NAME}-{number:02}"


def mark_of(row: dict[str, Any]) -> marking.Mark:
    """The mark that database and store of a row's town bear."""
    return marking.Mark(marking.TOWN, row["mark"], row["slug"], row["golden"])


def dispose(row: dict[str, Any]) -> None:
    """Remove what a town was made of; its row is not in the registry (any more). Each part is asked once more. Raises marking.NotMarked."""
    mark = mark_of(row)
    marking.drop_database(admin_url=freezing.admin_url(), name=f"eakte_{row['slug']}", mark=mark)
    _drop_role(f"eakte_{row['slug']}")
    marking.remove_folder(folder=Path(settings.MUNICIPALITY_STORES) / row["slug"], mark=mark)
    _forget_derived(row["slug"])


def _drop_role(name: str) -> None:
    with cloning.connect(freezing.admin_url()) as server:
        try:
            server.execute(SQL("DROP ROLE IF EXISTS {}").format(Identifier(name)))
        except Error as refusal:  # something else hangs on it: then it is not ours alone
            logger.error("the role %s was not removed: %s", name, refusal)


def _forget_derived(slug: str) -> None:
    """Index, pictures, temporary files and anchors: derived from what is gone, and named by it alone (_free_number)."""
    for folder in (settings.MUNICIPALITY_INDEXES, settings.IMAGE_CACHE, settings.SCRATCH):
        shutil.rmtree(Path(folder) / slug, ignore_errors=True)
    (Path(settings.JOURNAL_ANCHORS) / f"{slug}.jsonl").unlink(missing_ok=True)


def sweep_left_behind() -> None:
    """Remove marked databases and stores of this node that no row speaks of. Databases are found by the mark that lies in our folder of stores."""
    known = {row.get("mark") for row in registry.rows()} | {(row.get("frozen") or {}).get("id") for row in registry.rows()}
    stores = Path(settings.MUNICIPALITY_STORES)
    for folder in sorted(stores.iterdir()) if stores.is_dir() else []:
        mark = marking.of_folder(folder)
        if mark is None or mark.id in known or mark.kind not in (marking.TOWN, marking.FROZEN):
            continue
        try:
            _remove_left(folder, mark)
        except (CannotPractise, marking.NotMarked, Error, OSError) as trouble:
            logger.error("%s was left behind by an act that was killed, and is not removed: %s", folder.name, trouble)


def _remove_left(folder: Path, mark: marking.Mark) -> None:
    logger.warning("%s was left behind by an act that was killed; it is removed", folder.name)
    with cloning.connect(freezing.admin_url()) as server:
        found = [name for name, borne in marking.databases(server=server).items() if borne == mark]
    used = {registry.database_from_url(row["database_url"])["NAME"] for row in registry.rows()}
    if used & set(found) or any(Path(row["store"]) == folder for row in registry.rows()):
        raise CannotPractise(_("The registry still names it."))
    for name in found:
        marking.drop_database(admin_url=freezing.admin_url(), name=name, mark=mark)
    if mark.kind == marking.TOWN and OURS.fullmatch(mark.slug):
        _drop_role(f"eakte_{mark.slug}")
        _forget_derived(mark.slug)
    if mark.kind == marking.FROZEN:
        shutil.rmtree(Path(settings.MUNICIPALITY_INDEXES) / folder.name, ignore_errors=True)
    marking.remove_folder(folder=folder, mark=mark)
