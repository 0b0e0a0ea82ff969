"""Letters of DIN 91379: what a text keeps when it is made to fit the norm."""

import pytest

from foundation.din91379 import cleaned

from .norm_letters import norm_letters


class TestCleaned:
    def test_keeps_every_letter_of_the_norm_also_beside_others(self):
        text = "".join(norm_letters())

        assert cleaned(text) == text

    @pytest.mark.parametrize("letter", ["L̥̄", "l̥̄", "R̥̄", "r̥̄", "C̨̆", "S̛̄", "K͟h", "A̋"])
    def test_keeps_letters_of_several_marks(self, letter):
        assert letter in norm_letters()

    def test_replaces_others(self):
        assert cleaned("Жanna – „x“\x00") == '?anna - "x"'
