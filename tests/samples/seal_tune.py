"""Measure the curves of `seal_curves.json`: `python tests/samples/seal_tune.py PAGES FIRST_SEED`.

Reads PAGES drawn pages of each condition, and as many again that bear no seal; fits the weights of the evidence, chooses
thresholds and writes them with the curves that justify them. Seeds given here must never be used for measuring again.
"""

import json
import multiprocessing
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / n) for n in ("tests", "functions", "infra")]
from local import seal_measures  # noqa: E402
from samples import seal_labelled  # noqa: E402
from shoufa.readers import seal, seal_score  # noqa: E402
from shoufa.readers.seal_name import recogniser  # noqa: E402

AIM = {"colour": 0.992, "grey": 0.995, "one-bit": 0.965}
"""Precision aimed at, by tone, with one error more than was seen: so few are too few to count on."""
SEALED = 0.005
"""Share of unsealed pages that may be called sealed."""
LOST, LOUD, LEAST = 0.004, 0.3, 0.12
"""Share of sealed pages that may be lost, of unsealed ones that may trouble a person; least answer looked at."""


class Row(NamedTuple):
    """One place: its page, its evidence, 1 a seal that counts, 0 none, -1 a part or stamp of another kind."""

    page: int
    terms: tuple[float, ...]
    net: float
    truth: int


class Pages(NamedTuple):
    """Of one tone: places, number of seals that count, and kinds of pages by number."""

    rows: list[Row]
    seals: list[int]
    kinds: dict[int, str]


def gather(count: int, first: int, *, sealed: bool | None = None) -> dict[str, Pages]:
    """Draw and read on two cores; by tone. `sealed` False: only pages without any seal."""
    found: dict[str, Pages] = defaultdict(lambda: Pages([], [], {}))
    wanted = [(first + i, condition, sealed) for i in range(count) for condition in seal_labelled.CONDITIONS]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for done, one in enumerate(pool.imap(read, wanted, 8), 1):
            if one is not None:
                into, number = found[one.tone], len(found[one.tone].kinds)
                into.seals.append(one.seals)
                into.kinds[number] = one.kind
                into.rows.extend(r._replace(page=number) for r in one.rows)
            if done % 100 == 0:
                print(f"{done} of {len(wanted)}", flush=True)
    return found


class Read(NamedTuple):
    """What was seen on one page."""

    tone: str
    kind: str
    seals: int
    rows: list[Row]


def read(wanted: tuple[int, str, bool | None]) -> Read | None:
    """Draw and read one page; None if it could not be searched."""
    cv2.setNumThreads(1)
    seed, condition, sealed = wanted
    page = seal_labelled.drawn(seed, condition, sealed=sealed)
    sheet, places = seal.look(page.image)
    if sheet is None:
        return None
    likely = [p for p in places if max(p.whole, p.part) > LEAST]
    judged = [seal.judge(sheet, p, 1, recogniser()) for p in likely]
    size = (page.image.shape[1], page.image.shape[0])
    pairs = seal_measures.paired(
        page.seals, [j.seal.model_copy(update={"score": j.place.whole}) for j in judged], size
    )
    by_box = {s.box: i for i, s in pairs.items()}
    rows = []
    for j in judged:
        at = by_box.get(j.seal.box)
        truth = 0 if at is None else 1 if page.seals[at].counted else -1
        rows.append(Row(0, seal_score.terms(j.evidence), max(j.place.whole, j.place.part), truth))
    counted = sum(t.counted for t in page.seals)
    kind = "sealed" if counted else "parts" if page.seals else "unsealed"
    return Read(sheet.tone.value, kind, counted, rows)


def fit(rows: list[Row], ridge: float = 1.0) -> np.ndarray:
    """Logistic regression by Newton steps, drawn towards the net's own answer."""
    use = [r for r in rows if r.truth >= 0]
    x, y = np.array([r.terms for r in use]), np.array([float(r.truth) for r in use])
    start = np.array([0.0, 0.9, 0.1, 1.0, 1.0, 0.0])
    w = start.copy()
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        bend = (x.T * (p * (1 - p))) @ x + ridge * np.eye(len(w))
        w -= np.linalg.solve(bend, x.T @ (p - y) + ridge * (w - start))
    return w


