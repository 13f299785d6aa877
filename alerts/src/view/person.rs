//! The person, posts and relatives, as the rules see them.

use chrono::NaiveDate;
use dossier::citizen_id::CitizenId;
use dossier::day::add_months;
use dossier::{PartialDate, RecordKey, RecordRef};

use super::{Raw, Unsealing};
use crate::day::Day;

/// 在职状态
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 在职, 退出领导岗位
    Serving,
    /// 离职, 退休
    Left,
    /// 开除, 去世
    Gone,
}

/// 人员
#[derive(Debug, Clone)]
pub struct Person {
    /// The record.
    pub at: RecordRef,
    /// 在职状态; `None`: not filled in, or not understood.
    pub status: Option<Status>,
    /// The day from which the person has this age: birth.
    pub birth: Option<PartialDate>,
    /// 婚姻状况
    pub marital_status: Option<&'static str>,
    /// 离任日期
    pub left_on: Option<PartialDate>,
    /// 报告义务
    pub reporting_duty: Option<bool>,
    /// 监督单位编号
    pub office: Option<RecordKey>,
    /// 身份证号, where enterprises are to be matched.
    pub identity: Option<String>,
}

impl Person {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>, unsealing: &Unsealing<'_>) -> Self {
        let birth = raw.date("birth").or_else(|| {
            let id = raw.opened(&at, "id_number", unsealing.unseal)?;
            CitizenId::parse(&id).ok().map(|id| PartialDate::Day(id.birth()))
        });
        Self {
            status: raw.choice("status").map(|status| match status {
                "离职" | "退休" => Status::Left,
                "开除" | "去世" => Status::Gone,
                _ => Status::Serving,
            }),
            birth,
            marital_status: raw.choice("marital_status"),
            left_on: raw.date("left_on"),
            reporting_duty: raw.yes("reporting_duty"),
            office: key(raw, "office"),
            identity: unsealing.identity(&at, "id_number", raw),
            at,
        }
    }

    /// The day on which the person certainly reaches this age.
    pub fn reaches_age(&self, years: u32) -> Option<NaiveDate> {
        self.birth.map(|birth| add_months(birth.last_day(), years.saturating_mul(12)))
    }
}

/// 职级, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(u8);

impl Rank {
    /// The rank with this canonical name; `None` for 其他 and what is not understood.
    pub fn parse(name: &str) -> Option<Self> {
        const RANKS: [&str; 8] = [
            "科员及以下",
            "乡科级副职",
            "乡科级正职",
            "县处级副职",
            "县处级正职",
            "厅局级副职",
            "厅局级正职",
            "省部级及以上",
        ];
        RANKS.iter().position(|rank| *rank == name).and_then(|place| u8::try_from(place).ok()).map(Rank)
    }
}

/// 任职
#[derive(Debug, Clone)]
pub struct Post {
    /// The record.
    pub at: RecordRef,
    /// 单位编号
    pub unit: RecordKey,
    /// 职务
    pub title: String,
    /// 职级 as chosen.
    pub rank_name: Option<&'static str>,
    /// 任职日期
    pub from: Option<PartialDate>,
    /// 免职日期
    pub until: Option<PartialDate>,
    /// 本职 (empty counts as 是)
    pub main: bool,
    /// 任免类型
    pub appointment: Option<&'static str>,
    /// 领导成员
    pub leader: Option<bool>,
    /// 限入性岗位
    pub restricted: Option<bool>,
    /// 重点岗位
    pub key_post: Option<bool>,
    /// 职能
    pub functions: Vec<String>,
    /// 直接上级人员编号
    pub superior: Option<RecordKey>,
    /// 免于轮岗
    pub rotation_exempt: Option<bool>,
}

impl Post {
    pub(super) fn of(at: &RecordRef, raw: &Raw<'_>) -> Option<Self> {
        Some(Self {
            at: at.clone(),
            unit: key(raw, "unit")?,
            title: raw.string("title").unwrap_or_default(),
            rank_name: raw.choice("rank"),
            from: raw.date("from"),
            until: raw.date("until"),
            main: raw.yes("main_post").unwrap_or(true),
            appointment: raw.choice("appointment_type"),
            leader: raw.yes("leader"),
            restricted: raw.yes("restricted"),
            key_post: raw.yes("key_post"),
            functions: raw.list("functions"),
            superior: key(raw, "superior"),
            rotation_exempt: raw.yes("rotation_exempt"),
        })
    }

    /// 职级, where it is one of the ladder.
    pub fn rank(&self) -> Option<Rank> {
        self.rank_name.and_then(Rank::parse)
    }

    /// Whether it ends before it begins: a slip, of which nobody knows which date is wrong.
    pub fn is_reversed(&self) -> bool {
        self.from.zip(self.until).is_some_and(|(from, until)| until.last_day() < from.first_day())
    }

    /// Whether it is held on the day asked.
    pub fn is_open(&self, day: &Day) -> bool {
        day.open(self.from, self.until)
    }

    /// Whether it was held on `date`, the day of its end included.
    pub fn was_held_on(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from.first_day() <= date)
            && self.until.is_none_or(|until| until.last_day() >= date)
    }
}

/// 家庭成员
#[derive(Debug, Clone)]
pub struct Relative {
    /// The record.
    pub at: RecordRef,
    /// 关系
    pub relation: Option<&'static str>,
    /// 身份证号, where enterprises are to be matched.
    pub identity: Option<String>,
    /// 本系统人员编号
    pub system_person: Option<RecordKey>,
    /// 移居情况
    pub migration: Option<&'static str>,
    /// 移居日期
    pub migrated_on: Option<PartialDate>,
    /// 放弃移居日期
    pub renounced_on: Option<PartialDate>,
    /// 组织批准引进
    pub approved_introduction: Option<bool>,
    /// 健在
    pub alive: Option<bool>,
    /// 关系终止日期
    pub relation_ended_on: Option<PartialDate>,
}

impl Relative {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>, unsealing: &Unsealing<'_>) -> Self {
        Self {
            relation: raw.choice("relation"),
            identity: unsealing.identity(&at, "id_number", raw),
            system_person: key(raw, "system_person"),
            migration: raw.choice("migration"),
            migrated_on: raw.date("migrated_on"),
            renounced_on: raw.date("renounced_on"),
            approved_introduction: raw.yes("approved_introduction"),
            alive: raw.yes("alive"),
            relation_ended_on: raw.date("relation_ended_on"),
            at,
        }
    }

    /// Whether 移居情况 is one that counts: 外国国籍, 永久居留, 长期居留许可. `None`: not known.
    pub fn has_migrated(&self) -> Option<bool> {
        self.migration.map(|migration| matches!(migration, "外国国籍" | "永久居留" | "长期居留许可"))
    }
}

/// A key in a reference column.
pub(super) fn key(raw: &Raw<'_>, slug: &str) -> Option<RecordKey> {
    raw.text(slug).and_then(|text| RecordKey::new(text).ok())
}
