//! What a person has and does outside the post: other posts, enterprises, papers, journeys, property, income,
//! loans, and what was declared of it.

use chrono::NaiveDate;
use dossier::{PartialDate, RecordRef};

use super::{Amount, Raw, Unsealing, identifier_key};

/// 兼职
#[derive(Debug, Clone)]
pub struct ConcurrentPost {
    /// The record.
    pub at: RecordRef,
    /// 组织名称
    pub organization: String,
    /// 组织类型
    pub organization_type: Option<&'static str>,
    /// 开始日期
    pub from: Option<PartialDate>,
    /// 结束日期
    pub until: Option<PartialDate>,
    /// 批准文号
    pub approval_no: Option<String>,
    /// 批准有效期至
    pub approved_until: Option<PartialDate>,
    /// 取酬金额
    pub pay: Option<Amount>,
    /// 届次
    pub term: Option<i32>,
    /// 当然兼职
    pub ex_officio: Option<bool>,
}

impl ConcurrentPost {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            organization: raw.string("organization").unwrap_or_default(),
            organization_type: raw.choice("organization_type"),
            from: raw.date("from"),
            until: raw.date("until"),
            approval_no: raw.string("approval_no"),
            approved_until: raw.date("approved_until"),
            pay: raw.amount("pay"),
            term: raw.integer("term"),
            ex_officio: raw.yes("ex_officio"),
            at,
        }
    }
}

/// 经商办企业
#[derive(Debug, Clone)]
pub struct Business {
    /// The record.
    pub at: RecordRef,
    /// 持有人关系
    pub holder_relation: Option<&'static str>,
    /// 持有人身份证号
    pub holder_identity: Option<String>,
    /// 企业名称
    pub enterprise: String,
    /// 统一社会信用代码
    pub credit_code: Option<String>,
    /// 角色
    pub role: Option<&'static str>,
    /// 认缴比例
    pub share: Option<Amount>,
    /// 企业状态
    pub enterprise_status: Option<&'static str>,
    /// 注册地
    pub registered_place: Option<String>,
    /// 经营地
    pub operating_place: Option<String>,
    /// 行业
    pub industry: Option<String>,
    /// 上市公司股票
    pub listed_stock: Option<bool>,
    /// 与任职单位有业务往来
    pub deals_with_unit: Option<bool>,
    /// 开始日期
    pub from: Option<PartialDate>,
    /// 结束日期
    pub until: Option<PartialDate>,
    /// 数据来源
    pub source: Option<&'static str>,
}

impl Business {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>, unsealing: &Unsealing<'_>) -> Self {
        Self {
            holder_relation: raw.choice("holder_relation"),
            holder_identity: unsealing.identity(&at, "holder_id_number", raw),
            enterprise: raw.string("enterprise").unwrap_or_default(),
            credit_code: raw.text("credit_code").map(identifier_key),
            role: raw.choice("role"),
            share: raw.amount("share"),
            enterprise_status: raw.choice("enterprise_status"),
            registered_place: raw.string("registered_place"),
            operating_place: raw.string("operating_place"),
            industry: raw.string("industry"),
            listed_stock: raw.yes("listed_stock"),
            deals_with_unit: raw.yes("deals_with_unit"),
            from: raw.date("from"),
            until: raw.date("until"),
            source: raw.choice("source"),
            at,
        }
    }
}

/// 出入境证件
#[derive(Debug, Clone)]
pub struct ExitDocument {
    /// The record.
    pub at: RecordRef,
    /// 证件类型
    pub kind: Option<&'static str>,
    /// 证件号, where there is a declaration to compare it with.
    pub number: Option<String>,
    /// 签发日期
    pub issued_on: Option<PartialDate>,
    /// 有效期至
    pub valid_until: Option<PartialDate>,
    /// 状态
    pub status: Option<&'static str>,
    /// 上交日期
    pub handed_in_on: Option<PartialDate>,
    /// 数据来源
    pub source: Option<&'static str>,
}

impl ExitDocument {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>, unsealing: &Unsealing<'_>) -> Self {
        Self {
            kind: raw.choice("type"),
            number: unsealing.document(&at, "number", raw).map(|number| identifier_key(&number)),
            issued_on: raw.date("issued_on"),
            valid_until: raw.date("valid_until"),
            status: raw.choice("status"),
            handed_in_on: raw.date("handed_in_on"),
            source: raw.choice("source"),
            at,
        }
    }
}

/// 因私出国境
#[derive(Debug, Clone)]
pub struct Trip {
    /// The record.
    pub at: RecordRef,
    /// 出境日期
    pub departed_on: Option<PartialDate>,
    /// 入境日期
    pub returned_on: Option<PartialDate>,
    /// 目的地
    pub destinations: Vec<String>,
    /// 证件类别
    pub document_class: Option<&'static str>,
    /// 批准文号
    pub approval_no: Option<String>,
    /// 批准目的地
    pub approved_destinations: Vec<String>,
    /// 批准出境日期
    pub approved_departure_on: Option<PartialDate>,
    /// 批准返回日期
    pub approved_return_on: Option<PartialDate>,
    /// 数据来源
    pub source: Option<String>,
}

