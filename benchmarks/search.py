#!/usr/bin/env python3
"""Search and list page at the API, for the first clerk of the demo, who may see half of what load_corpus.py has loaded.

    benchmarks/search.py QUERIES.json [--municipality SLUG] [--each 30]

QUERIES.json: {"queries": [{"class": "rare", "words": [...]}]}. Prints p50 and p95 in milliseconds for one client, the server's CPU per search,
and the throughput of eight clients. Beside each class, in turn with it: tantivy alone on the same index, whole words without rights, facets,
texts and extracts - what a search cannot cost less than.
"""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlencode

import tantivy
from installation import Town, quantiles, row, var_folder
from reading import cpu_of

SECONDS = 10


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("queries", type=Path)
    arguments.add_argument("--municipality", default="beispielheim")
    arguments.add_argument("--each", type=int, default=30)
    chosen = arguments.parse_args()
    town = Town(var_folder(), chosen.municipality)
    classes = read(chosen.queries, chosen.each)
    owner = (var_folder() / "demo.json").stat().st_uid
    for texts in classes.values():
        ask(town, texts[0])
    alone = Alone(var_folder() / "index" / chosen.municipality)
    print(row("class", "p50 ms", "p95 ms", "CPU ms", "hits (median)", "tantivy p50", "ratio"))
    for name, texts in classes.items():
        print(measured(name, town, texts, owner, alone))
    lists = []
    for _ in range(40):
        began = time.perf_counter()
        town.call("GET", "/api/v1/documents/?page_size=50")
        lists.append((time.perf_counter() - began) * 1000)
    p50, p95 = quantiles(lists)
    print(row("list page of 50", f"{p50:.1f}", f"{p95:.1f}"))
    print(f"mixed, 8 clients: {together(chosen.municipality, [t for texts in classes.values() for t in texts]):.1f} requests/s")


def read(path: Path, each: int) -> dict[str, list[str]]:
    """Query texts by class; a phrase in quotes, a prefix with its star."""
    found: dict[str, list[str]] = defaultdict(list)
    for query in json.loads(path.read_text())["queries"]:
        text = " ".join(query["words"])
        written = {"phrase": f'"{text}"', "prefix": f"{text}*"}.get(query["class"], text)
        if len(found[query["class"]]) < each:
            found[query["class"]].append(written)
    return found


def ask(town: Town, text: str) -> int:
    answer = town.call("GET", "/api/v1/search/?" + urlencode({"q": text, "page_size": 20}))
    return int(answer["count"])


class Alone:
    """The same index in this process, asked by tantivy's own query parser."""

    def __init__(self, folder: Path) -> None:
        self.index = tantivy.Index.open(str(folder / (folder / "current").read_text().strip()))
        self.index.register_tokenizer("blanks", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        self.searcher = self.index.searcher()

    def ask(self, text: str) -> float:
        """Milliseconds for the best twenty and their exact number."""
        began = time.perf_counter()
        self.searcher.search(self.index.parse_query(text.casefold(), ["words"], conjunction_by_default=True), 20, count=True)
        return (time.perf_counter() - began) * 1000


def measured(name: str, town: Town, texts: list[str], owner: int, alone: Alone) -> str:
    times, counts, bare = [], [], []
    cpu = cpu_of(owner)
    for text in texts:
        bare.append(alone.ask(text))
        began = time.perf_counter()
        counts.append(ask(town, text))
        times.append((time.perf_counter() - began) * 1000)
    used = (cpu_of(owner) - cpu) * 1000 / len(texts)
    p50, p95 = quantiles(times)
    least, _p95 = quantiles(bare)
    return row(name, f"{p50:.1f}", f"{p95:.1f}", f"{used:.1f}", sorted(counts)[len(counts) // 2], f"{least:.2f}", f"{p50 / least:.1f}")


def together(slug: str, texts: list[str]) -> float:
    """Requests a second of eight clients at once."""
    done = [0] * 8
    towns = [Town(var_folder(), slug) for _client in done]  # signed in before the clock runs
    until = time.perf_counter() + SECONDS

    def client(place: int) -> None:
        town, choose = towns[place], random.Random(place)
        while time.perf_counter() < until:
            ask(town, choose.choice(texts))
            done[place] += 1

    threads = [threading.Thread(target=client, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / SECONDS


if __name__ == "__main__":
    main()
