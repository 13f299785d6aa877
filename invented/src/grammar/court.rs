//! 起诉意见 and 判决文书.

use super::Rules;

/// The rules.
pub(super) const RULES: Rules = &[
    ("起诉意见", &["{indict_title}\n{indict_head}\n{indict_path*1-2}\n{indict_fact*2-4}\n{indict_proof*1-2}\n{indict_view}\n{court_end}"]),
    ("indict_title", &["起诉意见书（{No}）", "关于{S}涉嫌{crime}案的起诉意见", "起诉意见书", "{S}涉嫌{crime}一案移送意见", "补充起诉意见（{No}）"]),
    ("crime", &["受贿罪", "贪污罪", "挪用公款罪", "滥用职权罪", "玩忽职守罪", "行贿罪", "串通投标罪", "私分国有资产罪", "职务侵占罪", "非国家工作人员受贿罪"]),
    ("indict_head", &["被调查人{Intro}。", "犯罪嫌疑人：{Intro}。", "{Intro}，因涉嫌{crime}，于{Date}被采取留置措施。", "被调查人基本情况：{Intro}。{experience}", "{Intro}。辩护人{Out}，律师。"]),
    (
        "indict_path",
        &[
            "本案由{source}引发，{Com}于{Date}立案调查，现已调查终结。", "{Date}，经批准延长调查期限{Small}个月。", "{Com}依法告知其诉讼权利，审阅全部案卷{Small}册。", "{Month}，{S}被取保候审。", "{Sb}到案后如实供述。", "同案人{N}、{Mask}另案处理。",
        ],
    ),
    (
        "indict_fact",
        &[
            "经依法调查查明：{Span}，{S}利用职务便利，{violation}。", "{Month}，被调查人{Sa}{after_phrase}后，仍{violation}。", "{Year}年，{S}伙同{N}，{violation}，数额{Amount}。", "{company}{Out}为感谢其关照，分{Small}次送给{S}现金{Amount}。", "期间，{S}通过{Rel}银行账户收取{Amount}。",
            "{Date}，{N}将{Amount}交给{S}，二人约定事后分配。", "在{project}中，{S}授意{N}泄露标底。", "其非法占有{fund}共计{Amount}，用于个人消费。", "另，{violation}。", "检察员{Sa}{court_after}。",
        ],
    ),
    ("court_after", &["出庭支持公诉", "杰出庭支持公诉", "平静陈述意见", "明日到庭", "军官身份已核实", "国外行程已查", "林场案卷已移送", "海关记录在卷"]),
    ("indict_proof", &["认定上述事实的证据有：书证{Num}份，证人{N}、{Out}等人的证言，{S}的供述，审计意见。", "上述事实，有{company}账册、{Rel}的证言及鉴定意见证实。", "证据确实、充分，足以认定。", "证人{List}的证言相互印证。", "电子数据显示双方往来{Num}次。"]),
    ("indict_view", &["{Com}认为，{S}的行为涉嫌{crime}，依法应当追究刑事责任，现移送审查起诉。", "综上，{S}构成{crime}，鉴于其{refund}，建议从宽。", "根据监察法有关规定，移送依法审查。随案移送涉案款{Amount}。", "建议以{crime}提起公诉，量刑建议为有期徒刑{Small}年。", "犯罪事实清楚，{degree}，建议依法惩处。"]),
    ("court_end", &["此致\n{Today}", "{Today}", "附：案卷{Small}册\n{Today}", "书记员{Out}\n{Today}", "本件与原本核对无异\n{Today}", "审判员{Out}　书记员{Out}\n{Today}"]),
    ("判决文书", &["{judg_title}\n{judg_head}\n{judg_claim*1-2}\n{judg_fact*2-3}\n{judg_view*1-2}\n{judg_result}\n{court_end}"]),
    ("judg_title", &["刑事判决书（{No}）", "{S}{crime}一审刑事判决书", "刑事裁定书（{No}）", "民事判决书（{No}）", "关于{S}案的判决文书摘要", "行政判决书（{No}）"]),
    ("judg_head", &["被告人{Intro}。", "公诉机关指控被告人{S}犯{crime}。{Intro}。", "上诉人（原审被告人）{Intro}。", "原告{Out}与被告{S}民间借贷纠纷一案，本院于{Date}立案。{Intro}。", "{Intro}。因本案于{Date}被刑事拘留。"]),
    ("judg_claim", &["公诉机关指控：{Span}，{violation}，应以{crime}追究刑事责任。", "原告诉称，{S}于{Month}借款{Amount}，至今未还。", "辩护人{Out}提出，{Sa}{after_phrase}，应从轻处罚。", "被告人{S}对指控无异议，自愿认罪认罚。", "上诉人及{Sb}辩称，款项系正常往来。", "检察员{Sa}{court_after}。"]),
    ("judg_fact", &["经审理查明，{Month}，{S}{violation}。", "{Date}，{S}驾车途经{Town}，与{Out}发生碰撞，造成{Mask}受伤。", "{S}与{N}共同出资{Amount}设立{company}，登记在{Rel}名下。", "证人{N}出庭作证，称{violation}。", "上述事实，有转账凭证、{Out}证言、现场照片等证据证实，予以确认。", "被害人{Mask}损失{Amount}，{refund}。", "另查明，{violation}，该节事实不影响定罪。"]),
    ("judg_view", &["本院认为，被告人{S}的行为已构成{crime}，{degree}。", "{Sb}到案后如实供述，系坦白，依法从轻。", "借贷关系合法有效，{S}应当偿还本金及利息。", "辩护人关于数额的意见，与查明事实不符，不予采纳。", "{S}具有自首情节，{refund}，可减轻处罚。", "同案被告人{N}作用较小，系从犯。"]),
    ("judg_result", &["判决如下：被告人{S}犯{crime}，判处有期徒刑{Small}年，并处罚金{Amount}。", "判决：{S}于十日内偿还{Out}借款{Amount}。", "裁定驳回上诉，维持原判。", "被告人{S}犯{crime}，免予刑事处罚。", "判处拘役{Small}个月，缓刑一年，追缴{Amount}上缴国库。", "驳回原告的其他诉讼请求，案件受理费{Amount}由{S}负担。"]),
];
