//! What a person declared against what registries say, fact by fact, on the day for which a report is true.
//! A comparison, no judgement: what a difference means, a person says ([`Verdict`]).

use chrono::{Datelike, NaiveDate};

use crate::day::PartialDate;
use crate::fields::Fields;
use crate::id::{Kind, RecordRef};
use crate::words::words;

words! {
    /// How a fact of a registry stands against the report.
    Match {
        /// Declared.
        Declared => "declared", "已申报";
        /// Declared later, by an occasional report.
        Supplemented => "supplemented", "已补报";
        /// Declared with less area than the registry has.
        Short => "short", "面积不符";
        /// Not declared.
        Missing => "missing", "未见申报";
        /// A column is missing that the comparison needs.
        Unclear => "unclear", "无法比对";
    }
}

words! {
    /// What a person concluded about a difference.
    Verdict {
        /// Nothing is wrong: it was declared under another name or number.
        Consistent => "consistent", "核实一致";
        /// It need not be declared.
        Exempt => "exempt", "不属应报";
        /// The registry is wrong.
        RegistryWrong => "registry_wrong", "登记有误";
        /// 漏报.
        Omitted => "omitted", "漏报";
        /// 隐瞒不报.
        Concealed => "concealed", "隐瞒不报";
        /// Still being looked into.
        Pending => "pending", "待进一步核实";
    }
}

/// A record of a dossier.
pub type Row<'a> = (&'a RecordRef, &'a Fields);

/// A fact of a registry, and what of the report stands against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The record of the registry.
    pub fact: RecordRef,
    /// 事项 under which it has to be declared.
    pub matter: &'static str,
    /// By what it is found in the report; may be empty.
    pub identifier: String,
    /// In Chinese, the fact.
    pub words: String,
    /// 数据来源.
    pub source: String,
    /// How it stands.
    pub found: Match,
    /// The declared items that stand against it.
    pub declared: Vec<RecordRef>,
    /// In Chinese, the difference; may be empty.
    pub difference: String,
}

