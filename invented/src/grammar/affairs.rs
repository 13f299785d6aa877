//! 任免文件, 会议纪要, 新闻, 工作总结 and 其他: texts that hold nothing against anybody.

use super::Rules;

/// The rules.
pub(super) const RULES: Rules = &[
    ("任免文件", &["{appoint_title}\n{appoint_opening}\n{appoint_item*2-5}\n{appoint_end*1-2}\n{affairs_sign}"]),
    ("appoint_title", &["关于{S}等同志职务任免的通知", "关于{S}同志任职的通知", "任免通知（{No}）", "{Unit}关于干部任免的通知", "干部任前公示", "关于干部试用期满正式任职的通知", "关于拟晋升职级人员的公示", "关于公布{Year}年度考核优秀人员的通知"]),
    (
        "appoint_opening",
        &[
            "各有关单位：经{Date}会议研究决定：", "根据工作需要，经研究，现将有关任免事项通知如下：", "为加强监督，现将拟任人选公示如下，公示期{Small}个工作日。", "{Intro}。经研究，拟予任用。", "经考核合格，以下同志试用期满，正式任职：", "各党支部、各科室：{school}人事调整如下。", "按照管理权限，经征求{Com}意见，决定：",
        ],
    ),
    (
        "appoint_item",
        &[
            "任命{S}为{Unit}{post_word}，试用期一年；", "{N}任{Unit2}{post_word}；", "免去{N}的{Unit2}{post_word}职务；", "{S}同志任{post_word}，不再担任原职务；", "拟晋升职级人员：{List}；", "{N}、{N}交流到{Town}工作；", "以下同志年度考核为优秀：{List}；", "挂职干部{List}，期限一年；",
            "推荐{N}为{post_word}人选；", "{N}到龄退休；", "拟任人选{S}，{education}，{joined}；", "{Sb}主持全面工作；", "列入后备干部名单的有：{List}；", "聘任{N}为{post_word}，聘期{Small}年；",
        ],
    ),
    ("post_word", &["办公室主任", "副局长", "四级调研员", "一级主任科员", "党支部书记", "副校长", "副院长", "财务科科长", "综合执法队队长", "党建办负责人", "项目部经理", "驻村工作队队长", "副主任", "副镇长人选"]),
    ("appoint_end", &["以上任免自发文之日起执行。", "公示期间如有意见，请向{Com}反映，电话略。", "任职时间从{Date}起算。", "请按规定办理交接手续，并做好离任审计。", "有关同志请于{Small}日内到岗。", "企业领导人员任职按有关章程办理。", "特此通知。"]),
    ("affairs_sign", &["{Unit}\n{Today}", "{Today}", "抄送：{Unit2}。\n{Today}", "{No}\n{Today}", "（此件依申请公开）\n{Today}", "联系人：{Out}\n{Today}"]),
    ("会议纪要", &["{minutes_title}\n{minutes_opening}\n{minutes_people}\n{minutes_item*2-5}\n{word_sentence?}{minutes_end}\n{affairs_sign}"]),
    ("minutes_title", &["专题会议纪要（{No}）", "{Unit}办公会议纪要", "关于研究{matter}的会议纪要", "党组会议纪要（第{Num}期）", "{project}协调会纪要", "联席会议纪要", "{Town}工作例会记录", "民主生活会情况记录"]),
    (
        "minutes_opening",
        &[
            "{Date}下午，{S}主持召开会议，专题研究{matter}。", "{Date}，{Unit}在{Num}楼会议室召开会议，{S}主持。", "{weather}，{Unit}召开{matter}推进会。", "会议由{S}主持，{N}通报了{matter}情况。", "会议听取了{N}关于{project}的汇报，纪要如下。", "6月{Sb}召集有关单位，就{project}进行会商。", "{Date}，{Sb}到{Unit2}现场办公。",
        ],
    ),
    ("minutes_people", &["参加人员：{List}", "出席：{List}。列席：{Out}、{Out}。", "参会人员名单\n{List}", "到会的有{List}等{Num}人。", "出席人员：{List}\n请假：{Out}", "会议由各科室负责人参加，签到表附后。", "参加：{List}，以及{company}代表{Out}。", "签到：{List}"]),
    (
        "minutes_item",
        &[
            "会议指出，{matter}{effect}，但不平衡问题突出。", "会议强调，要把{matter}作为当前重点，由{N}牵头。", "关于{project}，会议原则同意实施方案，资金{Amount}由{Unit2}落实。", "{N}汇报了{fund}使用情况，会议要求进一步核实。", "会议明确：{S}负责统筹，{N}负责督办，{Small}日内完成。", "{Sa}{meeting_after}。", "会议审议并通过了{matter}工作要点。", "会议同意拨付{fund}{Amount}。",
            "请{Unit2}会同有关部门提出意见。", "会议讨论时，{N}建议分步推进，{Out}作了补充。", "关于{Town}反映的困难，由{N}协调解决。", "会议要求，对{matter}实行清单管理，{effect}。", "据{Sb}介绍，{school}{effect}。", "及{Sb}在内的各位同志均表示同意。",
        ],
    ),
    ("meeting_after", &["明确了时间节点", "成立工作专班", "三次强调要抓紧", "平均每周调度一次", "清点了到会人数", "海量数据需要核对", "云上平台由专人维护", "生产现场要有人盯守", "华灯初上时才结束走访", "林长制工作同步部署"]),
    ("minutes_end", &["会议其他事项从略。", "以上议定事项，由办公室负责督办。", "会议于{Num}分结束。", "记录：{Out}", "下次会议定于月底召开。", "未尽事宜另行研究。"]),
    ("新闻", &["{news_title}\n{news_lead}\n{news_body*3-6}\n{word_sentence?}{news_end}"]),
    ("news_title", &["{Unit}：{matter}见实效", "一线见闻：{Town}的变化", "{S}到{Town}调研{matter}", "我区干部群众话{matter}", "为民解忧的{Num}天", "{project}顺利推进", "{matter}现场会召开", "小切口做好大民生", "走访记：{weather}", "党员先锋岗上的身影"]),
    ("news_lead", &["本报讯（记者{Out}）{Date}，{S}到{Town}调研{matter}。", "{weather}，{Town}的村道上，{S}正和村民交谈。", "{Date}，{Unit}举行{matter}主题活动，{Num}名干部参加。", "近日，{Unit}干部{S}被评为先进个人。", "记者从{Unit}获悉，{school}，{matter}{effect}。", "（通讯员{Out}、{Out}）{weather}，{project}现场一派繁忙。", "“谢谢你们！”{Date}，村民{Out}握着{Sb}的手说。"]),
    (
        "news_body",
        &[
            "“群众的事没有小事。”{Sa}{meeting_after}。", "据{Sb}介绍，{matter}{effect}。", "在{Unit2}，{N}带着同事走访了{Num}户居民。", "村民{Out}告诉记者，{project}完工后出行方便多了。", "{S}先后来到{company}、{Town}便民大厅，详细询问{matter}情况。", "{N}、{N}等参加活动。", "{school}，{Unit}{effect}。", "志愿者{List}冒雨转移群众。", "为了赶工期，{N}和工友吃住在工地。",
            "{Out}今年{Num}岁，种了半辈子地，如今领到了{fund}。", "活动现场，{Num}名党员重温誓词。", "获奖名单：{List}。", "针对{matter}中的堵点，{Unit}推出{Small}项措施。", "陪同调研的有{List}。", "说起{N}，同事们都竖起大拇指。", "{Mask}老人行动不便，{N}上门为其办理手续。",
        ],
    ),
    ("news_end", &["目前，各项工作正有序开展。", "（完）", "下一步，{Unit}将持续抓好{matter}。", "责任编辑：{Out}", "{Today}", "“有盼头！”{Out}笑着说。", "截至发稿时，{effect}。"]),
    ("工作总结", &["{summary_title}\n{summary_opening}\n{summary_item*3-5}\n{word_sentence?}{summary_gap*1-2}\n{summary_plan*1-2}\n{affairs_sign}"]),
    ("summary_title", &["{Unit}{Year}年工作总结", "{matter}工作情况报告", "{school}工作总结", "述职述廉报告（{S}）", "关于{matter}专项行动的总结", "{Town}{matter}工作小结", "年度履职情况报告", "个人工作总结"]),
    ("summary_opening", &["{school}，在上级部门指导下，{Unit}扎实推进{matter}，{effect}。", "现将{Year}年以来工作总结如下。", "{S}同志分管{matter}以来，{effect}。", "按照要求，现将{matter}情况报告如下：", "本人{S}，{education}，现就履职情况报告如下。", "一年来，{Unit}以{matter}为抓手，{effect}。"]),
    (
        "summary_item",
        &[
            "一是抓{matter}。{effect}，由{N}具体负责。", "（一）突出重点，{project}完成投资{Amount}。", "组织学习{Num}次，{S}带头讲党课。", "在{matter}方面，{effect}；在{matter}方面，{effect}。", "开展谈心谈话{Num}人次，提醒谈话{Small}人。", "{N}被评为年度先进，{Out}获得表扬。", "全年支出{fund}{Amount}，未发生违规问题。", "{Sa}{meeting_after}，推动{matter}落地。", "联合{Unit2}开展检查{Small}次，发现隐患{Num}处。",
            "积极化解{Town}信访积案{Small}件，{N}包案到人。", "工作组成员{List}全程参与。", "为{company}等{Num}家企业减免费用{Amount}。", "严格落实{matter}责任制，{effect}。", "及{Sb}在内的班子成员均完成联点任务。",
        ],
    ),
    ("summary_gap", &["存在的不足：{matter}推进不平衡。", "主要问题是人手紧张，{matter}压力较大。", "对照要求仍有差距，{fund}支付进度偏慢。", "个别同志创新意识不强。", "基础资料不完整，{project}档案需补正。", "作风还不够扎实，深入{Town}不多。"]),
    ("summary_plan", &["下一步，继续推进{matter}，力争{effect}。", "明年重点抓好{project}。", "计划投入{Amount}，用于{matter}。", "由{N}牵头，完善{matter}制度。", "坚持问题导向，补齐短板。", "争取{Small}月底前完成{project}。"]),
    ("其他", &["{other_title}\n{other_body*3-6}\n{word_sentence?}{other_end}"]),
    ("other_title", &["值班日志", "关于{project}的请示", "办公用品领用登记", "{Town}走访记录", "培训学员名册", "交接清单（{No}）", "考勤情况说明", "捐款公示", "关于申请拨付{fund}的报告", "通讯录更新说明", "{project}评标情况记录", "工会活动通知"]),
    (
        "other_body",
        &[
            "{Date}，值班人员{N}，带班{S}，无异常。", "参训人员：{List}。", "{S}领用打印纸{Small}包，经手人{N}。", "收到{Unit2}来函，{N}已阅处。", "捐款名单：{List}，共计{Amount}。", "走访{Town}困难户{Small}户，陪同人员{N}、{Out}。", "移交物品{Num}件，移交人{S}，接收人{N}，监交人{Out}。", "因{weather}，原定活动改期。", "{S}请假{Small}天，由{N}代为处理。", "申请拨付{fund}{Amount}，用于{project}。",
            "评委{List}独立打分，{company}得分最高。", "请{Sb}于{Date}前报送材料。", "经核对，{Sa}{meeting_after}。", "{Unit}现有在编人员{Num}名，空编{Small}名。", "报销差旅费{Amount}，{N}签字。", "羽毛球比赛分组：{List}。", "车辆维修费{Amount}，驾驶员{Out}。", "体检时间为{Date}，地点在{Town}。", "报名人员有：{List}。",
        ],
    ),
    ("other_end", &["特此说明。", "妥否，请批示。\n{Today}", "登记人：{Out}", "{Today}", "以上情况属实。\n{Unit}\n{Today}", "备注：无。", "联系人{Out}，{Today}。"]),
];
