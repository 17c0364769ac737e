"""Texts in one width: NFKC (UAX #15), quick for Chinese text."""

import unicodedata

_WIDE = tuple((chr(code), chr(code - 0xFEE0)) for code in map(ord, "，：；！？（）．／～＋－＝％＆"))
"""Full-width signs that stand in nearly every Chinese text, with what NFKC makes of them."""


def nfkc(text: str) -> str:
    """NFKC of a text.

    Normalising is slow once a single sign differs, so the usual ones are put right first; most texts then
    are as they should be, which is quickly seen.
    """
    if unicodedata.is_normalized("NFKC", text):
        return text
    for wide, narrow in _WIDE:
        text = text.replace(wide, narrow)
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
