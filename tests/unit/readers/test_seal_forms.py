"""Traditional forms of what names hold."""

from shoufa.readers.seal_forms import simplified


def test_traditional_forms_become_simplified_ones() -> None:
    assert simplified("廣東藍園標準檢驗責任監督會廳") == "广东蓝园标准检验责任监督会厅"


def test_what_is_simplified_stays() -> None:
    assert simplified("湖北省市场监督管理局 A1") == "湖北省市场监督管理局 A1"
    assert simplified("乾安县华昇物流有限公司") == "乾安县华昇物流有限公司"
