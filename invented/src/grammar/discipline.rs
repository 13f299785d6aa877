//! 处分决定, 通报, 审查调查报告, 审理报告.

use super::Rules;

/// The rules.
pub(super) const RULES: Rules = &[
    ("处分决定", &["{decision_title}\n{decision_opening}\n{decision_fact*2-4}\n{attitude*1-2}{finding}\n{decision_ruling}\n{appeal?}\n{sign}"]),
    (
        "decision_title",
        &[
            "关于给予{S}同志{Sanction}处分的决定", "关于对{S}违纪问题的处理决定", "给予{S}{Sanction}处分决定书", "{Unit}关于{S}所犯错误的处分决定",
            "关于给予{S}{Sanction}的批复", "处分决定书（{No}）",
        ],
    ),
    (
        "decision_opening",
        &[
            "{Intro}。经查，存在以下违纪违法事实：", "{Intro}，{joined}。{Com}经审查调查并报批准，现决定如下：", "根据{source}，{Com}对{Sb}涉嫌违纪问题立案审查。{Intro}。",
            "{Intro}。{Month}，因涉嫌违反{discipline}被立案。", "被处分人：{Intro}。", "各支部：现将有关处理情况告知如下。{Intro}。",
        ],
    ),
    (
        "decision_fact",
        &[
            "一是{violation}。", "{Date}，{Sb}{violation}。", "另查明，{violation}；{violation}。", "其中，{violation}，事后{aftermath}。", "在担任{Post}期间，{violation}。",
            "{violation}，{N}对此知情并参与。", "此外，{violation}。上述款物已{refund}。", "{Span}，{violation}，数额累计{Amount}。", "及{Sb}本人供述，{violation}。", "据{N}证实，{violation}。",
        ],
    ),
    (
        "attitude",
        &[
            "案发后，{S}能够主动交代组织未掌握的问题。", "{Sa}{after_phrase}。", "审查期间，{S}认错态度较好，{refund}。", "{S}对抗组织审查，与{Out}订立攻守同盟。",
            "鉴于其主动上交违纪所得{Amount}，可从轻处理。", "{S}在谈话中避重就轻，经教育后写出检讨。", "同案人{Mask}已另行处理。", "{S}系初犯，且情节较轻。",
        ],
    ),
    ("after_phrase", &["明确表示接受处理", "杰出表现不能抵消错误", "三次写出书面检查", "平时疏于学习", "清楚说明了资金去向", "军事训练受伤期间未如实报告", "成为反面典型", "海外账户未见异常"]),
    ("aftermath", &["予以隐瞒", "要求{Out}保密", "补办手续", "将款项转入{Rel}账户", "用于家庭开支", "未向组织报告", "退还一部分", "伪造借条应付检查"]),
    ("refund", &["全部退缴", "上交{Com}账户", "退赔{Amount}", "由{Rel}代为退还", "依规收缴", "尚有{Amount}未退", "主动清退"]),
    (
        "finding",
        &[
            "上述行为违反{discipline}，{degree}。", "经{Com}会议讨论，认为其行为构成违反{discipline}错误，{degree}。", "依据有关条例之规定，应予处分。", "其身为党员领导干部，{criticism}，{degree}。",
            "{criticism}，造成不良影响。", "综合考虑性质、情节和后果，{degree}。",
        ],
    ),
    ("discipline", &["廉洁纪律", "工作纪律", "群众纪律", "组织纪律", "生活纪律", "中央八项规定精神", "财经纪律", "国家法律法规", "政治纪律和政治规矩"]),
    ("degree", &["应予严肃处理", "情节较重", "情节轻微", "应当承担主要领导责任", "负有直接责任", "性质恶劣，影响较坏", "属于初犯，可以从轻", "应当承担重要领导责任"]),
    ("criticism", &["理想信念丧失", "纪法意识淡薄", "对主体责任落实不力", "公私不分", "把关不严、失职失责", "特权思想严重", "交友不慎、甘于被围猎", "重业务轻监督", "心存侥幸、边整边犯"]),
    (
        "decision_ruling",
        &[
            "经研究并报批准，决定给予{S}{Sanction}处分，自{Date}起生效。", "决定：给予{S}{Sanction}处分；违纪所得予以收缴。", "根据规定，给予其{Sanction}处分。对负有责任的{N}给予诫勉。",
            "{Date}，经集体研究，决定给予{S}同志{Sanction}处分。", "现决定给予{S}{Sanction}处分，并责令其在民主生活会上作出检查。", "给予{S}{Sanction}处分，{N}另案处理。",
        ],
    ),
    ("appeal", &["如对本决定不服，可依照规定提出申诉，申诉期间不停止执行。", "本决定自送达之日起执行，并归入本人档案。", "本决定由{Unit}负责在{Small}日内宣布。", "处分影响期按有关规定执行。"]),
    ("sign", &["{Com}\n{Today}", "{Today}", "（此件不公开）\n{Today}", "抄送：{Com}\n{Today}", "{No}\n{Today}", "{Today}印发", "承办人：{Out}\n{Today}"]),
    (
        "source",
        &["群众举报", "巡察移交线索", "审计移送的问题", "案件查办中发现的线索", "上级交办件", "日常监督发现的情况", "网络舆情反映", "专项检查结果", "公安机关通报"],
    ),
    ("通报", &["{notice_title}\n{notice_opening}\n{notice_case*1-3}\n{notice_lesson*1-3}\n{notice_demand*1-2}\n{sign}"]),
    (
        "notice_title",
        &[
            "关于{S}等人违纪问题的通报", "关于{Small}起{matter}方面典型问题的通报", "{Unit}关于有关问题的情况通报", "{Area}通报曝光{Small}起典型案例", "关于{S}问题的内部通报",
            "以案为鉴　警钟长鸣", "关于{matter}领域违纪问题的通报", "{Year}年第{Small}号通报",
        ],
    ),
    (
        "notice_opening",
        &[
            "{school}，{Com}持续加强对{matter}的监督检查。为严明要求、以儆效尤，现通报如下。", "为进一步推进{matter}，现将查处情况通报如下：", "日前，经{Com}查实，现对以下问题予以通报。",
            "各单位：{school}，个别干部仍不收手。现予通报。", "{weather}，检查组通过明察暗访发现以下问题。", "通报指出，{matter}中仍存在薄弱环节。",
        ],
    ),
    (
        "notice_case",
        &[
            "{Intro}。{violation}；{violation}。{Date}，受到{Sanction}处分。", "{S}，{violation}。{Com}给予其{Sanction}处分。", "{Intro}，{violation}，被诫勉谈话，责令退还{Amount}。",
            "{Unit}{N}等人{violation}，分别受到相应处理。", "经查，{Sb}{violation}，{N}负有领导责任，受到批评教育。", "{Sa}{after_phrase}，但{violation}，仍属违纪。", "相关责任人{List}被约谈。",
            "{Intro}。{Span}，{violation}，涉及金额{Amount}，受到{Sanction}处分，{N}受到提醒谈话。",
        ],
    ),
    (
        "notice_lesson",
        &[
            "上述案例表明，{criticism}必然导致失守。", "{S}身为{Post}，{criticism}，教训深刻。", "问题虽发生在个别人身上，但暴露出{matter}存在漏洞。", "这些问题反映出有的干部{criticism}。",
            "以上人员在纪律面前{criticism}，影响恶劣。", "通报要求从{S}案中汲取教训。", "有的单位对{matter}不上心，监管层层失守。",
        ],
    ),
    (
        "notice_demand",
        &[
            "各单位要对照检查，于{Small}日内报送整改情况。", "各级党组织要压实责任，把{matter}抓在日常。", "{Unit}要开展专项整治，{effect}。", "全体干部要引以为戒，守住底线。",
            "监督检查部门要紧盯{fund}管理使用，发现一起查处一起。", "要完善制度，堵塞漏洞，{effect}。", "对顶风违纪的，一律从严处理并点名曝光。",
        ],
    ),
    ("审查调查报告", &["{report_title}\n{report_basis}\n{report_person}\n{report_fact*2-4}\n{report_proof*1-3}\n{attitude*1-2}\n{report_advice}\n{sign}"]),
    (
        "report_title",
        &["关于{S}涉嫌违纪违法问题的审查调查报告", "{S}案审查调查报告", "审查调查报告（{No}）", "关于反映{S}有关问题的初步核实报告", "关于{project}有关问题的调查报告"],
    ),
    (
        "report_basis",
        &[
            "根据{source}，经批准，{Com}于{Date}成立核查组。现将情况报告如下。", "{Date}，{Com}收到{source}，随即开展核查。", "按照分工，核查组自{Month}起开展工作，调阅资料{Num}份，谈话{Num}人次。",
            "现就{S}案审查调查情况报告如下。", "{Month}，经{Com}批准，对{Sb}立案。核查组由{Small}人组成。",
        ],
    ),
    ("report_person", &["一、基本情况\n{Intro}。{experience}", "（一）被审查人：{Intro}。", "{Intro}。家庭成员：配偶{Rel}，{company}员工。", "被调查人情况：{Intro}。{experience}"]),
    (
        "experience",
        &["参加工作以来先后在{Small}个岗位任职。", "长期从事{matter}工作。", "{Year}年起分管{matter}。", "曾获先进个人。", "无前科，此前未受过处分。", "{Year}年曾被提醒谈话。", "其子{Rel}在{company}上班。"],
    ),
    (
        "report_fact",
        &[
            "（一）{violation}。相关款项由{Out}经手。", "经查，{Month}，{S}{violation}。", "{Date}，{S}与{N}商议后，{violation}。", "关于反映其{violation}的问题，经核查属实。",
            "关于{fund}问题：{violation}。", "反映其在{project}中牟利的问题，未发现证据，建议了结。", "{N}、{N}分别证明，{violation}。", "{company}{Out}供述，{Sb}{violation}。", "6月{Sb}主持会议研究{project}，{violation}。",
            "校长、院长等{Small}人证实，{Sb}{violation}。",
        ],
    ),
    (
        "report_proof",
        &[
            "以上事实有证人{N}、{Out}的证言，银行流水{Num}笔，会议记录{Small}份证实。", "证人{Mask}证实，{S}曾到{company}。", "据{Sb}称，{fund}系临时周转。", "调取的{fund}账册显示，支出{Amount}无合法凭证。",
            "{Sa}{after_phrase}，与书证相互印证。", "{Rel}（系其亲属）陈述与账目一致。", "核查组到{Unit2}调阅档案，未发现异常。", "{N}承认收取好处费{Amount}。", "上述事实清楚，证据确实充分。",
        ],
    ),
    (
        "report_advice",
        &[
            "建议给予{S}{Sanction}处分，移送审理。", "建议对{S}予以诫勉，对{N}批评教育。", "建议将涉嫌犯罪问题移送检察机关，涉案财物{Amount}一并移送。", "综上，建议对其失实问题予以澄清，其余问题从轻处理。",
            "经集体研究，拟给予{S}{Sanction}处分，妥否，请批示。", "建议由{Unit}责令{S}作出书面检查，并向{Com}报告整改情况。",
        ],
    ),
    ("审理报告", &["{trial_title}\n{trial_opening}\n{report_fact*1-3}\n{trial_view*2-3}\n{trial_conclusion}\n{sign}"]),
    ("trial_title", &["关于{S}案的审理报告", "案件审理报告（{No}）", "关于{S}违纪案的审理意见", "{S}严重违纪问题审理报告", "关于移送审理案件的审核意见"]),
    (
        "trial_opening",
        &[
            "{Date}，审理室受理{S}案，依规组成审理组，对全案材料{Small}卷进行了审核。{Intro}。", "审理组阅卷后，于{Date}与{Sb}谈话。{Intro}。", "本案由核查组移送。{Intro}，{joined}。", "按规定，审理室对移送的案卷进行了形式审核和实质审核。被审查人{Intro}。",
        ],
    ),
    (
        "trial_view",
        &[
            "审理认为，本案事实清楚、证据确凿、定性准确。", "关于{violation}一节，建议补充{N}的证言。", "关于定性：其行为违反{discipline}，{degree}。", "关于量纪：鉴于{S}{refund}，可从轻。", "审理谈话中，{Sa}{after_phrase}。",
            "核查组认定的{Amount}中，有{Amount}依据不足，建议不予认定。", "同案的{N}、{Mask}已作处理，本案应保持平衡。", "手续完备，处理恰当。", "涉案财物{Amount}的处理意见符合规定。",
        ],
    ),
    ("trial_conclusion", &["建议给予{S}{Sanction}处分。", "审理组一致同意给予{S}{Sanction}处分，提请会议审议。", "建议退回补充调查，期限{Num}日。", "同意核查组意见，{degree}，给予其{Sanction}处分。", "建议变更为诫勉。"]),
];
