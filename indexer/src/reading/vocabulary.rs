//! The words by which a place is read: titles and verbs around a person, heads of names of places and
//! organisations, the characters that foreign names are transcribed with, surnames.
//!
//! Common knowledge of the language, kept short on purpose: each entry turns how a place reads, never
//! whether it is reported.

use std::collections::HashSet;
use std::sync::OnceLock;

/// A list of words, written with blanks between them and taken apart once.
pub(super) struct Words {
    text: &'static str,
    list: OnceLock<HashSet<&'static str>>,
}

impl Words {
    fn list(&self) -> &HashSet<&'static str> {
        self.list.get_or_init(|| self.text.split_whitespace().collect())
    }

    /// Whether `word` is one of them.
    pub(super) fn contains(&self, word: &str) -> bool {
        self.list().contains(word)
    }

    /// Whether one of them is at the front of `text`.
    pub(super) fn begin(&self, text: &str) -> bool {
        text.char_indices().any(|(at, c)| self.contains(&text[..at + c.len_utf8()]))
    }

    /// Whether one of them is at the end of `text`.
    pub(super) fn end(&self, text: &str) -> bool {
        text.char_indices().any(|(at, _)| self.contains(&text[at..]))
    }
}

const fn words(text: &'static str) -> Words {
    Words { text, list: OnceLock::new() }
}

/// Single characters that go on a sentence after a name.
pub(super) const FUNCTION_WORDS: &str =
    "为于在的任等到是与和及因将被向对从以给让同说称也又已曾就都还并或由经均系应未不能可会要把案之其此该";

/// Adverbs that stand between a name and its verb, and end names too (曹先|后收受, although a 曹先后 is known).
pub(super) const ADVERBS: &str = "后已曾正均系因将被及";

/// Single characters that say what somebody does or where, right behind a name (赵利|用水杯, 王伟|时任).
pub(super) const GOING_ON: &str =
    "用去来到说问答看带拿送找叫请让听想做写得打买卖借骗偷抢走回住死家处时等有无常只总先再才没不还所里这那一";

/// Surnames that things are counted by too (三张, 两周, 九元).
pub(super) const MEASURES: &str = "万元张周段项户车支成米时";

/// What follows a person's name: titles, kin, and verbs of saying and doing that take a person.
pub(super) static AFTER: Words = words(
    "同志 先生 女士 小姐 夫人 夫妇 书记 主任 局长 处长 科长 厅长 院长 校长 班长 主席 部长 市长 县长 \
     区长 镇长 乡长 所长 站长 队长 秘书长 经理 总经 董事 总裁 会计 干部 总统 总理 首相 教练 将军 上校 \
     少校 司令 政委 参谋 大使 议员 皇帝 博士 教授 大师 老师 律师 医生 师傅 老人 大爷 大妈 大娘 奶奶 爷爷 同学 法官 检察官 警官 民警 \
     等人 本人 一家 妈妈 爸爸 母亲 父亲 妻子 丈夫 女儿 儿子 (男 (女 ,男 ,女 某 说 称 指出 强调 表示 \
     认为 呼吁 透露 回忆 告诉 承认 坦言 宣布 解释 感到 觉得 否认 供述 交代 担任 出任 当选 感动 高兴 \
     放心 驾驶 驾车 伙同 窜至 窜入 今年 报道",
);

/// What only a person does. It follows an adverb as easily (曹先|后收受), so it says nothing about where a name ends.
pub(super) static DOES: Words = words(
    "收受 索取 贪污 受贿 行贿 挪用 利用 辞职 辞去 任职 退休 出生 毕业 逝世 去世 出席 主持 讲话 会见 到会 到任",
);