impl Trip {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            departed_on: raw.date("departed_on"),
            returned_on: raw.date("returned_on"),
            destinations: raw.list("destinations"),
            document_class: raw.choice("document_class"),
            approval_no: raw.string("approval_no"),
            approved_destinations: raw.list("approved_destinations"),
            approved_departure_on: raw.date("approved_departure_on"),
            approved_return_on: raw.date("approved_return_on"),
            source: raw.string("source"),
            at,
        }
    }

    /// 香港, 澳门, 台湾 and nowhere else.
    pub fn is_hong_kong_macau_taiwan(&self) -> bool {
        !self.destinations.is_empty() && self.destinations.iter().all(|place| region(place).is_some())
    }
}

/// Which kind of document a journey to `place` is made with, where it is not an ordinary passport.
pub(crate) fn region(place: &str) -> Option<&'static str> {
    const REGIONS: [(&str, &str); 4] =
        [("香港", "港澳"), ("澳门", "港澳"), ("港澳", "港澳"), ("台湾", "台湾")];
    let place = super::name_key(place);
    REGIONS.iter().find(|(name, _)| place.contains(name)).map(|(_, region)| *region)
}

/// 房产
#[derive(Debug, Clone)]
pub struct Property {
    /// The record.
    pub at: RecordRef,
    /// 产权人关系
    pub owner_relation: Option<&'static str>,
    /// 产权证号
    pub title_no: Option<String>,
    /// 面积
    pub area: Option<Amount>,
    /// 性质
    pub usage: Option<&'static str>,
    /// 取得方式
    pub acquired_by: Option<&'static str>,
    /// 取得日期
    pub acquired_on: Option<PartialDate>,
    /// 取得价格
    pub acquired_price: Option<Amount>,
    /// 参考价格
    pub reference_price: Option<Amount>,
    /// 处置日期
    pub disposed_on: Option<PartialDate>,
    /// 处置价格
    pub disposed_price: Option<Amount>,
    /// 数据来源
    pub source: Option<&'static str>,
}

impl Property {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            owner_relation: raw.choice("owner_relation"),
            title_no: raw.text("title_no").map(identifier_key),
            area: raw.amount("area"),
            usage: raw.choice("use"),
            acquired_by: raw.choice("acquired_by"),
            acquired_on: raw.date("acquired_on"),
            acquired_price: raw.amount("acquired_price"),
            reference_price: raw.amount("reference_price"),
            disposed_on: raw.date("disposed_on"),
            disposed_price: raw.amount("disposed_price"),
            source: raw.choice("source"),
            at,
        }
    }

    /// 本人, 配偶, 共同生活子女; `None`: not known whose it is.
    pub fn is_of_the_household(&self) -> Option<bool> {
        self.owner_relation.map(|owner| matches!(owner, "本人" | "配偶" | "共同生活子女"))
    }
}

/// 家庭收入
#[derive(Debug, Clone)]
pub struct HouseholdIncome {
    /// The record.
    pub at: RecordRef,
    /// 年度
    pub year: Option<i32>,
    /// 申报收入合计
    pub declared_total: Option<Amount>,
}

impl HouseholdIncome {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self { year: raw.integer("year"), declared_total: raw.amount("declared_total"), at }
    }
}

/// 借贷与借用
#[derive(Debug, Clone)]
pub struct Dealing {
    /// The record.
    pub at: RecordRef,
    /// 类型
    pub kind: Option<&'static str>,
    /// 对方是否管理服务对象
    pub counterparty_supervised: Option<bool>,
    /// 金额
    pub amount: Option<Amount>,
    /// 日期
    pub date: Option<PartialDate>,
    /// 结束日期
    pub until: Option<PartialDate>,
}

impl Dealing {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            kind: raw.choice("type"),
            counterparty_supervised: raw.yes("counterparty_supervised"),
            amount: raw.amount("amount"),
            date: raw.date("date"),
            until: raw.date("until"),
            at,
        }
    }
}

/// 个人事项报告, one item.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The record.
    pub at: RecordRef,
    /// 年度
    pub year: Option<i32>,
    /// 基准日
    pub as_at: Option<NaiveDate>,
    /// 提交日期
    pub submitted_on: Option<PartialDate>,
    /// 类别: whether it is a 随时 report.
    pub occasional: bool,
    /// 事项
    pub matter: Option<&'static str>,
    /// 标识
    pub identifier: Option<String>,
    /// 数值
    pub amount: Option<Amount>,
}

impl Declared {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            year: raw.integer("year"),
            as_at: raw.date("as_at").map(PartialDate::last_day),
            submitted_on: raw.date("submitted_on"),
            occasional: raw.choice("type") == Some("随时"),
            matter: raw.choice("matter"),
            identifier: raw.text("identifier").map(identifier_key),
            amount: raw.amount("amount"),
            at,
        }
    }
}
