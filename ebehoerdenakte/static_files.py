"""How static files are stored: named after their contents, compressed, kept by browsers for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # WhiteNoise has no types
    """Rewrites the names inside `import` of our ES modules too: without it a page would fetch each module under two names."""

    support_js_module_import_aggregation = True
