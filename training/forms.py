"""Forms of the training screens: they check what was typed; the acts decide."""
