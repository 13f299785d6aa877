//! The forms of what this reader may do to this reminder now, and no others: from the table of transitions,
//! his parties, and those guards that do not hang on what is filled in.

use std::collections::BTreeMap;

use dossier::reminder::act::{Finding, Measure, Method};
use dossier::reminder::{
    Act, Answer, Event, Guard, Outcome, Party, ReasonCode, Standing, TABLE, Terms, TimerKind, Transition,
    decide,
};

use chrono::{DateTime, Utc};

use crate::console::reminders::{ActField, ActForm, Entry, Pick};

/// What the forms depend on.
pub(super) struct Ground<'a> {
    pub(super) standing: &'a Standing,
    pub(super) terms: Terms<'a>,
    pub(super) now: DateTime<Utc>,
    pub(super) actor: &'a str,
    pub(super) office: Option<String>,
    pub(super) parties: Vec<Party>,
    pub(super) offices: &'a BTreeMap<String, String>,
    /// The last draft or answer.
    pub(super) draft: Option<&'a Answer>,
}

/// What was sent and could not be taken: the event, its fields, what is wrong with which.
pub(super) struct Typed {
    pub(super) event: Event,
    pub(super) values: BTreeMap<String, String>,
    pub(super) wrong: Vec<(&'static str, String)>,
}

/// In the order in which they are offered.
const ORDER: [Event; 22] = [
    Event::Approve,
    Event::Acknowledge,
    Event::ApproveExtension,
    Event::RejectExtension,
    Event::Cancel,
    Event::ConfirmClose,
    Event::Respond,
    Event::Draft,
    Event::Accept,
    Event::Return,
    Event::Reroute,
    Event::Insist,
    Event::Resume,
    Event::Refuse,
    Event::Dismiss,
    Event::RequestExtension,
    Event::Escalate,
    Event::Pause,
    Event::ProposeCancel,
    Event::Recalendar,
    Event::Release,
    Event::Discard,
];

/// As whom the reader may do `event` now; `None`: not at all.
pub(super) fn party_for(ground: &Ground<'_>, event: Event) -> Option<Party> {
    // A held one is decided with its batch.
    if matches!(event, Event::Release | Event::Discard) {
        return None;
    }
    let row = TABLE.iter().find(|row| row.event == event && row.from.contains(&ground.standing.state))?;
    ground.parties.iter().copied().find(|party| row.who.contains(party) && open_to(ground, row, *party))
}

fn open_to(ground: &Ground<'_>, row: &Transition, party: Party) -> bool {
    let mut act = Act::new(row.event, ground.actor, party, ground.now);
    act.actor_office.clone_from(&ground.office);
    let holds = row.guards.iter().all(|guard| match guard {
        // These hang on what is filled in.
        Guard::Reason
        | Guard::Code
        | Guard::OfficeKnown
        | Guard::OtherOffice
        | Guard::RestartByLead
        | Guard::BatchProposedByAnother
        | Guard::AnswerGiven
        | Guard::AnswerWhole
        | Guard::OutcomeGiven
        | Guard::ReturnDay
        | Guard::LaterDay
        | Guard::GrantedDay
        | Guard::PauseDay => true,
        Guard::HigherLevel => ground.standing.escalation_level < ground.standing.policy.level_max(),
        Guard::AddressedOffice
        | Guard::NotPaused
        | Guard::Paused
        | Guard::NotRuleAuthor
        | Guard::NotResponder
        | Guard::NoExtensionPending
        | Guard::ExtensionPending
        | Guard::ExtensionsLeft
        | Guard::BeforeDue
        | Guard::NotRequester
        | Guard::RankForExtension
        | Guard::Cleared
        | Guard::NoCancelProposed
        | Guard::CancelProposedByAnother => guard.holds(ground.standing, &act, &ground.terms),
    });
    holds && (row.event != Event::Recalendar || moves_a_day(ground, &mut act))
}

/// Counting again is offered where it changes something.
fn moves_a_day(ground: &Ground<'_>, act: &mut Act) -> bool {
    act.reason = Some("-".to_owned());
    decide(ground.standing, act, &ground.terms).is_ok_and(|change| !change.timers.is_empty())
}

/// All forms that are open to the reader.
pub(super) fn forms(ground: &Ground<'_>, typed: Option<&Typed>) -> Vec<ActForm> {
    let mut forms: Vec<ActForm> = ORDER
        .into_iter()
        .filter_map(|event| party_for(ground, event).map(|party| form(ground, event, party)))
        .collect();
    if let Some(first) = forms.iter_mut().find(|form| form.main) {
        first.open = true;
    }
    // A lead who can sign need not draft first, but may.
    if let Some(typed) = typed
        && let Some(form) = forms.iter_mut().find(|form| form.event == typed.event.slug())
    {
        form.open = true;
        for field in &mut form.fields {
            fill_again(field, typed);
        }
    }
    forms
}

fn fill_again(field: &mut ActField, typed: &Typed) {
    let value = typed.values.get(field.name).cloned().unwrap_or_default();
    match &mut field.entry {
        Entry::Choice(picks) => picks.iter_mut().for_each(|pick| pick.chosen = pick.value == value),
        Entry::Tick(on) => *on = !value.is_empty(),
        Entry::Area | Entry::Line | Entry::Day => {}
    }
    field.value = value;
    field.wrong =
        typed.wrong.iter().find(|(name, _)| *name == field.name).map(|(_, message)| message.clone());
}

/// The form of one event.
pub(super) fn form(ground: &Ground<'_>, event: Event, party: Party) -> ActForm {
    let main = matches!(
        event,
        Event::Approve
            | Event::Acknowledge
            | Event::Respond
            | Event::Accept
            | Event::ApproveExtension
            | Event::ConfirmClose
            | Event::Reroute
            | Event::Resume
            | Event::Cancel
    ) || event == Event::Draft && party == Party::Handler;
    let title = match event {
        Event::Respond => "签发反馈",
        Event::Draft if party == Party::Handler => "起草反馈，交负责人签发",
        Event::Draft => "保存反馈草稿",
        Event::Accept => "审核通过，办结",
        Event::Return => "退回补正",
        Event::Cancel => "确认撤销",
        Event::Insist => "维持交办",
        Event::Escalate => "提级督办",
        other => other.title(),
    };
    ActForm {
        event: event.slug(),
        title,
        hint: hint(ground, event),
        main,
        open: false,
        fields: fields(ground, event, party),
    }
}

fn hint(ground: &Ground<'_>, event: Event) -> String {
    let policy = &ground.standing.policy;
    let respond = || policy.respond_limit(ground.standing.severity).describe();
    match event {
        Event::Approve => {
            format!("下发后须在 {} 内签收、{} 内反馈", policy.acknowledge.describe(), respond())
        }
        Event::Acknowledge => "签收即由本单位承办，转入核实".to_owned(),
        Event::Refuse => "不属于本单位的，写明理由和建议转交的单位，由复核人定夺".to_owned(),
        Event::Respond => "签发后转复核人审核，不能再改；须有两名以上承办人核实".to_owned(),
        Event::Accept => "办结后不能重开；同一事实再次出现的，另行提醒".to_owned(),
        Event::Return => "写明缺什么；每退回一次记一轮".to_owned(),
        Event::Reroute => "签收时限重新起算；反馈时限照旧，除非分管领导决定重新起算".to_owned(),
        Event::RequestExtension => format!(
            "须在到期之前申请；首次最多延长 {} 个工作日，累计 {} 个",
            policy.extension_days.0, policy.extension_days.1
        ),
        Event::ApproveExtension | Event::RejectExtension => match &ground.standing.extension {
            Some((_, day)) => format!("申请延至 {day}"),
            None => String::new(),
        },
        Event::Pause => format!("最多暂停 {} 天，到期自动恢复；暂停期间不计时", policy.pause_days_max),
        Event::Resume => "时限按暂停前剩余的工作日继续计算".to_owned(),
        Event::Dismiss => "不下发也要写明原因，用来改进规则".to_owned(),
        Event::ProposeCancel => "须另一名分管领导确认才会撤销".to_owned(),
        Event::Cancel => "撤销由他人提请，确认后通知监督单位无需再办".to_owned(),
        Event::ConfirmClose => "规则已连续两次巡检未再发现该情形".to_owned(),
        Event::Recalendar => "放假安排有变动，期限可按新安排重算".to_owned(),
        _ => String::new(),
    }
}

fn fields(ground: &Ground<'_>, event: Event, party: Party) -> Vec<ActField> {
    let reason = |label, required| ActField::area("reason", label, required);
    let standing = ground.standing;
    let due = standing.timer(TimerKind::Respond).map(|timer| timer.due_day.to_string()).unwrap_or_default();
    let day = |label, required| ActField::of("day", label, Entry::Day, required);
    let code = || {
        ActField::of(
            "code",
            "原因",
            choice(ReasonCode::ALL.iter().map(|one| (one.slug(), one.title())), ""),
            true,
        )
    };
    match event {
        Event::Approve if standing.office.is_none() => {
            vec![office(ground, "监督单位"), reason("说明", false)]
        }
        Event::Approve => vec![reason("说明", false)],
        Event::Dismiss | Event::ProposeCancel => vec![code(), reason("理由", true)],
        Event::Refuse => vec![office(ground, "建议转交"), reason("理由", true)],
        Event::Reroute => {
            let mut fields = vec![office(ground, "转交给"), reason("说明", false)];
            if party == Party::SupervisingLead {
                fields.push(ActField::of("restart", "反馈时限重新起算", Entry::Tick(false), false));
            }
            fields
        }
        Event::Insist | Event::RejectExtension | Event::Recalendar => vec![reason("理由", true)],
        Event::Draft | Event::Respond => answer(ground),
        Event::Return => {
            vec![reason("缺什么、要补什么", true), day("补正期限", false).hint("不填则按规定时限的一半计算")]
        }
        Event::Accept => {
            let outcomes = Outcome::ALL.iter().filter(|one| **one != Outcome::AutoCleared);
            vec![
                ActField::of(
                    "outcome",
                    "办结结果",
                    choice(outcomes.map(|one| (one.slug(), one.title())), ""),
                    true,
                ),
                reason("审核意见", false),
            ]
        }
        Event::RequestExtension => {
            vec![day("延至", true).hint(format!("现期限 {due}")), reason("理由", true)]
        }
        Event::ApproveExtension => {
            let asked = standing.extension.as_ref().map(|(_, day)| day.to_string()).unwrap_or_default();
            vec![day("同意延至", true).value(asked).hint(format!("现期限 {due}")), reason("意见", false)]
        }
        Event::Escalate => {
            let levels = (standing.escalation_level + 1)..=standing.policy.level_max();
            let levels: Vec<(String, String)> = levels
                .map(|level| {
                    (
                        level.to_string(),
                        format!("{level} 级 · 报{}", standing.policy.audience_of(level).title()),
                    )
                })
                .collect();
            let levels = choice(levels.iter().map(|(value, label)| (value.as_str(), label.as_str())), "");
            vec![ActField::of("level", "督办级别", levels, true), reason("理由", true)]
        }
        Event::Pause => vec![day("暂停到", true), reason("理由", true)],
        _ => Vec::new(),
    }
}

fn office(ground: &Ground<'_>, label: &'static str) -> ActField {
    let others = ground.offices.iter().filter(|(key, _)| ground.standing.office.as_ref() != Some(*key));
    ActField::of("office", label, choice(others.map(|(key, name)| (key.as_str(), name.as_str())), ""), true)
}

fn answer(ground: &Ground<'_>) -> Vec<ActField> {
    let draft = ground.draft;
    let chosen = |slug: Option<&'static str>| slug.unwrap_or_default();
    let method = choice(
        Method::ALL.iter().map(|one| (one.slug(), one.title())),
        chosen(draft.map(|answer| answer.method.slug())),
    );
    let finding = choice(
        Finding::ALL.iter().map(|one| (one.slug(), one.title())),
        chosen(draft.map(|answer| answer.finding.slug())),
    );
    let measure = choice(
        Measure::ALL.iter().map(|one| (one.slug(), one.title())),
        chosen(draft.map(|answer| answer.measure.slug())),
    );
    vec![
        ActField::of("method", "核实方式", method, true),
        ActField::of("finding", "核实结果", finding, true),
        ActField::of("measure", "处理措施", measure, true),
        ActField::area("text", "情况说明", true)
            .value(draft.map(|answer| answer.text.clone()).unwrap_or_default()),
        ActField::of("handlers", "承办人", Entry::Line, true)
            .value(draft.map(|answer| answer.handlers.join("、")).unwrap_or_default())
            .hint("两名以上，用顿号分开"),
    ]
}

fn choice<'a>(options: impl Iterator<Item = (&'a str, &'a str)>, chosen: &str) -> Entry {
    Entry::Choice(
        options
            .map(|(value, label)| Pick {
                value: value.to_owned(),
                label: label.to_owned(),
                chosen: value == chosen,
            })
            .collect(),
    )
}
