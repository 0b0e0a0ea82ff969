"""Set up, start, stop and test an installation. Standard library only: it runs before there is a virtual environment."""