/// What goes before it.
pub(super) static BEFORE: Words = words(
    "同志 书记 主任 局长 处长 科长 厅长 司长 行长 院长 校长 会长 理事长 主席 部长 市长 县长 区长 镇长 \
     乡长 所长 站长 队长 组长 秘书长 总干事 秘书 经理 董事长 总裁 会计 干部 委员 科员 主任科员 调研员 \
     总统 总理 首相 领袖 大使 国王 女王 王子 公主 司令 政委 将军 议员 顾问 教练 主帅 选手 队员 球员 \
     前锋 后卫 门将 中场 冠军 名将 组织者 画家 作家 诗人 歌手 演员 主演 导演 编剧 摄影 作者 编辑 记者 \
     博士 教授 教师 老师 律师 法官 检察官 检察员 审判员 民警 警官 战士 牧民 村民 农民 工人 学生 青年 \
     女孩 男孩 校友 同学 朋友 老人 被告 被告人 原告 证人 嫌疑人 罪犯 亲属 父亲 母亲 丈夫 妻子 儿子 \
     女儿 弟弟 哥哥 妹妹 姐姐 之子 之女 其子 其女 姓名: 名叫",
);

/// Kin of somebody who was named before: 其妻王芳 is about the wife, whoever else is called so.
pub(super) static KIN: Words = words(
    "其妻 其夫 其子 其女 其父 其母 其兄 其弟 其姐 其妹 之妻 之夫 之子 之女 之父 之母 之兄 之弟 之姐 之妹 妻子 丈夫 \
     儿子 女儿 父亲 母亲 哥哥 弟弟 姐姐 妹妹 岳父 岳母 女婿 儿媳 配偶 亲属 情妇",
);

/// What stands before 长 in titles of office: in 省长孙文 the 长 belongs to the title.
pub(super) const OFFICES: &str = "省市县区镇乡村局厅司署处科院校所站队班组社会团部行厂矿店州";

