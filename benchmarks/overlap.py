"""100,000 texts of 300 characters compared with a list of 10,000, against splitting them into words and no more.

python -m benchmarks.overlap [--texts 100000] [--list 10000] [--planted 50]

Prints, in one run: the list's n-grams and the CPU seconds to collect them; the CPU seconds to compare and their ratio
to a bare pass of NFKC, case folding and `split`; how many planted texts were found; and the memory over what it was.
"""

import argparse
import random
import resource
import time
import unicodedata
from collections.abc import Iterator

from projects.measures.overlap import collect, hashes, shared

LENGTH = 300  # characters


def texts(count: int, seed: int) -> Iterator[str]:
    """Made of 30,000 words, few of them often and most of them seldom, as in a language."""
    draw = random.Random(seed)
    letters = random.Random(0)
    words = ["".join(letters.choices("abcdefghijklmnop", k=letters.randint(2, 9))) for _ in range(30_000)]
    for _ in range(count):
        found: list[str] = []
        length = 0
        while length < LENGTH:
            found.append(words[int(draw.paretovariate(0.7)) % len(words)])
            length += len(found[-1]) + 1
        yield " ".join(found)


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--list", type=int, default=10_000)
    parser.add_argument("--planted", type=int, default=50)
    options = parser.parse_args()
    listed = list(texts(options.list, 1))
    before = peak()
    began = time.process_time()
    known = collect(listed)
    print(f"list: {options.list:,} texts, {len(known):,} n-grams, {time.process_time() - began:.1f} s")
    bare = compared = 0.0
    found = 0
    for number, text in enumerate(texts(options.texts, 2)):
        if number < options.planted:
            text = f"And then: {listed[number].upper()}!"
        began = time.process_time()
        unicodedata.normalize("NFKC", text).casefold().split()
        middle = time.process_time()
        found += shared(hashes(text), known) > 100 // 13
        compared += time.process_time() - middle
        bare += middle - began
    print(f"compared: {options.texts:,} texts, {compared:.1f} s, {compared / bare:.1f} times a bare split")
    print(f"found: {found} of {options.planted} planted; memory +{peak() - before} MB")


if __name__ == "__main__":
    main()
