"""Folding: one spelling for all spellings of a word (case, ß and ss, ä and ae, the letters of DIN 91379)."""

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
LETTERS = str.maketrans(
    {
        "ı": "i",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "ſ": "s",
        "ə": "e",
    }
)
# "ue" stands for ü except after a vowel or q (neue, Steuer, Quelle).
WRITTEN_OUT = re.compile(r"ae|oe|(?<![aeiouq])ue")


def fold(word: str) -> str:
    """Lower the case and take off every mark: Straße is strasse, Müller muller, Yılmaz yilmaz. "ue" stays; see ``fold_umlauts``."""
    word = word.casefold()
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", word).translate(LETTERS)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def fold_umlauts(folded: str) -> str:
    """Read ae, oe and ue in a folded word as ä, ö and ü, so that Mueller meets Müller and Muller."""
    if "e" not in folded:
        return folded
    return WRITTEN_OUT.sub(lambda pair: pair[0][0], folded)
