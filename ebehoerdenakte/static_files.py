"""How static files are stored: our scripts without their comments, all named after their contents, compressed, kept by browsers for ever."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # WhiteNoise has no types
    """Rewrites the names inside `import` of our ES modules too: without it a page would fetch each module under two names."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        for name in [] if dry_run else [name for name in paths if name.startswith("js/") and name.endswith(".js")]:
            script = Path(self.path(name))
            script.write_text(jsmin(script.read_text()))
            paths[name] = (self, name)  # what is named after its contents is made from this copy, not from the source
        yield from super().post_process(paths, dry_run, **options)
