//! Rule cards (规则卡): each category as a page of Chinese that a lawyer can review, made from the code and the numbers.
//!
//! What it is not: no rule. The numbers are put in where they are counted, so a card cannot say another one.

use std::fmt::Write as _;

use dossier::Category;

use super::{Rule, Thresholds};

/// One clause as a card says it.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Its letter.
    pub letter: &'static str,
    /// How grave, in words.
    pub severity: String,
    /// What fires, with the numbers in it.
    pub text: String,
}

fn clause(letter: &'static str, severity: impl Into<String>, text: impl Into<String>) -> Clause {
    Clause { letter, severity: severity.into(), text: text.into() }
}

/// All cards in one page of Markdown.
pub fn cards(rules: &[Rule], numbers: &Thresholds) -> String {
    let mut page = String::from(
        "# 十二类风险规则卡\n\n\
         本页由程序根据规则代码和阈值生成，请勿手工修改。命中一律为“疑似，需核实”，不是结论。\n\n\
         适用对象：在职、退出领导岗位人员；离职、退休人员只适用第10、11类；开除、去世人员不适用。\n\n\
         计算方法：除影响期外，起算日不计入；期限N止于D+N（按月的为对应日，无对应日的为月末）。只凭姓名相符的一律为低风险，注明“疑似同名，待核实身份”。\n",
    );
    for (number, rule) in rules.iter().enumerate() {
        let _ = write!(page, "\n{}", card(number + 1, rule, numbers));
    }
    page
}

/// The card of one category.
fn card(number: usize, rule: &Rule, numbers: &Thresholds) -> String {
    let mut card = format!("## {number} {}（`{}`）\n\n", rule.category.title(), rule.category.slug());
    let _ = writeln!(card, "- 版本：{}，状态：{}", rule.version, rule.mode.slug());
    let _ = writeln!(card, "- 依据：{}\n", rule.basis);
    card.push_str("| 款 | 风险 | 条件 |\n|---|---|---|\n");
    for clause in clauses(rule.category, numbers) {
        let _ = writeln!(card, "| {} | {} | {} |", clause.letter, clause.severity, clause.text);
    }
    let _ = writeln!(card, "\n不计：{}", exceptions(rule.category));
    card
}

const HIGH: &str = "高";
const MEDIUM: &str = "中";
const LOW: &str = "低";

