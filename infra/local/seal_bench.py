"""`make seals`: precision, recall, names and decisions of the seal reader on drawn pages, by condition.

The pages come from the generator in `tests/samples` (what counts as a seal is said in `seal_labelled`).
All shares stand with 95 % Wilson intervals; times are CPU time of one core.
"""

import argparse
import multiprocessing
import secrets
import sys
from collections.abc import Iterator
from functools import partial

from local.seal_measures import Tally, measured
from local.seal_memory import reader_peak
from local.seal_table import print_condition

CONDITIONS = ("colour", "photo", "grey", "bw")


def parse(argv: list[str]) -> argparse.Namespace:
    """The command line; without SEED a fresh one is drawn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000, help="pages of each condition")
    parser.add_argument("--seed", type=int, default=None, help="first seed; fresh if not given")
    parser.add_argument("--condition", choices=("all", *CONDITIONS), default="all")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--mute", action="store_true", help="find only, read no names")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Measure and print."""
    from samples import seal_labelled

    args = parse(argv)
    seed = args.seed if args.seed is not None else 10_000_000 + secrets.randbelow(900_000_000)
    print(f"seed {seed} · pages {args.pages} a condition · generator {seal_labelled.generator_hash()}")
    chosen = CONDITIONS if args.condition == "all" else (args.condition,)
    with multiprocessing.get_context("spawn").Pool(args.processes) as pool:
        for condition in chosen:
            work = partial(measured, condition=condition, mute=args.mute)
            tally = Tally()
            for one in progress(
                pool.imap_unordered(work, range(seed, seed + args.pages), 4), args.pages, condition
            ):
                tally.add(one)
            print_condition(condition, tally)
    print(f"\nmemory of a process that reads (goal ≤ 800 MB): {reader_peak(seed, chosen):.0f} MB")
    return 0


def progress(results: Iterator[Tally], total: int, label: str) -> Iterator[Tally]:
    """Pass results on, with a bar on the error stream where that is a terminal."""
    for done, one in enumerate(results, 1):
        if sys.stderr.isatty() and (done % 10 == 0 or done == total):
            filled = "█" * (done * 30 // total)
            end = "\n" if done == total else ""
            print(f"\r{label:8} {filled:░<30} {done}/{total}", end=end, file=sys.stderr, flush=True)
        yield one


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
