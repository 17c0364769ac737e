"""Prints the figures of one condition with their intervals."""

import math
import statistics

from local.seal_measures import Tally


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share; (0, 1) of nothing."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    reach = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def share(label: str, hits: int, total: int, target: str = "") -> str:
    """One line: a share, its interval, its numbers, what is aimed at."""
    low, high = wilson(hits, total)
    value = f"{hits / total:.4f} [{low:.4f}, {high:.4f}]" if total else "-"
    return f"  {label:<42} {value:<26} {hits}/{total} {target}"


TARGETS = {
    "colour": ("≥ .99", "≥ .98"),
    "photo": ("≥ .97", "≥ .95"),
    "grey": ("≥ .98", "≥ .92"),
    "bw": ("≥ .95", "≥ .88"),
}


def print_condition(condition: str, tally: Tally) -> None:
    """All figures of one condition."""
    c = tally.count
    said, lost = c["seal claimed"], c["seal doubted"] + c["seal lost"]
    kinds = ", ".join(f"{c[f'page {k}']} {k}" for k in ("sealed", "unsealed", "parts"))
    print(f"\n{condition}: pages {kinds} (with parts only: neither)")
    print(share("precision", said, said + c["false"], TARGETS[condition][0]))
    print(share("recall", said, said + lost, TARGETS[condition][1]))
    print(share("recall with what a person must look at", said + c["seal doubted"], said + lost))
    for shape in ("round", "oval", "square"):
        hit = c[f"seal {shape} claimed"]
        print(share(f"  recall, {shape}", hit, hit + c[f"seal {shape} doubted"] + c[f"seal {shape} lost"]))
    print(share("sealed pages called missing", c["page sealed missing"], c["page sealed"], "≤ .01"))
    print(share("sealed pages a person must look at", c["page sealed doubted"], c["page sealed"]))
    print(share("unsealed pages called sealed", c["page unsealed claimed"], c["page unsealed"], "≤ .005"))
    print(share("unsealed pages a person must look at", c["page unsealed doubted"], c["page unsealed"]))
    parts = c["seal part claimed"] + c["seal part doubted"]
    print(share("parts claimed or left to a person", parts, parts + c["seal part lost"]))
    print_names(tally)
    print_costs(tally)


def print_names(tally: Tally) -> None:
    """Names and decisions on readable seals."""
    c = tally.count
    print(share("name: right body of 200", c["name picked"], c["name candidate"], "≥ .98"))
    print(share("name: exact string", c["name exact"], c["name"], "≥ .80"))
    print(share("name: character error", c["name errors"], c["name characters"], "≤ .06"))
    print(share("right body's seal called right", c["right right"], c["right"]))
    wrong = c["right another"] + c["right not-official"]
    print(share("right body's seal called wrong", wrong, c["right"], "≤ .005"))
    print(share("another body's seal recognised", c["other told"], c["other"], "≥ .95"))
    print(share("another body's seal called right", c["other right"], c["other"]))
    print(share("special seals told", c["special told"], c["special"]))


def print_costs(tally: Tally) -> None:
    """Times."""
    for key, label in (("find", "ms to search a page"), ("name", "ms to fit and read a seal")):
        values = [v * 1000 for v in tally.times[key]] or [0.0]
        high = sorted(values)[int(len(values) * 0.99) - 1 if len(values) > 1 else 0]
        print(f"  {label:<42} median {statistics.median(values):.0f}, 99 % {high:.0f}", flush=True)
