"""Sizes as a mail says them: whole KB below one MB, else MB with one decimal (1 KB = 1,024 bytes)."""

KILO = 1024


def size_text(size: int) -> str:
    """`2.1 MB` or `28 KB`; anything that is not empty is at least 1 KB."""
    if size <= 0:
        return "0 KB"
    kilo = max(1, round(size / KILO))
    return f"{kilo} KB" if kilo < KILO else f"{size / KILO / KILO:.1f} MB"
