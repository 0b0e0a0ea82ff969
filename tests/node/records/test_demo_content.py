from records.demo import file_plan


class TestFilePlan:
    def test_has_at_least_150_units_on_five_levels(self) -> None:
        units = file_plan.units()

        assert len(units) >= 150
        assert {unit.level for unit in units} == {1, 2, 3, 4, 5}

    def test_gives_every_leaf_a_period_and_a_disposal_action(self) -> None:
        leaves = [file_plan.effective_units()[code] for code in file_plan.leaf_codes()]

        assert all(leaf.unlimited != (leaf.retention_years is not None) for leaf in leaves)
        assert {leaf.disposal_action for leaf in leaves} == {"A", "B", "V"}

    def test_inherits_down_and_lets_a_unit_differ(self) -> None:
        units = file_plan.effective_units()

        assert (units["63.12.04"].unlimited, units["63.12.04"].register_set) == (True, "Bauakte")
        assert (units["63.12.07"].unlimited, units["63.12.07"].retention_years) == (False, 10)

    def test_uses_only_register_sets_that_exist(self) -> None:
        names = {one.name for one in file_plan.register_sets()}

        assert {unit.register_set for unit in file_plan.effective_units().values()} == names
        assert file_plan.registers_of("91.21")[0] == "Anmeldung"
