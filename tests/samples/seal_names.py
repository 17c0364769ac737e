"""The 200 names a drawn seal may bear, and names of nobody among them.

The recommenders of the shipped calls, made-up firms, and ministries' and cities' bodies like them.
"""

import functools
from pathlib import Path

import numpy as np
import yaml


def _words(text: str) -> tuple[str, ...]:
    """Words between spaces."""
    return tuple(text.split())


_FOLDER = Path(__file__).parents[2] / "schemas/recommenders"
_PLACES = _words(
    "长春市 贵阳市 青岛市 大连市 宁波市 襄阳 芜湖市 海东 昆明市 兰州市 南宁市 石家庄 呼和浩特市 烟台 苏州 佛山市 柳州 遵义市 "
    "哈尔滨 绵阳 赣州 临沂 徐州市 潍坊 拉萨市 银川 乌鲁木齐 三亚市 湖北 四川 广东 浙江 福建省 云南 北京 上海 天津 重庆 深圳市"
)
_FIRMS = _words(
    "恒源 天晟 博睿 中岚 华衡 锦越 启泽 云帆 鼎盛 蓝海 新锐 国安 瑞丰 金桥 远航 凯普 同济 光通 泰凯 信锐 山力 精康 "
    "越泰 德润 佳讯 明阳 卓然 科诺 正元 东方红 禾木 九州 长风 龙腾"
)
_TRADES = _words(
    "精密机械 新材料 数据科技 生物技术 环保工程 智能装备 软件 电力设备 物流 农业发展 检测技术 信息技术 食品 医疗器械 "
    "冷链物流 建筑工程 新能源 标准化技术服务 园林 纺织"
)
_ENDS = _words("有限公司 股份有限公司 有限责任公司 集团有限公司 研究院 有限公司 有限公司")
_OFFICES = _words(
    "市场监督管理局 工业和信息化局 科学技术局 人民政府 发展和改革委员会 农业农村局 标准化研究院 质量检验检测院 "
    "商务局 文化和旅游局 卫生健康委员会 住房和城乡建设局 职业技术学院 中心医院 标准化协会"
)
_HIGH = _words(
    "中国标准化研究院 中国电子技术标准化研究院 国家标准化管理委员会 工业和信息化部电子第五研究所 中国机械工业联合会 "
    "清华大学 中国科学院自动化研究所 全国信息技术标准化技术委员会 中华全国供销合作总社 中国物流与采购联合会"
)


@functools.cache
def candidates() -> tuple[str, ...]:
    """The 200 names that matter, the same on every machine."""
    names: list[str] = list(_HIGH)
    for path in sorted(_FOLDER.glob("*.yaml")):
        names += [m["name"] for m in yaml.safe_load(path.read_text(encoding="utf-8"))["members"]]
    rng = np.random.default_rng(2023)
    while len(names) < 200:
        name = firm(rng) if rng.random() < 0.6 else office(rng)
        if name not in names:
            names.append(name)
    return tuple(names)


def firm(rng: np.random.Generator) -> str:
    """A made-up firm."""
    return (
        str(rng.choice(_PLACES)) + str(rng.choice(_FIRMS)) + str(rng.choice(_TRADES)) + str(rng.choice(_ENDS))
    )


def office(rng: np.random.Generator) -> str:
    """A made-up city's or county's office."""
    place = str(rng.choice(_PLACES))
    return (place if place.endswith(("市", "省")) else place + "市") + str(rng.choice(_OFFICES))


def name_for(rng: np.random.Generator) -> str:
    """A candidate three times of four, else somebody else's name, often nearly the same."""
    if rng.random() < 0.75:
        return str(rng.choice(candidates()))
    while (name := firm(rng) if rng.random() < 0.5 else office(rng)) in candidates():
        pass
    return name


SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文玉兰志红海燕波辉宁龙云莉"


def person(rng: np.random.Generator) -> str:
    """A person's name."""
    given = "".join(rng.choice(list(GIVEN), int(rng.integers(1, 3))))
    return str(rng.choice(list(SURNAMES))) + given
