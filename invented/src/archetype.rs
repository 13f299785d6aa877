//! What is planted about a person. The expectation of `truth.json` begins here: an archetype says what
//! the dossier holds and where the name may stand, and nothing else is ever planted about its bearer.

/// The closed set of lives that are invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Archetype {
    /// No record, and the name stands nowhere.
    Clean,
    /// No record; shares a name, and what is said of the others may look as if said of them.
    Namesake,
    /// No record; the name stands only inside longer names of others.
    InsideOnly,
    /// No record; the name is a word, and stands in neutral texts as that word.
    WordOnly,
    /// A sanction whose influence runs.
    SanctionRunning,
    /// A sanction whose influence has ended.
    SanctionExpired,
    /// Two sanctions, the second inside the influence of the first.
    SanctionStacked,
    /// A revoked sanction.
    SanctionRevoked,
    /// Expelled from Party and office, long ago.
    Expelled,
    /// Probation within the Party, rights not yet restored.
    Probation,
    /// 严重警告 in the place of removal: 24 months instead of 18.
    InsteadOfRemoval,
    /// A sanction whose decision names its own months.
    OwnMonths,
    /// A case that is open.
    CaseOpen,
    /// A case that is closed.
    CaseClosed,
    /// A clue in progress.
    ClueOpen,
    /// A clue 暂存待查, which stays open.
    ClueParked,
    /// A clue closed as unfounded.
    ClueUnfounded,
    /// A petition in progress.
    PetitionOpen,
    /// A petition closed as unfounded.
    PetitionUnfounded,
    /// A measure whose influence runs.
    MeasureRunning,
    /// A measure whose influence has ended.
    MeasureExpired,
    /// An inquiry without a report.
    InquiryOpen,
    /// An inquiry that is closed.
    InquiryClosed,
    /// No record; an adverse text lists the person or bears their identity number.
    AdverseLinked,
    /// No record; named in an adverse text with unit or birth.
    AdverseUnit,
    /// No record; named in adverse texts by name alone.
    NameOnly,
    /// No record; named in neutral texts.
    NeutralMention,
    /// No record; an adverse text uses the former name, with the unit.
    FormerName,
    /// A record that stands for a case of the twelve categories. Never dealt out by quota.
    Risk,
}

impl Archetype {
    /// Those that are dealt out by quota, with how many of a thousand persons get them. The rest is
    /// clean, or made into namesakes and the like.
    pub(crate) const QUOTA: [(Archetype, u32); 24] = [
        (Archetype::SanctionRunning, 36),
        (Archetype::SanctionExpired, 28),
        (Archetype::SanctionStacked, 4),
        (Archetype::SanctionRevoked, 4),
        (Archetype::Expelled, 5),
        (Archetype::Probation, 4),
        (Archetype::InsteadOfRemoval, 3),
        (Archetype::OwnMonths, 3),
        (Archetype::CaseOpen, 12),
        (Archetype::CaseClosed, 6),
        (Archetype::ClueOpen, 14),
        (Archetype::ClueParked, 6),
        (Archetype::ClueUnfounded, 14),
        (Archetype::PetitionOpen, 12),
        (Archetype::PetitionUnfounded, 14),
        (Archetype::MeasureRunning, 12),
        (Archetype::MeasureExpired, 12),
        (Archetype::InquiryOpen, 8),
        (Archetype::InquiryClosed, 8),
        (Archetype::AdverseLinked, 14),
        (Archetype::AdverseUnit, 18),
        (Archetype::NameOnly, 14),
        (Archetype::NeutralMention, 36),
        (Archetype::FormerName, 6),
    ];

    /// Whether it needs a text of its own to come true.
    pub(crate) fn needs_text(self) -> bool {
        use Archetype as A;
        matches!(
            self,
            A::WordOnly | A::AdverseLinked | A::AdverseUnit | A::NameOnly | A::NeutralMention | A::FormerName
        )
    }

    /// Whether the dossier holds a record that a clearance shows.
    pub(crate) fn has_record(self) -> bool {
        use Archetype as A;
        match self {
            A::SanctionRunning
            | A::SanctionExpired
            | A::SanctionStacked
            | A::SanctionRevoked
            | A::Expelled
            | A::Probation
            | A::InsteadOfRemoval
            | A::OwnMonths
            | A::CaseOpen
            | A::CaseClosed
            | A::ClueOpen
            | A::ClueParked
            | A::ClueUnfounded
            | A::PetitionOpen
            | A::PetitionUnfounded
            | A::MeasureRunning
            | A::MeasureExpired
            | A::InquiryOpen
            | A::InquiryClosed
            | A::Risk => true,
            A::Clean
            | A::Namesake
            | A::InsideOnly
            | A::WordOnly
            | A::AdverseLinked
            | A::AdverseUnit
            | A::NameOnly
            | A::NeutralMention
            | A::FormerName => false,
        }
    }

    /// Whether the person counts as a hit whatever else is written about them, so that their name may
    /// stand anywhere.
    pub(crate) fn is_hit(self) -> bool {
        self.has_record() || matches!(self, Archetype::AdverseLinked | Archetype::AdverseUnit)
    }

    /// The state that the archetype is meant to have when asked for by identity number, over all time;
    /// `None`: it depends on what is written about the namesakes.
    #[cfg(test)]
    pub(crate) fn intended(self) -> Option<crate::truth::State> {
        use crate::truth::State;
        use Archetype as A;
        match self {
            A::Clean | A::InsideOnly => Some(State::Clear),
            A::Namesake => None,
            A::WordOnly | A::NameOnly | A::NeutralMention => Some(State::Possible),
            A::FormerName => Some(State::Hit),
            other => other.is_hit().then_some(State::Hit),
        }
    }

    /// English name in `truth.json`.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Archetype::Clean => "clean",
            Archetype::Namesake => "namesake",
            Archetype::InsideOnly => "inside_only",
            Archetype::WordOnly => "word_only",
            Archetype::SanctionRunning => "sanction_running",
            Archetype::SanctionExpired => "sanction_expired",
            Archetype::SanctionStacked => "sanction_stacked",
            Archetype::SanctionRevoked => "sanction_revoked",
            Archetype::Expelled => "expelled",
            Archetype::Probation => "probation",
            Archetype::InsteadOfRemoval => "instead_of_removal",
            Archetype::OwnMonths => "own_months",
            Archetype::CaseOpen => "case_open",
            Archetype::CaseClosed => "case_closed",
            Archetype::ClueOpen => "clue_open",
            Archetype::ClueParked => "clue_parked",
            Archetype::ClueUnfounded => "clue_unfounded",
            Archetype::PetitionOpen => "petition_open",
            Archetype::PetitionUnfounded => "petition_unfounded",
            Archetype::MeasureRunning => "measure_running",
            Archetype::MeasureExpired => "measure_expired",
            Archetype::InquiryOpen => "inquiry_open",
            Archetype::InquiryClosed => "inquiry_closed",
            Archetype::AdverseLinked => "adverse_linked",
            Archetype::AdverseUnit => "adverse_unit",
            Archetype::NameOnly => "name_only",
            Archetype::NeutralMention => "neutral_mention",
            Archetype::FormerName => "former_name",
            Archetype::Risk => "risk",
        }
    }
}
