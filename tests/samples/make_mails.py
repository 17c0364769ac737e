"""Makes the demo's mails, tests/samples/mails/*.eml: `make samples`, or this file as a script.

The same fonts and libraries give the same bytes. Needs a Chinese font (Debian: fonts-noto-cjk); the demo
itself needs none.
"""

import sys
from pathlib import Path

MAILS = Path(__file__).resolve().parent / "mails"


def main() -> int:
    """Write all mails anew; 1 without a Chinese font."""
    from samples.sample_cases import cases
    from samples.seal_dies import fonts

    if not fonts():
        print("没有中文字体，例如 apt-get install fonts-noto-cjk / no Chinese font here")
        return 1
    made = cases()
    MAILS.mkdir(exist_ok=True)
    for old in MAILS.glob("*.eml"):
        old.unlink()
    for name, data in made.items():
        (MAILS / name).write_bytes(data)
        print(f"{len(data):>9}  {name}")
    print(f"{sum(map(len, made.values())):>9}  共{len(made)}封 / mails")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(MAILS.parents[1]))
    sys.exit(main())