/// Common words that the dictionary tags as names of persons.
pub(super) static ORDINARY_WORDS: Words = words(
    "高峰 陆军 高明 明文 白云 黄河 长江 马力 高原 高山 白雪 和平 建设 方正 方圆 平安 安康 \
     文明 光明 黎明 高潮 高级 高速 高新 高温 成功 成就 常规 安全 安宁 安定 康复 华东 华南 \
     向阳 田野 金融 金属 石油 石化 雷达 雷雨 温度 温和 双方 英雄 英明 林业 江南 江北 江山 \
     洪水 洪峰 钟点 程序 程度 项目 单位 任务 任命 关键 关于 经济 经理 海洋 海军 空军 国家 \
     明白 武功 和尚 王朝 卫星 荣誉 古老 冷笑 武林 明星 宫殿 权威 师傅 封锁 宣言 胡同 师兄 \
     顾问 王爷 齐声 祖先 文武 石英 顾客 公正 凤凰 辛勤 米粉 胡子 桂林 柏林 叶子 安静 \
     祖宗 谢谢 白领 红旗 鱼雷 沙滩 师范 诸如 梅花 吉祥 范畴 周转 诸侯 鹿角 元帅 孙子 双拥 \
     宁可 陈述 荣获 马匹 双喜 胡说 关怀 林立 秦岭 明珠 王子 温泉 白宫 红外 陈列 通达 常德 \
     乌云 宁静 养老 蓝天 金刚 左翼 师生 冷汗 安抚 许可 朱红 原谅 容纳 杜绝 沙丘 晋升 石狮 \
     云母 童子 祝贺 师母 松树 兰花 岳父 蓬勃 史诗 乌龟 凌厉 满怀 桂花 乔木 毛巾 麦子 \
     白布 元老 郎中 陈设 高薪 华丽 石林 麻木 弘扬 燕子 巴掌 练兵 白发 金黄 林子 林木 梅子 \
     安危 查明 石柱 张贴 周旋 练功 田园 高耸 孔雀 才华 龙王 朱砂 史实 戈壁 张嘴 古文 张口 \
     慕名 熊掌 李子 廉政 贝母 焦黄 凌空 雷声 钱财 万世 温馨 白银 卢布 蓝图 殷勤 明智 陈旧 \
     祝福 严正 贝壳 高昂 庄园 顾忌 高超 毋宁 胡椒 张罗 徐徐 高雅 郎君 富豪 时髦 敬仰 敬畏 \
     卫冕 古董 施政 咸蛋 明朗 熊猫 陶醉 任凭 滑雪 高喊 麻醉 盖子 周全 权贵 毛发 白昼 \
     敬佩 罗汉 祖母 空旷 边远 雷霆 张望 从政 柳树 易经 许诺 许昌 白痴 岳母 须知 花白 史前 \
     晋级 涂抹 巴结 伏兵 黄牛 孙女 马鞍 焦耳 柏树 权衡 鲁莽 盛世 宣武 于今 石阶 索引 农耕 \
     富翁 冉冉 元宝 从军 周详 花圃 华裔 熊熊 容颜 利剑 苏醒 滑冰 荆棘 武威 秋风 冷清 通晓 \
     金秋 屠宰 敬礼 吉普 连成 马虎 罗盘 和睦 卓绝 施舍 才智 和善 盖章 党羽 勾勒 乐章 钟楼 \
     解密 钱粮 连贯 甘休 燕麦 冷杉 \
     高达 家族 满族 苗族 白族 黎族 通讯 申报 沙发 金银 王府 文教 高悬 马背 胡涂 巴蜀 和谈 双打 养牛 国语 \
     牛马 宗庙 管教 越冬 王侯 王后 王妃 满文 师爷 龙舟 练武 唐诗 红利 家教 马刀 别提 印发 双赢 卢比 宋体 \
     王族 云云 高教 牛津 诸子 高招 马尾 荣幸 祖传 毛驴 暴君 陶冶 易溶 黄蜂 步履 伊始 阴冷 桂冠 查清 沙尘 \
     阴森 连胜 饶命 秋收 屈膝 凌驾 籍贯 盛怒 段子 滑翔 武斗 诸君 牟利 栗子 杨树 平添 孔径 殷红 高阁 祝寿 \
     宁肯 敬爱 周折 红茶 饶恕 辛劳 山洪 广电 马儿 黄铜 路基 盛衰 毛竹 柳枝 严令 阴云 马屁 何谓 宁死 梅雨 \
     宿营 钟爱 温顺 贺喜 公卿 秋千 祖孙 韩语 从师 花招 龙虾 苍生 简章 益处 刁钻 何干 白净 和暖 雷同 费尽 \
     易懂 尚武 厉鬼 付诸 麻利 范文 索道 黄泉 劳教 荣立 牛仔 冷凝 王法 越战 殷实 万幸 汤圆 童工 顾全 白刃 \
     贺卡 莫测 花布 蒙昧 白皙 游弋 武侠 寿星 和服 井喷 屠夫 麻黄 卫戍 皮鞭 桑树 越轨 顾盼 田庄 杜撰 金库 \
     牛黄 闻言 谢幕 苗木 红杉 武夫 蓝领 茅庐 师专 林荫 盛赞 元勋 华盖 马棚 松香 帅哥 后继 曲直 扶正 黎民 \
     麦苗 荣膺 沙石 唐突 丰年 阴凉 苍翠 益发 养蚕 麦穗 冷宫 养蜂 通顺 童谣 寿礼 易燃 付清 莫若 公允 党纲 \
     贺信 蔚蓝 胡言 水淹 易怒 高清 平躺 劳顿 白搭 沃土 安营 陈腐 花蕾 干戈 谢世 牛羊 从宽 屠城 贺礼 苗圃 \
     喻为 莫如 松木 楼宇 冷光 从简 严词 红粉 陈词 闻声 余裕 仲夏 养母 万贯 桑拿 任满 顾惜 花环 寿辰 马帮 \
     陈说 贺词 戎马 尤物 农忙 桂圆 封山 劳驾 纪纲 甘霖 陈迹 章鱼 陈规 封官 宦海 夏收 匡扶 薄命 薄冰 谈天 \
     薄暮 从良 双语 荣登 花甲 司仪 单飞 刁民 越权 左倾 敬老 徐缓 云散 齐奏 祝词 余震 元配 余生 高寿 闻风 \
     解甲 冷敷 卓识 谢顶 居功 余怒 乔迁 余韵 伏罪 任劳 仇富 平仓",
);

