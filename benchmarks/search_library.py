"""Measure the search library beside bare tantivy, in turn, on the same documents and queries.

    python benchmarks/search_library.py CORPUS.jsonl QUERIES.json [--documents 100000] [--scopes 400] [--folder DIR]

Rows of CORPUS are ``{title, created, text}``; QUERIES is ``{queries: [{class, words}]}``. The caller of ours may see half of the documents by
her scopes and gets exact counts; "with extracts" also chooses page and extract of the hits shown. Bare tantivy splits into words,
lower-cases, and knows neither rights nor German. With ``--folder`` the indexes are kept and used again.
"""

import argparse
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings

sys.path.insert(0, str(Path(__file__).parent.parent))
from foundation.german import analyzer
from foundation.index import Entry, Filters, Index, rebuilding
from foundation.query import parse
from foundation.snippets import find_all_hits

PAGE = 20
CLASSES = ("rare", "single", "common", "and2", "phrase", "prefix")
Call = Callable[[], int]


def rows(path: Path, count: int) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in islice(lines, count):
            yield json.loads(line)


def entries(path: Path, count: int, scopes: int) -> Iterator[Entry]:
    for number, row in enumerate(rows(path, count), start=1):
        day = date.fromisoformat(row["created"])
        leaf = number % 150
        yield Entry(
            document=number,
            file=number // 25 + 1,
            scope=number * 7919 % scopes + 1,
            branch=(str(leaf // 50), str(leaf // 10), f"{leaf // 10}.{leaf}"),
            year=day.year,
            kind=row.get("kind", "Brief"),
            date=day,
            title=row["title"],
            reference="",
            pages=[row["text"]],
        )


def build_ours(path: Path, count: int, scopes: int, folder: Path) -> Index:
    start, cpu = time.perf_counter(), time.process_time()
    with rebuilding(folder) as writer:
        writer.add(entries(path, count, scopes))
        writer.commit("1")
    report_build("ours, rebuild", count, start, cpu, folder)
    return Index.open(folder)


def build_bare(path: Path, count: int, folder: Path) -> tuple[tantivy.Index, tantivy.Schema]:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("document", indexed=True, fast=True)
    builder.add_text_field("text")
    schema = builder.build()
    exists = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(schema, path=str(folder))
    if not exists:
        start, cpu = time.perf_counter(), time.process_time()
        writer = index.writer(256_000_000, 2)
        for number, row in enumerate(rows(path, count), start=1):
            writer.add_document(tantivy.Document.from_dict({"document": number, "text": f"{row['title']}\n{row['text']}"}, schema))
        writer.commit()
        writer.wait_merging_threads()
        report_build("bare tantivy", count, start, cpu, folder)
    index.reload()
    return index, schema


def report_build(name: str, count: int, start: float, cpu: float, folder: Path) -> None:
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{name:14} {count / seconds:8.0f} documents/s  {cpu_seconds / count * 1000:.2f} CPU-ms each  {size / 1e6:.0f} MB  (process {memory} MB)"
    )


def typed(kind: str, words: list[str]) -> str:
    return {"phrase": f'"{" ".join(words)}"', "prefix": f"{words[0]}*"}.get(kind, " ".join(words))


def bare_query(kind: str, words: list[str], schema: tantivy.Schema) -> tantivy.Query:
    terms = [word.lower() for word in words]
    if kind == "phrase":
        return tantivy.Query.phrase_query(schema, "text", list(terms))
    if kind == "prefix":
        return tantivy.Query.regex_query(schema, "text", f"{terms[0]}.*")
    must = [(tantivy.Occur.Must, tantivy.Query.term_query(schema, "text", term)) for term in terms]
    return must[0][1] if len(must) == 1 else tantivy.Query.boolean_query(must)


def measure(calls: list[Call], rounds: int = 3) -> tuple[float, float, float, int]:
    """Give p50, p95 (ms), CPU-ms per call and the hits of all calls."""
    hits = sum(call() for call in calls)  # warm
    times, cpu = [], time.process_time()
    for _ in range(rounds):
        for call in calls:
            start = time.perf_counter()
            call()
            times.append((time.perf_counter() - start) * 1000)
    cpu_ms = (time.process_time() - cpu) * 1000 / len(times)
    return statistics.median(times), statistics.quantiles(times, n=20)[18], cpu_ms, hits


def two(measured: tuple[float, float, float, int]) -> str:
    return f"{measured[0]:7.2f} /{measured[1]:6.2f}"


def three(measured: tuple[float, float, float, int]) -> str:
    return f"{two(measured)} /{measured[2]:6.2f}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("queries", type=Path)
    arguments.add_argument("--documents", type=int, default=100_000)
    arguments.add_argument("--scopes", type=int, default=400)
    arguments.add_argument("--folder", type=Path)
    given = arguments.parse_args()
    settings.configure(USE_I18N=False)
    base = given.folder or Path(tempfile.mkdtemp(prefix="search-benchmark-"))
    analyzer()
    kept = (base / "ours" / "current").exists()
    ours = Index.open(base / "ours") if kept else build_ours(given.corpus, given.documents, given.scopes, base / "ours")
    bare, schema = build_bare(given.corpus, given.documents, base / "bare")
    compare(ours, bare, schema, given)
    if not given.folder:
        shutil.rmtree(base)


def compare(ours: Index, bare: tantivy.Index, schema: tantivy.Schema, given: argparse.Namespace) -> None:
    half = frozenset(range(1, given.scopes + 1, 2))
    texts = [row["text"] for row in rows(given.corpus, given.documents)]
    searcher = bare.searcher()
    queries = json.loads(given.queries.read_text(encoding="utf-8"))["queries"]

    def search(text: str, **options: Any) -> Call:
        return lambda: ours.search(parse(text), scopes=half, limit=PAGE, **options).count

    def search_and_show(text: str) -> Call:
        def call() -> int:
            found = ours.search(parse(text), scopes=half, limit=PAGE)
            find_all_hits([[texts[hit.document - 1]] for hit in found.hits], found.query)
            return found.count

        return call

    def search_bare(query: tantivy.Query) -> Call:
        def call() -> int:
            result: Any = searcher.search(query, limit=PAGE, count=True)
            searcher.fast_field_values("document", [address for _, address in result.hits])
            return int(result.count)

        return call

    print(f"{len(texts)} documents, {given.scopes} scopes, the caller may see half; ms per search, p50 / p95 / CPU")
    print(f"{'class':8} {'bare tantivy':>23} {'ours':>23} {'ratio':>6} {'newest':>15} {'with facets':>15} {'with extracts':>15}")
    for kind in CLASSES:
        chosen = [query["words"] for query in queries if query["class"] == kind]
        texts_typed = [typed(kind, words) for words in chosen]
        beside = measure([search_bare(bare_query(kind, words, schema)) for words in chosen])
        mine = measure([search(text) for text in texts_typed])
        newest = measure([search(text, order="newest") for text in texts_typed])
        faceted = measure([search(text, facets=True) for text in texts_typed])
        shown = measure([search_and_show(text) for text in texts_typed])
        columns = [f"{kind:8}", three(beside), three(mine), f"{mine[0] / beside[0]:6.1f}", two(newest), two(faceted), two(shown)]
        print(*columns, f"  hits {mine[3]} ({beside[3]})")
    narrowed = measure([search("Bescheid", filters=Filters(branch="1"), facets=True)] * 20)
    print(f"one branch of the file plan, with facets: {narrowed[0]:.2f} / {narrowed[1]:.2f} ms")


if __name__ == "__main__":
    main()
