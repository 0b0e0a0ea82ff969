"""The silence rule: who only says thanks wants nothing, and a settled ticket stays settled."""

from __future__ import annotations

import re
from itertools import pairwise

LONGEST = 200  # characters; who writes more says more
THANKS = {"danke", "dank", "dankeschön", "dankeschoen", "merci", "thanks", "thank", "thx", "bedankt", "dankbar"}
# Words that say no more beside a word of thanks. "nicht", "aber", "noch", "doch", "leider" are missing on purpose.
SAYS_NO_MORE = """
    vielen vielmals herzlichen herzlich besten lieben schönen schoenen tausend sehr ganz recht nochmals ihnen dir euch für fuer die das
    den der ihre eure schnelle schnellen rasche prompte gute tolle nette super hilfe antwort rückmeldung rueckmeldung unterstützung
    unterstuetzung info information mühe muehe bearbeitung auskunft ok okay alles klar prima perfekt toll klasse top wunderbar gut jetzt
    nun es geht läuft laeuft klappt funktioniert hat geklappt geholfen funktionierte wieder erledigt passt ist bestens einwandfrei ja
    hallo guten tag morgen liebe lieber liebes geehrte geehrter damen und herren herr frau team hotline kollegen kolleginnen mit
    freundlichen freundlichem gruß grüße grüßen gruss gruesse gruessen viele beste herzliche lg vg mfg schönes wochenende feierabend you
    very much so for your the quick help reply fast many a lot works again now it great best kind regards
"""
BESIDE = frozenset(SAYS_NO_MORE.split())


def only_thanks(text: str, *, name: str = "") -> bool:
    """Tell whether a text says thanks and nothing else; `name` is the writer's, which stands below it.

    Strict: a question mark, a digit or one word that is not known here, and somebody has to read it.
    """
    if not text.strip() or len(text) > LONGEST or re.search(r"[?\d]", text):
        return False
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", text)]
    known = BESIDE | THANKS | {word.casefold() for word in re.findall(r"[^\W\d_]+", name)}
    addressed = {word for before, word in pairwise(words) if before in {"herr", "frau"}}
    return bool(THANKS.intersection(words)) and all(word in known or word in addressed for word in words)