/// The clauses of a category, with these numbers.
#[allow(clippy::too_many_lines, reason = "one arm a category: the table of all clauses in one place")]
pub fn clauses(category: Category, n: &Thresholds) -> Vec<Clause> {
    match category {
        Category::ConcurrentPost => vec![
            clause("a", HIGH, "在企业或其他营利性组织兼职，无批准文号或批准已过有效期"),
            clause("b", HIGH, "经批准兼职而取酬（取酬金额大于0）"),
            clause("c", MEDIUM, "在社会团体、基金会、民办非企业、商会兼职，无有效批准"),
            clause(
                "d",
                MEDIUM,
                format!(
                    "经批准兼职，但同时超过{}个，或届次超过{}届，或年满{}周岁",
                    n.concurrent_posts_max, n.concurrent_terms_max, n.concurrent_age_years_from
                ),
            ),
        ],
        Category::NakedOfficial => vec![
            clause("a", "高（限入性岗位或领导成员）／中", "现配偶已取得外国国籍、永久居留或长期居留许可"),
            clause("b", "同上", "没有配偶，有在世子女，且全部在世子女已移居"),
        ],
        Category::FamilyBusiness => vec![
            clause(
                "a",
                HIGH,
                "配偶、子女、子女的配偶经商办企业，与任职单位有业务往来，或属其监管行业，或（本人为领导成员时）位于其管辖区域",
            ),
            clause("b", MEDIUM, format!("职级为{}及以上，无上述联系", n.family_rank_from)),
            clause("c", LOW, "其他；吊销未注销的一律为本款"),
        ],
        Category::SelfBusiness => vec![
            clause(
                "a",
                HIGH,
                "法定代表人、股东（认缴比例大于0或不详）、合伙人、个体工商户经营者、实际控制人、隐名股东、有偿中介或法律服务、私募股权",
            ),
            clause("b", MEDIUM, "挂名或任高级职务而无股份"),
            clause("c", LOW, format!("吊销未注销。首次任职后{}日内为宽限期", n.self_grace_days)),
        ],
        Category::UndeclaredMatter => vec![
            clause(
                "a",
                HIGH,
                "隐瞒：基准日有效的住宅、商铺、办公用房，企业，普通护照或因私出国（境），配偶子女移居，最近一次年度集中报告未申报",
            ),
            clause(
                "b",
                MEDIUM,
                format!(
                    "漏报：面积少报超过{}㎡；车位、车库、储藏间，港澳台证件或出行未申报",
                    n.area_tolerance_sqm
                ),
            ),
            clause(
                "c",
                "低；超过期限较长的为中",
                format!(
                    "最近一次应于次年{}月{}日前提交的年度报告迟交或未交（超过{}日的为中）",
                    n.report_due_month, n.report_due_day, n.report_late_days_max
                ),
            ),
        ],
        Category::ExitDocument => vec![
            clause("a", HIGH, "因私出国（境）无批准文号，或出行日期完全不在批准日期内"),
            clause(
                "b",
                "中；迟返较长的为高",
                format!(
                    "有批准而到过批准以外的目的地，或迟于批准返回日期入境（迟于{}日的为高）",
                    n.trip_late_days_max
                ),
            ),
            clause("c", LOW, format!("有效因私证件在签发或最后一次入境后{}日内未上交", n.hand_in_days_max)),
        ],
        Category::AssetAnomaly => vec![
            clause(
                "a",
                MEDIUM,
                format!(
                    "家庭持有住宅{}套以上，或{}个月内购买住宅{}套以上",
                    n.homes_from, n.purchases_within_months, n.purchases_from
                ),
            ),
            clause(
                "b",
                HIGH,
                format!(
                    "{}个月内购房支出超过最近{}个申报年度收入合计的{}倍（不足{}年的为信息缺失）",
                    n.spending_within_months,
                    n.income_years,
                    n.income_multiple_max,
                    n.income_years_known_from
                ),
            ),
            clause(
                "c",
                MEDIUM,
                format!(
                    "购买价格低于参考价格的{}%，或处置价格高于其{}%",
                    n.purchase_price_percent_min, n.sale_price_percent_max
                ),
            ),
            clause(
                "d",
                HIGH,
                format!(
                    "正在借用管理服务对象的房屋、车辆，或与其借入、借出、受赠{}万元以上",
                    n.dealing_wan_from
                ),
            ),
        ],
        Category::KinshipRecusal => vec![
            clause("a", HIGH, "亲属在同一单位，有直接上下级关系或由同一直接上级领导"),
            clause("b", HIGH, "一方为该单位领导成员，另一方从事组织、人事、纪检、监察、审计、财务工作"),
        ],
        Category::OverdueTenure => vec![
            clause("a", HIGH, format!("领导成员在同一职位连续任职满{}个月", n.tenure_leader_months_from)),
            clause(
                "b",
                MEDIUM,
                format!(
                    "重点岗位连续任职满{}个月。中断{}个月以内的连续计算；满期前{}日起为临近",
                    n.tenure_key_post_months_from, n.tenure_gap_months_max, n.tenure_warning_days
                ),
            ),
        ],
        Category::PostDeparture => vec![
            clause(
                "a",
                HIGH,
                format!(
                    "离职、退休后{}个月内（曾任领导成员或{}及以上的为{}个月）本人经商办企业，且与原任职单位有业务往来、属其监管行业或位于其管辖区域",
                    n.departure_window_months, n.departure_leader_rank_from, n.departure_leader_window_months
                ),
            ),
            clause("b", MEDIUM, "同一期限内在营利性组织兼职或经商办企业，无上述联系，且无批准文号"),
        ],
        Category::SanctionPeriod => vec![
            clause(
                "a",
                HIGH,
                "影响期内提拔、进一步使用、晋升职级，或评优、年度考核优秀、晋级（晋档限政务记过以上）",
            ),
            clause("b", MEDIUM, format!("处分生效满{}个月未宣布或未归档", n.announced_within_months)),
            clause(
                "c",
                HIGH,
                format!(
                    "降级、撤职、撤销党内职务及以上，满{}个月（延期批准的{}个月）未变更职务工资",
                    n.pay_changed_within_months, n.pay_changed_within_months_extended
                ),
            ),
            clause("d", "低（仅提示）", format!("影响期将在{}日内届满而未回访教育", n.visit_warning_days)),
            clause("e", HIGH, "影响期内又受处分"),
        ],
        Category::RepeatedReports => vec![
            clause(
                "a",
                format!("中；{}件以上，或有实名且具体可查的为高", n.petitions_high_from),
                format!("{}个月内反映本人的不同事项{}件以上", n.petitions_within_months, n.petitions_from),
            ),
            clause("b", MEDIUM, format!("问题线索收到满{}个月无处置方式", n.clue_disposal_months_max)),
            clause("c", MEDIUM, format!("函询发出{}个工作日后无回复", n.inquiry_reply_working_days_max)),
            clause("d", MEDIUM, format!("谈话函询回复满{}个月无办结报告", n.inquiry_report_months_max)),
            clause(
                "u",
                "高（单位）",
                format!(
                    "{}个月内本单位及下属单位人员受处分{}次以上",
                    n.unit_sanctions_within_months, n.unit_sanctions_from
                ),
            ),
            clause("v", "中（单位）", "巡察审计问题超过整改期限未完成，或建议书超过回复期限未回复"),
        ],
    }
}

/// What a category does not count.
pub fn exceptions(category: Category) -> &'static str {
    match category {
        Category::ConcurrentPost => "已结束的兼职；当然兼职；本人任职单位；经批准且不取酬的",
        Category::NakedOfficial => {
            "仅留学或工作；多名子女中只有部分移居；配偶未移居的；组织批准引进；婚姻关系已终止；无子女的单身人员"
        }
        Category::FamilyBusiness => "挂名、普通雇员；上市公司股票；已注销；首次任职前已结束；父母、兄弟姐妹",
        Category::SelfBusiness => "普通雇员；上市公司股票；已注销；宽限期内",
        Category::UndeclaredMatter => {
            "基准日后发生或基准日前已结束；其他子女、其他人所有；其后已补报；无报告义务"
        }
        Category::ExitDocument => "因公；已注销、遗失已报、过期的证件；退休人员",
        Category::AssetAnomaly => {
            "继承、房改、拆迁安置不计入支出；车位、车库、储藏间不计入套数；同一产权证号只计一次"
        }
        Category::KinshipRecusal => "同系统不同单位；关系为“其他”；亲属关系已终止",
        Category::OverdueTenure => "免于轮岗；职务或单位不同；已免职",
        Category::PostDeparture => "开除；离任前已开始（属第1、4类）；期限以后开始；上市公司股票",
        Category::SanctionPeriod => "已撤销的决定；生效前的任用；平级调整；同一事由的党纪、政务两种处分",
        Category::RepeatedReports => "重复件；已了结失实或澄清；已办结的线索和函询；从不显示举报人",
    }
}