/// Words that, right after a name, make it part of the name of an organisation or a place.
pub(super) static HEADS: Words = words(
    "公司 集团 大学 学院 中学 小学 医院 诊所 纪念馆 博物馆 图书馆 体育馆 体育场 陈列馆 美术馆 艺术馆 \
     展览馆 书画 基金会 基金 研究所 研究院 研究会 学会 协会 中心 信托 俱乐部 机场 火车站 车站 广场 \
     大街 大道 大桥 大厦 邮报 日报 晚报 时报 公园 影院 剧院 酒店 宾馆 饭店 茶厅 茶馆 书店 商店 商场 \
     超市 银行 工厂 药业 酒业 实业 科技 电器 事务所 畜牧场 农场 牧场 林场 海滩 水库 水电站 核电站 \
     彗星 综合征 实验室 帝国 王朝 山脉 半岛 群岛 海峡 运河 高原 盆地 平原 沙漠 古城 庄园 别墅 商事 \
     汽车 杂志社 杂志 出版社 国际 会馆 赛车 球场 体育 竞技 教堂 车队 战队 女足 男足 故居 故里 旧居 祠堂 墓地 \
     陵园 行宫 胡同 小区 花园 新村 公寓 商厦 商城 市场 码头 渡口 隧道 立交桥 煤矿 油田 电厂 钢厂 药厂 酒厂 街道 社区 学校 幼儿园 卫生院 药店 药房 茶楼 酒楼 酒家 餐厅 饭庄 画廊 画院 书院 棋院 剧团 \
     乐团 乐队 影业 地产 置业 传媒",
);

/// The same, one character long: only where the dictionary cuts it off by itself.
pub(super) const SHORT_HEADS: &str = "市县区州省镇乡岛湖河港湾街路庙寺队城馆厂店峰陵墓祠村屯庄寨巷桥塔";

/// The same at the end of a dictionary word that begins with the name (墨尔本市).
pub(super) const WORD_ENDS: &str = "队市区县州省镇乡岛湖河港湾街庙报";

/// Heads of organisations that may have more words between the name and themselves.
pub(super) static ORGANISATIONS: Words = words(
    "公司 集团 大学 学院 中学 小学 医院 基金会 研究所 研究院 研究会 学会 协会 中心 俱乐部 事务所 \
     委员会 奥委会 王国 帝国 杂志社 出版社 工作室 博物馆 纪念馆 合作社 突击队 联盟",
);

/// What somebody does with others, which the dictionary has as nouns too (王伟|会见|某公司总裁).
pub(super) static MEETS: Words = words("会见 会晤 接见 拜会 约见 看望 走访 高度评价 高度赞扬 热烈祝贺");

/// What stands between a person's name and 集团 where it is a gang, and no firm.
pub(super) static GANGS: Words = words("反革命 反党 犯罪 诈骗 盗窃 走私 贩毒 贩卖 黑恶 涉黑 传销 腐败 造假");

/// How the papers of an office end, and the collected words of a person.
pub(super) static PAPERS: Words = words(
    "案 决定 通报 报告 通知 批复 意见 函 鉴定 检查 材料 纪要 事迹 申诉 说明 简历 履历 档案 请示 证明 笔录 供述 判决书 \
     选集 文选 文集 全集 传 自传 传记 回忆录",
);

/// What is called after the head of another state, and is not that person (萨根政府): only behind a name that is
/// transcribed, for in a list of officials a name stands before 政府办 as well.
pub(super) static REGIMES: Words = words("政府 政权 内阁");

/// What makes of a person's name the name of an idea, a prize, a law, a body of work: the name is still the
/// person's (达尔文主义, 尤伯杯, 格林童话).
pub(super) static EPONYMS: Words = words(
    "主义 思想 理论 精神 时代 杯 杯赛 奖 文学奖 法 拳 氏 帝 定律 定理 童话 故事 选集 文选 文集 全集 新书",
);

