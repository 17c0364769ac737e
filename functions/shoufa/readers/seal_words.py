"""The words that names of bodies hold, and slips of recognition mended in the longest: 市场监督管理局 and the like.

Traditional forms become the simplified ones. Only long, common words are mended, by at most one character
in four: what tells bodies apart (places, trade names) is never touched.
"""

from rapidfuzz.distance import Levenshtein

from shoufa.readers.seal_forms import simplified


def _words(text: str) -> tuple[str, ...]:
    """Words between spaces."""
    return tuple(text.split())


_WORDS = (
    "市场监督管理委员会",
    "市场监督管理局",
    "市场监督管理厅",
    "质量技术监督局",
    "发展和改革委员会",
    "经济和信息化委员会",
    "工业和信息化厅",
    "工业和信息化局",
    "人力资源和社会保障局",
    "规划和自然资源局",
    "住房和城乡建设局",
    "科学技术委员会",
    "科学技术厅",
    "科学技术局",
    "文化和旅游局",
    "卫生健康委员会",
    "农业农村委员会",
    "农业农村局",
    "生态环境局",
    "人民政府",
    "委员会",
    "标准化研究院",
    "标准化协会",
    "标准化学会",
    "研究院",
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "生产建设兵团",
    "自治区",
)
PLACES = _words(
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 "
    "陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 中国 中华 国家 全国 中共 "
    "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 "
    "呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安盟 锡林郭勒 阿拉善 "
    "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 长春 四平 辽源 通化 白山 松原 白城 延边 "
    "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭 "
    "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 "
    "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 "
    "福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 "
    "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 "
    "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源 "
    "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架 "
    "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 "
    "广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 "
    "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 三沙 儋州 "
    "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山 "
    "贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 "
    "德宏 怒江 迪庆 拉萨 日喀则 昌都 林芝 山南 那曲 阿里 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 "
    "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南 西宁 海东 海北 黄南 果洛 玉树 海西 "
    "银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 喀什 和田 伊犁 塔城 阿勒泰 石河子"
)
"""How a name begins: the state, provinces, prefectures (GB/T 2260)."""
COUNTY_CITIES = _words(
    "辛集 晋州 新乐 遵化 迁安 滦州 武安 南宫 沙河 涿州 定州 安国 高碑店 平泉 泊头 任丘 黄骅 河间 霸州 三河 深州 古交 高平 怀仁 介休 永济 "
    "河津 原平 侯马 霍州 孝义 汾阳 霍林郭勒 满洲里 牙克石 扎兰屯 额尔古纳 根河 丰镇 乌兰浩特 阿尔山 二连浩特 锡林浩特 新民 瓦房店 庄河 海城 "
    "东港 凤城 凌海 北镇 盖州 大石桥 灯塔 调兵山 开原 北票 凌源 兴城 吉林 榆树 德惠 公主岭 蛟河 桦甸 舒兰 磐石 双辽 梅河口 集安 临江 扶余 "
    "洮南 大安 延吉 图们 敦化 珲春 龙井 和龙 尚志 五常 讷河 虎林 密山 铁力 嫩江 北安 五大连池 同江 富锦 抚远 绥芬河 海林 宁安 穆棱 东宁 安达 "
    "肇东 海伦 漠河 江阴 宜兴 新沂 邳州 溧阳 常熟 张家港 昆山 太仓 启东 如皋 海安 东台 仪征 高邮 丹阳 扬中 句容 兴化 靖江 泰兴 建德 慈溪 "
    "余姚 瑞安 乐清 龙港 海宁 平湖 桐乡 诸暨 嵊州 兰溪 义乌 东阳 永康 江山 温岭 临海 玉环 龙泉 巢湖 无为 桐城 潜山 天长 明光 界首 宁国 广德 "
    "福清 永安 石狮 晋江 南安 邵武 武夷山 建瓯 漳平 福安 福鼎 龙海 乐平 瑞昌 共青城 庐山 贵溪 瑞金 龙南 井冈山 丰城 樟树 高安 德兴 胶州 平度 "
    "莱西 滕州 龙口 莱阳 莱州 招远 栖霞 海阳 青州 诸城 寿光 安丘 高密 昌邑 曲阜 邹城 新泰 肥城 荣成 乳山 乐陵 禹城 临清 邹平 新郑 登封 荥阳 "
    "新密 巩义 舞钢 汝州 林州 卫辉 辉县 长垣 沁阳 孟州 禹州 长葛 义马 灵宝 邓州 永城 项城 大冶 丹江口 宜都 当阳 枝江 老河口 枣阳 宜城 钟祥 "
    "京山 应城 安陆 汉川 石首 洪湖 松滋 监利 麻城 武穴 赤壁 广水 利川 浏阳 宁乡 醴陵 湘乡 韶山 耒阳 常宁 武冈 邵东 汨罗 临湘 津市 沅江 资兴 "
    "祁阳 洪江 冷水江 涟源 吉首 乐昌 南雄 台山 开平 鹤山 恩平 廉江 雷州 吴川 高州 化州 信宜 四会 兴宁 陆丰 阳春 英德 连州 普宁 罗定 荔浦 岑溪 "
    "东兴 桂平 北流 靖西 平果 合山 凭祥 横州 五指山 琼海 文昌 万宁 东方 都江堰 彭州 邛崃 崇州 简阳 广汉 什邡 绵竹 江油 射洪 隆昌 峨眉山 阆中 "
    "华蓥 万源 马尔康 康定 西昌 会理 清镇 赤水 仁怀 盘州 黔西 兴义 兴仁 凯里 都匀 福泉 安宁 宣威 澄江 腾冲 水富 禄丰 个旧 开远 蒙自 弥勒 景洪 "
    "瑞丽 泸水 香格里拉 米林 错那 彬州 兴平 韩城 华阴 子长 神木 华亭 玉门 敦煌 合作 德令哈 格尔木 茫崖 同仁 灵武 青铜峡 阿拉尔 图木舒克 五家渠 "
    "北屯 铁门关 双河 可克达拉 昆玉 胡杨河 新星 白杨 阜康 博乐 阿拉山口 库尔勒 库车 阿图什 伊宁 奎屯 霍尔果斯 乌苏 沙湾"
)
"""Cities under a prefecture (and 吉林市, named as its province): 沁阳 is no slip for 沈阳, 昆山 none for 昆明."""
_PROVINCES = _words(
    "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海"
)
_REGIONS = _words("内蒙古自治区 广西壮族自治区 西藏自治区 宁夏回族自治区 新疆维吾尔自治区 新疆生产建设兵团")
_NO_CITIES = _words("台湾 香港 澳门 中国 中华 国家 全国 中共 内蒙古 广西 西藏 宁夏 新疆")
PLACED = (
    *_REGIONS,
    *(p + ("省" if p in _PROVINCES else "市") for p in PLACES if p not in _NO_CITIES),
    *(p + "市" for p in COUNTY_CITIES),
)
"""Places with what they are: a sign that was lost or misread may be told by the others."""
_COMMON = _words(
    "公安局 司法局 财政局 民政局 教育局 水务局 商务局 统计局 审计局 气象局 体育局 林业局 交通运输局 应急管理局 税务局 "
    "医疗保障局 知识产权局 邮政管理局 粮食和物资储备局 商务委员会 科技局 司法厅 财政厅 民政厅 教育厅 商务厅 公安厅 "
    "教育委员会 人民医院 中心医院 职业技术学院 大学 学院 医院 研究所 联合会 协会 学会 中心 公司 集团 合作社 "
    "标准化技术委员会 质量检验检测 检验检测 检测技术 标准化技术 技术服务 信息技术 信息科技 数据科技 网络科技 生物科技 "
    "生物技术 电子科技 电子技术 智能科技 智能装备 智能制造 新材料 新能源 环保工程 环保科技 建筑工程 建设工程 机械制造 "
    "精密机械 电力设备 电气 医疗器械 制药 食品 农业发展 农业科技 冷链物流 物流 供应链 软件 园林 纺织 化工 实业 贸易 投资 "
    "科技 技术 股份 管理 服务 发展 工程 制造 设备"
)
WORDS = _WORDS + _COMMON
"""Words in names that a second choice of the recogniser may make."""
UNLIKE_OTHERS = _words("市场监督管理局 市场监督管理厅 市场监督管理委员会 有限责任公司 有限公司 人民政府")
"""Words that stay themselves without one of their signs: nothing else is written so."""
_ENDINGS = ("有限公司", "有限责任公司", "人民政府", "委员会")
"""Ends of names that are none without their last sign."""
_REGULATORS = ("资产监督管理", "药品监督管理", "金融监督管理", "应急管理")
"""Of other regulators: no slip for the market's."""
RANKS = "局厅部委院所会处"
"""What a body is: one is no slip for another, 生态环境厅 is not 生态环境局."""
_SHARE = 4
"""One character in so many may be mended, the last one only where the name ends with it."""


