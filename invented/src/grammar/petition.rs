//! 信访材料 and 谈话笔录.

use super::Rules;

/// The rules.
pub(super) const RULES: Rules = &[
    ("信访材料", &["{letter_title}\n{letter_opening}\n{letter_fact*2-4}\n{letter_feeling*1-2}\n{letter_request}\n{letter_end}"]),
    (
        "letter_title",
        &[
            "群众来信摘要", "关于反映{S}有关问题的来信", "网络举报件（{No}）", "来访登记表", "举报信", "信访交办单（{No}）", "{matter}问题反映", "关于{Unit}有关问题的反映", "电话举报记录", "一封没有署名的信",
        ],
    ),
    (
        "letter_opening",
        &[
            "尊敬的领导：我们是{Town}的普通群众，实名反映以下情况。", "来访人{Mask}反映：{Intro}。", "我叫{Out}，原在{company}工作，现反映{S}的问题。", "{Date}，有群众来电，反映{Intro}存在下列问题。", "领导您好，{weather}，本不想打扰，但实在看不下去了。",
            "举报人要求保密。被举报人：{Intro}。", "我们多次向{Unit}反映，均无答复，现再次写信。", "该件由{Com}登记，反映对象为{Intro}。", "编号{No}，收件时间{Date}。反映：",
        ],
    ),
    (
        "letter_fact",
        &[
            "{S}{violation}，村里人都知道。", "据说{Sb}{violation}。", "去年{occasion}，{S}{violation}，还不让人往外讲。", "我亲眼看见{company}的车给{S}家送东西。", "{S}的亲戚{Rel}在{company}挂名领工资，从不上班。",
            "{project}没有招标就开工，老板{Out}跟{S}是同学。", "{fund}到现在没发到手里，一问就说{Sa}{after_phrase}。", "他还伙同{N}，{violation}。", "{Month}，{S}在饭店请客{Small}桌，{N}、{Out}都去了。", "有人向{Unit}问过，{N}说不归他管。",
            "办事先要给{S}表示{Amount}，不给就拖。", "{violation}，证据有转账截图{Small}张。", "同样姓{Mask}的那位也参与其中。",
        ],
    ),
    ("letter_feeling", &["我们老百姓不懂政策，只求一个公道。", "这样的人怎么能当{Post}？", "{school}已经反映{Small}次，石沉大海。", "以上句句属实，愿负法律责任。", "群众意见很大，影响很坏。", "如果查无此事，也请还当事人清白。", "我今年{Num}岁了，没有必要说谎。"]),
    ("letter_request", &["恳请{Com}派人核查。", "请求查处，并告知结果。", "要求退还{fund}{Amount}。", "望上级尽快查清{project}的问题。", "请为我们保密，谢谢。", "如不处理，将继续向上反映。", "拟转{Unit}处理，并要求{Small}个月内反馈。"]),
    ("letter_end", &["{Town}群众{Small}人\n{Today}", "此致敬礼\n{Today}", "联系方式已登记\n{Today}", "{Today}收", "接访人：{Out}\n{Today}", "{Today}", "（附件{Small}份，略）"]),
    ("谈话笔录", &["{talk_title}\n{talk_head}\n{talk_turn*4-7}\n{talk_end}"]),
    ("talk_title", &["谈话笔录", "谈话笔录（第{Small}次）", "与{S}的谈话笔录", "询问笔录", "核查谈话记录（{No}）", "提醒谈话记录"]),
    (
        "talk_head",
        &[
            "时间：{Date}　地点：{Com}谈话室\n被谈话人：{Intro}", "谈话时间：{Today}。谈话人：{Out}。被谈话人：{Intro}。", "地点：{Unit}会议室。记录人：{Out}。\n被谈话人{Intro}。", "{Today}上午，核查人员依规与{S}谈话。{Intro}。", "谈话对象：{Intro}。在场人员：{List}。",
        ],
    ),
    (
        "talk_turn",
        &[
            "问：请谈谈{project}的情况。\n答：这个项目是{N}具体负责的，我只签过字。", "问：{occasion}你收过{company}的东西吗？\n答：收过{gift}，后来退了。", "问：你和{Out}是什么关系？\n答：{relation}。", "问：{fund}是怎么支出的？\n答：按惯例，由{N}经手，我同意的。",
            "问：{Month}你在哪里？\n答：在{Town}出差，同去的有{N}。", "问：{violation}，是否属实？\n答：属实，我愿意接受处理。", "问：{violation}，你怎么解释？\n答：没有这回事，请组织调查。", "问：{Sb}签过字没有？\n答：签过，{Date}签的。", "问：还有什么要补充的？\n答：我对不起组织，{refund}。",
            "问：你的亲属有无经商办企业？\n答：我爱人{Rel}在{company}有点股份，没有报告。", "问：{Sa}{after_phrase}，这句话是谁说的？\n答：我不清楚，可能是{N}说的。", "问：你认识{N}吗？\n答：认识，以前是同事。", "问：款项{Amount}去了哪里？\n答：还了房贷，其余{Small}万元在{Rel}手上。", "问：以上内容是否看清？\n答：看清了，与我说的一致。",
        ],
    ),
    ("relation", &["老乡，平时走动不多", "同学，常在一起打牌", "不熟，见过{Small}次面", "他是{company}的老板", "远房亲戚", "以前的下属", "只在{project}上打过交道"]),
    ("talk_end", &["以上笔录我看过，与我讲的相符。\n{S}\n{Today}", "被谈话人签名：{S}　{Today}", "谈话于{Num}分钟后结束。{Today}", "记录人：{Out}\n{Today}", "（以下无正文）", "{Sa}{after_phrase}。谈话结束。"]),
];