/// Characters that foreign names are transcribed with (the tables of the news agency).
pub(super) const TRANSCRIBING: &str = "阿埃艾安昂奥巴班邦代保鲍贝本比彼宾波伯勃博布查达戴丹道德登邓迪底蒂丁杜顿多\
厄恩尔耳法凡范菲费甫芬冯佛夫弗福富盖甘冈戈哥格葛根古瓜圭哈海汉豪赫亨胡霍基吉加贾简杰金津卡凯坎康考科克肯孔库\
拉莱赖兰朗劳勒雷蕾里丽利莉廉列林琳隆卢鲁露路伦罗洛马玛迈曼芒毛梅蒙孟米密摩莫默姆墨穆纳娜奈乃南内嫩尼娅宁努诺欧帕潘\
庞佩蓬皮匹珀蒲普齐奇恰乔切钦琼让热日荣瑞若萨塞赛桑瑟森沙山尚绍舍申圣施什史斯丝苏索塔泰坦汤唐陶特滕提汀廷通图托\
瓦万旺威韦维温翁沃乌武西希锡夏香谢辛逊雅亚延扬耶伊易因尤约泽扎詹茨朱卓佐黛奎琉";

/// Those of them that hardly stand in anything else; one of them has to be in the name.
pub(super) const SOUNDS: &str = "阿埃艾奥巴鲍贝彼勃迪蒂厄恩尔菲弗盖戈格圭哈赫霍基贾卡凯坎科克库拉莱朗勒蕾里\
利莉廉卢鲁伦罗洛玛蒙摩默姆穆纳娜乃尼努诺帕佩皮匹珀普奇恰切萨塞瑟圣什斯丝塔泰特提汀托瓦威韦沃乌希逊亚耶伊扎詹茨夫\
德布维兰奎";

/// Characters that are transcribed with, but stand by themselves between a name and what follows.
pub(super) const NOT_JOINING: &str =
    "因以于将被把向对从由与和及而但又也就都还在到为给让使按据之其此这那某各说称是有无不";

/// The common single surnames: most people bear one of them.
pub(super) const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡\
蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾韦夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵覃武钱戴莫\
孔向常汤康易乔赖文尚施洪季庄严伍邢樊兰牛万鲁葛殷章温岳齐鄢梅倪俞柳安翟颜柴焦聂关申祝耿左裴宁盛骆甘路靳符包凌阮单涂\
欧屈柯毕司苗童霍游耳古霞齐冉柏诸时应吉阎纪解冷华尤褚辛曲查娄蒲谷佟舒牟管成宗饶芦边沙楼桂辜蓝宫蒙艾景花瞿臧敖封宣\
戚连卓窦岑车池鲍卜穆晏党简喻储鞠郁栾苑房莘商仇牛仲栗麦谌匡晋隋褚衣尧冼宿虞尉桑项祁费明计伏米卞伊水云和平元狄滕";

/// The rarer ones of the Hundred Surnames (百家姓), and some that are borne today.
pub(super) const RARE_SURNAMES: &str = "卫奚郎昌凤酆廉邬乐傅皮萧湛禹贝谈茅庞闵席麻强危刁支昝经裘缪干贲杭钮嵇滑荣翁荀羊於惠甄家芮羿汲邴糜松井富巫\
乌巴弓牧隗山宓蓬全郗班仰秋暴钭厉戎祖詹束幸韶郜蓟薄印怀邰从鄂索咸籍蔺屠阴胥能苍双闻贡劳逄姬扶堵宰郦雍郤璩\
濮寿通扈燕冀郏浦农别充慕茹习宦鱼容慎戈庾终暨居衡步都满弘国寇广禄阙东殳沃利蔚越夔隆师巩厍晁勾融訾阚那空毋\
乜养须丰巢蒯相后荆红竺权逯盖益桓公仝佘亓占库原税邝揭练鹿翦户由帅敬才战迟郄幺代阳苟丘丛楚粟区朴漆卿初门邸修况鲜亢豆檀展植奉矫靖琚巨茆綦谯渠侍眭宛忻续延言藏\
承青释仵";

/// The surnames of two characters.
pub(super) static COMPOUND_SURNAMES: Words = words(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 长孙 宇文 轩辕 端木 南宫 西门 东郭 \
     百里 呼延 公羊 澹台 淳于 单于 太史 申屠 钟离 闻人 独孤 拓跋 完颜 纳兰 司空 鲜于 闾丘 赫连 濮阳",
);
