"""Analysing for the index, alone and on several cores."""

import pytest

from foundation.entries import fields_of, fields_of_batches
from tests.foundation.indexes import entry


class TestBatches:
    @pytest.mark.parametrize("processes", [1, 2])
    def test_come_out_in_order_whoever_is_done_first(self, processes):
        batches = [[entry(10 * place + n, f"Genehmigung {n} " * (400 if place == 0 else 1)) for n in range(3)] for place in range(6)]

        found = list(fields_of_batches(iter(batches), processes=processes))

        assert found == [[fields_of(one) for one in batch] for batch in batches]

    def test_are_not_asked_for_far_ahead(self):
        asked = []

        def batches():
            for place in range(20):
                asked.append(place)
                yield [entry(place)]

        found = fields_of_batches(batches(), processes=2)
        next(found)

        assert len(asked) == 3
        found.close()

    def test_a_fault_in_one_of_them_is_raised(self):
        with pytest.raises(TypeError):
            list(fields_of_batches([[entry(1)], [entry(2, pages=None)]], processes=2))
