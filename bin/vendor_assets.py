"""Copy what the browser needs from node_modules into the git-ignored static/vendor: an allow-list, not whole packages.

Source maps are not shipped, so their comments go: static files' manifest storage would stop at a name that does not exist. Every font
that a copied style sheet names must be there for the same reason, and is checked here, where the message can say which one is missing.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
MODULES = PROJECT / "node_modules"
VENDOR = PROJECT / "static" / "vendor"

# folder in static/vendor -> (folder in node_modules, what is copied: globs below it)
ALLOWED: dict[str, tuple[str, tuple[str, ...]]] = {
    "kern": (
        "@kern-ux/native/dist",
        ("kern.min.css", "fonts/fira-sans.css", "fonts/noto-sans.css", "fonts/noto-sans/*.woff", "fonts/noto-sans/*.woff2", "../LICENSE*"),
    ),
    "htmx": ("htmx.org/dist", ("htmx.min.js", "../LICENSE*")),
}
# Fira Sans comes in 32 cuts; KERN's style sheet names ten of them.
NAMED_BY_STYLE_SHEET = re.compile(rb"""url\(\s*["']?(?!data:|https?:|#)([^"')?#]+)""")
SOURCE_MAP = re.compile(rb"(//|/\*)# sourceMappingURL=[^\s*]+(\s*\*/)?")


class AssetMissing(Exception):
    """A file of the allow-list, or one that a style sheet names, is not in node_modules."""


def without_source_map(content: bytes) -> bytes:
    """Cut the comment that names a source map."""
    return SOURCE_MAP.sub(b"", content)


def named_files(style_sheet: Path) -> set[Path]:
    """Tell which files a style sheet loads from its own package (not data: or http addresses)."""
    return {(style_sheet.parent / name.decode()).resolve() for name in NAMED_BY_STYLE_SHEET.findall(style_sheet.read_bytes())}


def allowed_files(package: Path, globs: tuple[str, ...]) -> set[Path]:
    """Find the files of one package that are copied. Raises AssetMissing if a glob or a style sheet leads to nothing."""
    found: set[Path] = set()
    for pattern in globs:
        root, name = (package.parent, pattern[3:]) if pattern.startswith("../") else (package, pattern)
        matches = {path.resolve() for path in root.glob(name) if path.is_file()}
        if not matches:
            raise AssetMissing(f"{root.relative_to(MODULES.parent)}/{name}")
        found |= matches
    for style_sheet in [path for path in found if path.suffix == ".css"]:
        found |= named_files(style_sheet)
    if missing := sorted(path for path in found if not path.is_file()):
        raise AssetMissing(str(missing[0]))
    return found


def copy(modules: Path = MODULES, vendor: Path = VENDOR) -> int:
    """Fill `vendor` anew and return the number of files. A reader never sees it half full: the folder is exchanged as a whole."""
    vendor.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=vendor.parent))
    count = 0
    for folder, (package_name, globs) in ALLOWED.items():
        package = (modules / package_name).resolve()
        for source in allowed_files(package, globs):
            inside = source.relative_to(package) if source.is_relative_to(package) else Path(source.name)
            target = fresh / folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            content = source.read_bytes()
            target.write_bytes(without_source_map(content) if source.suffix in {".css", ".js", ".mjs"} else content)
            count += 1
    for path in [fresh, *fresh.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)  # the service user reads them, whatever the umask
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return count


if __name__ == "__main__":
    print(f"static/vendor: {copy()} files")
