"""Numbers as lists show them (ECMA-376 part 1, §17.18.59 ST_NumberFormat): Chinese, Latin, Roman, circled."""

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_COUNTING = {
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand", "koreanCounting",
}  # fmt: skip
_FIRST_OF = {
    "decimalEnclosedCircle": 0x2460, "decimalEnclosedCircleChinese": 0x2460, "decimalEnclosedParen": 0x2474,
    "decimalEnclosedFullstop": 0x2488,
}  # fmt: skip
"""Where Unicode's twenty numbers of each make begin."""

_WIDE = "、，．。：；）】〕』」》"
"""Signs wide enough that no space follows them."""


def before_text(label: str) -> str:
    """A list's number as it stands before its text: parted by a space where nothing else parts them."""
    label = label.strip()
    return label if not label or label[-1] in _WIDE else f"{label} "


def numeral(number: int, form: str) -> str:
    """A number in one of ST_NumberFormat's forms; in digits where the form is unknown or ends before it."""
    if form in _COUNTING:
        return counted(number)
    if form in {"chineseLegalSimplified", "ideographLegalTraditional"}:
        return counted(number, _FORMAL, "拾佰仟")
    if form in {"ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"}:
        return "".join(_DIGITS[int(d)] for d in str(number))
    if form in _FIRST_OF:
        return chr(_FIRST_OF[form] + number - 1) if 1 <= number <= 20 else str(number)
    return _western(number, form)


def _western(number: int, form: str) -> str:
    if form == "decimalZero":
        return f"{number:02d}"
    if form in {"decimalFullWidth", "decimalFullWidth2"}:
        return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    series = {"ideographTraditional": _STEMS, "ideographZodiac": _BRANCHES}.get(form, "")
    if 1 <= number <= len(series):
        return series[number - 1]
    if form in {"upperLetter", "lowerLetter"} and 1 <= number <= 780:
        letter = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in {"upperRoman", "lowerRoman"} and 1 <= number <= 4000:
        return roman(number).upper() if form == "upperRoman" else roman(number)
    return str(number)


def counted(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """A number as it is spoken: 一 十 十一 二十 一百零一; in digits from ten thousand on."""
    if not 0 < number < 10_000:
        return digits[0] if number == 0 else str(number)
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap else "") + digits[digit] + (units[place - 1] if place else "")
        gap = bool(said) and not digit
    ten = digits[1] + units[0]
    return said[1:] if units[0] == "十" and said.startswith(ten) else said


def roman(number: int) -> str:
    """A number of 1 to 4,000 in small Roman numerals."""
    said = ""
    for value, letters in _ROMAN:
        said += letters * (number // value)
        number %= value
    return said
