//! A dossier as the twelve rules see it: typed, and lenient. Whatever an office can enter, or an older import
//! has left, becomes a view; what is empty or not understood is `None`, and a rule that needs it says so.
//!
//! What it is not: no rule, and no reading of a database: bodies come in as they are stored.

pub mod amount;
mod matters;
mod person;
mod raw;
mod things;
mod units;

pub use amount::Amount;
pub use matters::{
    Award, Clue, Finding, FollowUpVisit, Inquiry, Measure, Petition, Recommendation, Sanction,
};
pub use person::{Person, Post, Rank, Relative, Status};
pub use raw::{Raw, Unseal};
pub(crate) use things::region;
pub use things::{
    Business, ConcurrentPost, Dealing, Declared, ExitDocument, HouseholdIncome, Property, Trip,
};
pub(crate) use units::within;
pub use units::{Unit, Units};

use dossier::{Kind, RecordKey, RecordRef};

/// The kinds of record about a person that the rules read.
pub const PERSON_KINDS: [Kind; 18] = [
    Kind::Person,
    Kind::Post,
    Kind::Relative,
    Kind::ConcurrentPost,
    Kind::BusinessInterest,
    Kind::ExitDocument,
    Kind::Trip,
    Kind::Property,
    Kind::HouseholdIncome,
    Kind::Dealing,
    Kind::Declared,
    Kind::Petition,
    Kind::Clue,
    Kind::Inquiry,
    Kind::OrganizationalMeasure,
    Kind::Sanction,
    Kind::Award,
    Kind::FollowUpVisit,
];

/// One record as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Which.
    pub record: RecordRef,
    /// The number of this version in the change log.
    pub seq: i64,
    /// The person it is about.
    pub person: Option<RecordKey>,
    /// The unit it is about.
    pub unit: Option<RecordKey>,
    /// Its columns, as JSON.
    pub json: String,
}

impl From<archive::StoredBody> for Body {
    fn from(stored: archive::StoredBody) -> Self {
        Self {
            record: stored.record,
            seq: stored.seq,
            person: stored.person,
            unit: stored.unit,
            json: stored.json,
        }
    }
}

/// The archive opens what it has sealed.
impl Unseal for archive::Archive {
    fn unseal(&self, record: &RecordRef, slug: &str, sealed: &str) -> Option<String> {
        archive::Archive::unseal(self, record, slug, sealed)
    }
}

/// Everything about one person that a rule may ask.
#[derive(Debug, Default)]
pub struct Dossier {
    /// The person; `None`: the records name somebody without a dossier.
    pub person: Option<Person>,
    /// 任职
    pub posts: Vec<Post>,
    /// 家庭成员
    pub relatives: Vec<Relative>,
    /// 兼职
    pub concurrent_posts: Vec<ConcurrentPost>,
    /// 经商办企业
    pub businesses: Vec<Business>,
    /// 出入境证件
    pub exit_documents: Vec<ExitDocument>,
    /// 因私出国境
    pub trips: Vec<Trip>,
    /// 房产
    pub properties: Vec<Property>,
    /// 家庭收入
    pub incomes: Vec<HouseholdIncome>,
    /// 借贷与借用
    pub dealings: Vec<Dealing>,
    /// 个人事项报告
    pub declared: Vec<Declared>,
    /// 信访举报
    pub petitions: Vec<Petition>,
    /// 问题线索
    pub clues: Vec<Clue>,
    /// 谈话函询
    pub inquiries: Vec<Inquiry>,
    /// 组织处理
    pub measures: Vec<Measure>,
    /// 处分
    pub sanctions: Vec<Sanction>,
    /// 奖励与考核
    pub awards: Vec<Award>,
    /// 回访教育
    pub visits: Vec<FollowUpVisit>,
    /// Records whose stored body could not be read at all.
    pub unreadable: Vec<RecordRef>,
    /// The versions that this view was made from, in the order of kinds and keys: `(record, seq)`.
    pub made_from: Vec<(RecordRef, i64)>,
}