def mended(name: str) -> str:
    """The reading with slips in common words put right."""
    name = simplified(name)
    for word in _WORDS:
        if word in name or (word.startswith("市场监督") and any(o in name for o in _REGULATORS)):
            continue
        place = _nearly(name, word)
        if place is not None:
            start, end = place
            name = name[:start] + word + name[end:]
    return name + next((e[-1] for e in _ENDINGS if name.endswith(e[:-1])), "")


def _nearly(name: str, word: str) -> tuple[int, int] | None:
    """Where a word stands in a name with few enough slips; the best place, None if there is none."""
    most = max(1, len(word) // _SHARE)
    found = []
    for length in (len(word), len(word) - 1):
        if length < 4 or (length < len(word) and length < 6):
            continue
        for start in range(len(name) - length + 1):
            slips = Levenshtein.distance(name[start : start + length], word)
            end = name[start + length - 1]
            last = end == word[-1] or (start + length == len(name) and end not in RANKS)
            if slips <= most and last and not _another(name[start : start + length], word):
                found.append((slips, start, start + length))
    return min(found)[1:] if found else None


def _another(piece: str, word: str) -> bool:
    """Whether a piece is, or ends as, another of the words: 科学技术厅 is no slip for 科学技术局."""
    return any(piece.endswith(w) or w.startswith(piece) for w in _WORDS if len(w) >= 4 and w != word)
