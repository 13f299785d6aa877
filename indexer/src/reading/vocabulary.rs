//! The words by which a place is read: what goes on a sentence after a name, titles beside it, and common
//! words that the dictionary takes for persons.
//!
//! Found in public texts and kept short on purpose: each entry turns how a place reads, never whether it is
//! reported.

/// Single characters that go on a sentence after a name.
pub(super) const FUNCTION_WORDS: &str =
    "为于在的任等到是与和及因将被向对从以给让同说称也又已曾就都还并或由经均系应未不能可会要把案之其此该";

/// Adverbs that stand between a name and its verb, and end names too (曹先|后收受, although a 曹先后 is known).
pub(super) const ADVERBS: &str = "后已曾正均系因将被及";

/// What follows a person's name.
pub(super) const AFTER: &[&str] = &[
    "同志", "先生", "女士", "书记", "主任", "局长", "处长", "科长", "院长", "校长", "主席", "部长", "市长",
    "县长", "区长", "镇长", "乡长", "所长", "站长", "队长", "经理", "总经", "董事", "会计", "干部", "等人",
    "本人", "(男", "(女", ",男", ",女", "某",
];
/// What goes before it.
pub(super) const BEFORE: &[&str] = &[
    "同志",
    "书记",
    "主任",
    "局长",
    "处长",
    "科长",
    "院长",
    "校长",
    "主席",
    "部长",
    "市长",
    "县长",
    "区长",
    "镇长",
    "乡长",
    "所长",
    "站长",
    "队长",
    "经理",
    "董事长",
    "会计",
    "干部",
    "委员",
    "组长",
    "科员",
    "主任科员",
    "调研员",
    "被告人",
    "嫌疑人",
    "检察员",
    "审判员",
    "记者",
    "姓名:",
    "妻子",
    "丈夫",
    "之子",
    "之女",
    "其子",
    "其女",
    "儿子",
    "女儿",
    "名叫",
];

/// Common words that the dictionary tags as names of persons.
pub(super) const ORDINARY_WORDS: &[&str] = &[
    "高峰", "陆军", "高明", "明文", "白云", "黄河", "长江", "马力", "高原", "高山", "白雪", "和平", "建设",
    "方正", "方圆", "平安", "安康", "文明", "光明", "黎明", "高潮", "高级", "高速", "高新", "高温", "成功",
    "成就", "常规", "安全", "安宁", "安定", "康复", "华东", "华南", "向阳", "田野", "金融", "金属", "石油",
    "石化", "雷达", "雷雨", "温度", "温和", "双方", "英雄", "英明", "林业", "江南", "江北", "江山", "洪水",
    "洪峰", "钟点", "程序", "程度", "项目", "单位", "任务", "任命", "关键", "关于", "经济", "经理", "海洋",
    "海军", "空军", "国家",
];