impl Dossier {
    /// The view of these records of one person. Their order does not matter.
    pub fn of(bodies: &[Body], unseal: &dyn Unseal) -> Self {
        fn leaf(body: &Body) -> Leaf<'_> {
            Leaf { record: body.record.clone(), seq: body.seq, json: &body.json }
        }
        Self::bound(bodies.iter().map(leaf).collect(), unseal)
    }

    /// The view of a dossier as it is read for a full sweep.
    pub fn of_packed(
        packed: &archive::PackedDossier,
        unseal: &dyn Unseal,
    ) -> Result<Self, archive::ArchiveError> {
        let mut leaves = Vec::with_capacity(16);
        for stored in packed.records() {
            let stored = stored?;
            let key = RecordKey::new(stored.key)
                .map_err(|error| archive::ArchiveError::Damaged(format!("a stored key: {error}")))?;
            let record = RecordRef::new(stored.kind, key);
            leaves.push(Leaf { record, seq: stored.seq, json: stored.json });
        }
        Ok(Self::bound(leaves, unseal))
    }

    fn bound(mut leaves: Vec<Leaf<'_>>, unseal: &dyn Unseal) -> Self {
        let mut dossier = Dossier::default();
        let has = |kind| leaves.iter().any(|leaf| leaf.record.kind == kind);
        let (compares_identities, declares) = (has(Kind::BusinessInterest), has(Kind::Declared));
        let unsealing = Unsealing { unseal, compares_identities, declares };
        leaves.sort_unstable_by(|a, b| a.record.cmp(&b.record));
        dossier.made_from.reserve(leaves.len());
        for Leaf { record, seq, json } in leaves {
            dossier.made_from.push((record.clone(), seq));
            match Raw::read(record.kind, json) {
                Some(raw) => dossier.take(record, &raw, &unsealing),
                None => dossier.unreadable.push(record),
            }
        }
        dossier
    }

    fn take(&mut self, at: RecordRef, raw: &Raw<'_>, unsealing: &Unsealing<'_>) {
        match at.kind {
            Kind::Person => self.person = Some(Person::of(at, raw, unsealing)),
            Kind::Post => match Post::of(&at, raw) {
                Some(post) => self.posts.push(post),
                None => self.unreadable.push(at),
            },
            Kind::Relative => self.relatives.push(Relative::of(at, raw, unsealing)),
            Kind::ConcurrentPost => self.concurrent_posts.push(ConcurrentPost::of(at, raw)),
            Kind::BusinessInterest => self.businesses.push(Business::of(at, raw, unsealing)),
            Kind::ExitDocument => self.exit_documents.push(ExitDocument::of(at, raw, unsealing)),
            Kind::Trip => self.trips.push(Trip::of(at, raw)),
            Kind::Property => self.properties.push(Property::of(at, raw)),
            Kind::HouseholdIncome => self.incomes.push(HouseholdIncome::of(at, raw)),
            Kind::Dealing => self.dealings.push(Dealing::of(at, raw)),
            Kind::Declared => self.declared.push(Declared::of(at, raw)),
            Kind::Petition => self.petitions.push(Petition::of(at, raw)),
            Kind::Clue => self.clues.push(Clue::of(at, raw)),
            Kind::Inquiry => self.inquiries.push(Inquiry::of(at, raw)),
            Kind::OrganizationalMeasure => self.measures.push(Measure::of(at, raw)),
            Kind::Sanction => self.sanctions.push(Sanction::of(at, raw)),
            Kind::Award => self.awards.push(Award::of(at, raw)),
            Kind::FollowUpVisit => self.visits.push(FollowUpVisit::of(at, raw)),
            Kind::Office
            | Kind::Unit
            | Kind::Case
            | Kind::Assessment
            | Kind::Finding
            | Kind::Recommendation
            | Kind::Text => {}
        }
    }
}

/// One record, on its way into a view.
struct Leaf<'a> {
    record: RecordRef,
    seq: i64,
    json: &'a str,
}

/// What is opened of the sealed columns: only what a rule will compare.
pub(crate) struct Unsealing<'a> {
    unseal: &'a dyn Unseal,
    compares_identities: bool,
    declares: bool,
}

impl Unsealing<'_> {
    /// An identity number in its 18-digit form; opened only where an enterprise's holder is to be matched.
    fn identity(&self, at: &RecordRef, slug: &str, raw: &Raw<'_>) -> Option<String> {
        if !self.compares_identities {
            return None;
        }
        let text = raw.opened(at, slug, self.unseal)?;
        Some(dossier::citizen_id::CitizenId::parse(&text).map_or(text, |id| id.canonical()))
    }

    /// The number of a document; opened only where there is a declaration to compare it with.
    fn document(&self, at: &RecordRef, slug: &str, raw: &Raw<'_>) -> Option<String> {
        if !self.declares {
            return None;
        }
        raw.opened(at, slug, self.unseal)
    }
}

/// An identifier (产权证号, 证件号 …) as it is compared: width, case and spaces aside.
pub(crate) fn identifier_key(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match u32::from(c) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_uppercase)
        .collect()
}

/// A name of a unit, an organisation, a place or an industry as it is compared.
pub(crate) fn name_key(text: &str) -> String {
    dossier::name::name_key(text)
}