def curve(scores: np.ndarray, rows: list[Row], seals: int) -> list[list[float]]:
    """Threshold, precision, recall."""
    truth = np.array([r.truth for r in rows])
    out = []
    for t in (0.02, 0.05, *np.arange(0.1, 0.96, 0.05), 0.97, 0.98, 0.99):
        hit, false = int(((scores >= t) & (truth == 1)).sum()), int(((scores >= t) & (truth == 0)).sum())
        out.append([round(float(t), 3), round(hit / max(1, hit + false), 4), round(hit / max(1, seals), 4)])
    return out


def claim(scores: np.ndarray, data: Pages, aim: float) -> float:
    """The lowest threshold from which precision holds."""
    truth = np.array([r.truth for r in data.rows])
    chosen = 0.99
    for t in np.arange(0.99, 0.3, -0.01):
        said = scores >= t
        hit, false = int((said & (truth == 1)).sum()), int((said & (truth == 0)).sum())
        if hit / max(1, hit + false + 1) < aim:
            break
        chosen = round(float(t), 2)
    return chosen


def quiet(weights: np.ndarray, bare: Pages) -> tuple[float, list[float]]:
    """The lowest threshold at which few enough unsealed pages are called sealed; each page's highest score."""
    best: dict[int, float] = defaultdict(float)
    for row, score in zip(bare.rows, rated(bare.rows, weights), strict=True):
        best[row.page] = max(best[row.page], float(score))
    pages = sum(kind == "unsealed" for kind in bare.kinds.values())
    high = sorted((v for n, v in best.items() if bare.kinds[n] == "unsealed"), reverse=True)
    borne = int(SEALED * pages)
    return round(high[borne] + 0.005, 2) if borne < len(high) else 0.3, [round(v, 3) for v in high[:10]]


def rated(rows: list[Row], weights: np.ndarray) -> np.ndarray:
    """Scores 0..1."""
    terms = np.array([r.terms for r in rows])
    return 1 / (1 + np.exp(-np.clip(terms @ weights, -30, 30)))


def faint(scores: np.ndarray, data: Pages, most: float) -> float:
    """The highest threshold of doubt at which few enough sealed pages are lost, else the lowest bearable one."""
    best: dict[int, float] = defaultdict(float)
    for s, r in zip(scores, data.rows, strict=True):
        best[r.page] = max(best[r.page], float(s), r.net)
    sealed = np.array([best[i] for i, k in data.kinds.items() if k == "sealed"])
    bare = np.array([best[i] for i, k in data.kinds.items() if k == "unsealed"])
    for t in np.arange(min(most, 0.5), LEAST, -0.01):
        if (sealed < t).mean() <= LOST or (bare >= t - 0.01).mean() > LOUD:
            return round(float(t), 2)
    return LEAST


def main(argv: list[str]) -> None:
    """Gather, fit, write."""
    count, first = int(argv[1]), int(argv[2])
    tones = {}
    bare = gather(count, first + count, sealed=False)
    for tone, data in sorted(gather(count, first).items()):
        weights = fit(data.rows)
        scores = rated(data.rows, weights)
        points = curve(scores, data.rows, sum(data.seals))
        bound, highest = quiet(weights, bare[tone])
        least = max(claim(scores, data, AIM[tone]), bound)
        tones[tone] = {
            "pages": len(data.kinds), "seals": sum(data.seals), "weights": [round(float(w), 3) for w in weights],
            "claim": least, "faint": faint(scores, data, least),
            "unsealed_pages": len(bare[tone].kinds), "unsealed_highest": highest, "curve": points,
        }  # fmt: skip
        print(tone, {k: v for k, v in tones[tone].items() if k != "curve"})
    said = {
        "generator": seal_labelled.generator_hash(),
        "first_seed": first,
        "unsealed_first_seed": first + count,
        "pages_each": count,
        "columns": ["score", "precision", "recall"],
        "tones": tones,
    }
    text = json.dumps(said, ensure_ascii=False, indent=1)
    (ROOT / "functions/shoufa/readers/seal_curves.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv)
