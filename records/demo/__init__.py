"""The demo towns: a file plan, people, files and documents that look like an office's real work.

Everything here is plain data and knows no model; `manage.py load_demo` turns it into rows by the product's own verbs.
"""
