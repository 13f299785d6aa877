//! Why a span is as long as it is, in Chinese, so that a person can check it by hand. An article is cited only
//! where the months are the published ones; what an office has set is said to be set.

use chrono::NaiveDate;

use crate::day::PartialDate;
use crate::influence::{Decision, Edition, InfluenceTable, Measure, Track};

/// What one decision gives: `2024-01-15党内警告，影响期12个月（《中国共产党纪律处分条例》第十条）`.
pub(super) fn of(decision: &Decision, table: &InfluenceTable, as_of: NaiveDate) -> String {
    let day = match decision.effective_on {
        PartialDate::Day(_) => decision.effective_on.to_string(),
        PartialDate::Month(_) => format!("{}（日期不详，按月末起算）", decision.effective_on),
    };
    let name = decision.measure.chinese();
    let months = decision.months_by(table);
    let basis = basis(decision, table);
    if decision.measure != Measure::Probation {
        let instead = if decision.counts_as_removal() { "（代替撤职）" } else { "" };
        return format!("{day}{name}{instead}，影响期{months}个月（{basis}）");
    }
    let probation = decision.probation_months.map(|months| format!("{months}个月")).unwrap_or_default();
    match decision.restored_by(as_of) {
        Some(restored) => {
            format!("{day}{name}{probation}，自恢复党员权利之日{restored}起影响期{months}个月（{basis}）")
        }
        None => {
            format!("{day}{name}{probation}，尚未恢复党员权利，影响期自恢复之日起{months}个月（{basis}）")
        }
    }
}

/// Said of a decision whose months come on top of what was left of the period before; `day`: its effect.
pub(super) fn added(track: Track, day: NaiveDate) -> String {
    let period = match track {
        Track::Government => "，在前一处分期内作出，与尚未执行的期限相加",
        Track::Party | Track::Organizational | Track::Admonition => {
            "，在前一影响期内作出，与尚未执行的影响期相加"
        }
    };
    let basis = Edition::on(track, day).map_or_else(|| SET.to_owned(), Edition::cite_adding_up);
    format!("{period}（{basis}）")
}

/// Said where the limit of government sanctions cuts a period.
pub(super) fn capped(table: &InfluenceTable) -> String {
    format!("，自最近一次处分起合计不超过{}个月", table.government_months_max)
}

/// The end of a span.
pub(super) fn ending(last: Option<NaiveDate>) -> String {
    match last {
        Some(last) => format!("。最后一日为{last}。"),
        None => "。终止日期待定。".to_owned(),
    }
}

fn basis(decision: &Decision, table: &InfluenceTable) -> String {
    if decision.months.is_some() {
        return "按决定所载".to_owned();
    }
    let published = decision.months_by(&InfluenceTable::default());
    let edition = Edition::on(decision.measure.track(), decision.effective_on.first_day());
    match edition {
        Some(edition)
            if decision.months_by(table) == published
                && !decision.counts_as_removal()
                && decision.measure != Measure::Dismissal =>
        {
            edition.cite(decision.measure)
        }
        _ => SET.to_owned(),
    }
}

const SET: &str = "按系统设置";