/// The latest yearly report that was in by `today`: its base day.
pub fn latest_base(rows: &[Row<'_>], today: NaiveDate) -> Option<NaiveDate> {
    bases(rows, today).into_iter().next_back()
}

/// The base days of all yearly reports that were in by `today`, in order.
pub fn bases(rows: &[Row<'_>], today: NaiveDate) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = reports(rows, today)
        .filter(|(_, fields)| fields.text("type") != Some("随时"))
        .filter_map(|(_, fields)| fields.date("as_at").map(PartialDate::last_day))
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}

fn reports<'a>(rows: &'a [Row<'a>], today: NaiveDate) -> impl Iterator<Item = Row<'a>> {
    rows.iter().copied().filter(move |(record, fields)| {
        record.kind == Kind::Declared
            && fields.date("submitted_on").is_some_and(|day| day.last_day() <= today)
    })
}

/// Every fact of a registry that was so on `base`, against the yearly report of that day.
pub fn compare(rows: &[Row<'_>], base: NaiveDate, today: NaiveDate) -> Vec<Compared> {
    let items: Vec<Row<'_>> = reports(rows, today).collect();
    let mut found: Vec<Compared> = Vec::new();
    for (record, fields) in rows.iter().copied() {
        let Some(fact) = fact(record, fields, base) else { continue };
        // one certificate in two rows is one property
        let again = !fact.identifier.is_empty()
            && found.iter().any(|known| known.matter == fact.matter && known.identifier == fact.identifier);
        if !again {
            found.push(stand(fact, &items, base));
        }
    }
    found
}

struct Fact {
    record: RecordRef,
    matter: &'static str,
    identifier: String,
    by_kind: bool,
    area: Option<f64>,
    unclear: bool,
    words: String,
    source: String,
}

fn stand(fact: Fact, items: &[Row<'_>], base: NaiveDate) -> Compared {
    let fits = |fields: &Fields| {
        if fact.by_kind {
            fields.text("matter") == Some(fact.matter)
        } else {
            fields.text("identifier") == Some(fact.identifier.as_str())
        }
    };
    let of_report = |fields: &Fields| {
        fields.text("type") != Some("随时") && fields.date("as_at").is_some_and(|day| day.last_day() == base)
    };
    let own: Vec<Row<'_>> =
        items.iter().copied().filter(|(_, fields)| of_report(fields) && fits(fields)).collect();
    let later: Vec<Row<'_>> = items
        .iter()
        .copied()
        .filter(|(_, fields)| {
            fields.text("type") == Some("随时")
                && fits(fields)
                && fields.date("submitted_on").is_some_and(|day| day.last_day() >= base)
        })
        .collect();
    let declaring = if own.is_empty() { &later } else { &own };
    let amount = declaring.iter().filter_map(|(_, fields)| number(fields, "amount")).reduce(f64::max);
    let (found, difference) = if fact.unclear {
        (Match::Unclear, "登记缺少标识或日期，无法与报告比对".to_owned())
    } else if declaring.is_empty() {
        (Match::Missing, format!("{}年度报告未见申报", base.year()))
    } else {
        match (fact.area, amount) {
            (Some(area), Some(declared)) if area - declared > AREA_TOLERANCE => {
                (Match::Short, format!("登记面积 {area}㎡，申报 {declared}㎡"))
            }
            _ if own.is_empty() => (Match::Supplemented, "报告之后以随时报告补报".to_owned()),
            _ => (Match::Declared, String::new()),
        }
    };
    Compared {
        fact: fact.record,
        matter: fact.matter,
        identifier: fact.identifier,
        words: fact.words,
        source: fact.source,
        found,
        declared: declaring.iter().map(|(record, _)| (*record).clone()).collect(),
        difference,
    }
}

/// Square metres that are no difference.
const AREA_TOLERANCE: f64 = 1.0;

fn number(fields: &Fields, slug: &str) -> Option<f64> {
    fields.text(slug)?.parse().ok()
}

/// What of a record has to be declared in the report of `base`; `None`: nothing.
fn fact(record: &RecordRef, fields: &Fields, base: NaiveDate) -> Option<Fact> {
    match record.kind {
        Kind::Property => property(record, fields, base),
        Kind::BusinessInterest => business(record, fields, base),
        Kind::ExitDocument => document(record, fields, base),
        Kind::Trip => trip(record, fields, base),
        Kind::Relative => migration(record, fields, base),
        _ => None,
    }
}

fn stood(fields: &Fields, from: &str, until: &str, base: NaiveDate) -> bool {
    fields.date(from).is_none_or(|from| from.last_day() <= base)
        && fields.date(until).is_none_or(|until| until.last_day() >= base)
}

fn registered(fields: &Fields) -> Option<&str> {
    fields
        .text("source")
        .filter(|source| matches!(*source, "不动产登记" | "市场监管" | "出入境" | "其他核查"))
}

fn text(fields: &Fields, slug: &str) -> String {
    fields.text(slug).unwrap_or_default().to_owned()
}

fn property(record: &RecordRef, fields: &Fields, base: NaiveDate) -> Option<Fact> {
    let source = registered(fields)?;
    let whose = fields.text("owner_relation");
    if matches!(whose, Some("其他子女" | "其他")) || !stood(fields, "acquired_on", "disposed_on", base)
    {
        return None;
    }
    let usage = fields.text("use").unwrap_or("房产");
    let identifier = text(fields, "title_no");
    Some(Fact {
        record: record.clone(),
        matter: if matches!(usage, "车位" | "车库" | "储藏间") { "车位等" } else { "房产" },
        by_kind: false,
        area: number(fields, "area"),
        unclear: identifier.is_empty() || fields.date("acquired_on").is_none() || whose.is_none(),
        identifier,
        words: format!("{}名下{usage}：{}", whose.unwrap_or("不详"), text(fields, "address")),
        source: source.to_owned(),
    })
}

fn business(record: &RecordRef, fields: &Fields, base: NaiveDate) -> Option<Fact> {
    let source = registered(fields)?;
    let holder = fields.text("holder_relation").unwrap_or_default();
    let family = matches!(holder, "本人" | "配偶" | "子女" | "子女的配偶");
    let role = fields.text("role").unwrap_or_default();
    if !family
        || fields.yes("listed_stock") == Some(true)
        || role == "普通雇员"
        || !stood(fields, "from", "until", base)
    {
        return None;
    }
    let identifier = text(fields, "credit_code");
    let struck = fields.text("enterprise_status") == Some("注销") && fields.date("until").is_none();
    Some(Fact {
        record: record.clone(),
        matter: "经商办企业",
        by_kind: false,
        area: None,
        unclear: identifier.is_empty() || struck,
        identifier,
        words: format!("{holder}任{role}：{}", text(fields, "enterprise")),
        source: source.to_owned(),
    })
}

fn document(record: &RecordRef, fields: &Fields, base: NaiveDate) -> Option<Fact> {
    let source = registered(fields)?;
    let kind = fields.text("type")?;
    let gone = matches!(fields.text("status"), Some("注销" | "遗失已报" | "过期"));
    if kind == "公务护照" || gone || !stood(fields, "issued_on", "valid_until", base) {
        return None;
    }
    let identifier = text(fields, "number");
    Some(Fact {
        record: record.clone(),
        matter: if kind == "普通护照" { "普通护照" } else { "港澳台证件" },
        by_kind: false,
        area: None,
        unclear: identifier.is_empty(),
        identifier,
        words: format!("持有{kind}"),
        source: source.to_owned(),
    })
}

fn trip(record: &RecordRef, fields: &Fields, base: NaiveDate) -> Option<Fact> {
    let source = registered(fields)?;
    let departed = fields.date("departed_on")?;
    let ended = fields.date("returned_on").unwrap_or(departed);
    let year = NaiveDate::from_ymd_opt(base.year(), 1, 1)?;
    if fields.text("document_class") == Some("因公") || departed.last_day() > base || ended.last_day() < year
    {
        return None;
    }
    Some(Fact {
        record: record.clone(),
        matter: "因私出国境",
        by_kind: true,
        area: None,
        unclear: fields.text("document_class").is_none(),
        identifier: String::new(),
        words: format!("{departed} 前往{}", fields.list("destinations").join("、")),
        source: source.to_owned(),
    })
}

fn migration(record: &RecordRef, fields: &Fields, base: NaiveDate) -> Option<Fact> {
    let relation = fields.text("relation").unwrap_or_default();
    let moved = fields.text("migration").filter(|kind| !matches!(*kind, "无" | "仅留学或工作"));
    let ended = ["renounced_on", "relation_ended_on"];
    let over = ended.iter().any(|slug| fields.date(slug).is_some_and(|day| day.last_day() < base));
    if !matches!(relation, "配偶" | "子女") || moved.is_none() || fields.yes("alive") == Some(false) || over
    {
        return None;
    }
    if fields.date("migrated_on").is_some_and(|day| day.last_day() > base) {
        return None;
    }
    Some(Fact {
        record: record.clone(),
        matter: "移居",
        by_kind: true,
        area: None,
        unclear: fields.date("migrated_on").is_none(),
        identifier: String::new(),
        words: format!("{relation}{}：{}", moved.unwrap_or_default(), text(fields, "migration_place")),
        source: "家庭成员".to_owned(),
    })
}
