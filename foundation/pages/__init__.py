"""What can be known, read and seen of a file on paper: pages, their texts, their images.

Everything that opens a foreign file runs inside the sandbox (`inside/`); the modules here only ask and check the answers.
"""
