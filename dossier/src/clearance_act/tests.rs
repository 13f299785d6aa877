//! The table held against itself: no event is ambiguous, nothing is unreachable, and the guards refuse.

use super::*;
use crate::role::Role;

fn sound() -> Facts {
    Facts {
        person: "甲".to_owned(),
        drafted_by: Some("乙".to_owned()),
        approver: Some("甲".to_owned()),
        list_is_sound: true,
        reason: "核对无误".to_owned(),
        office_named: true,
        consultation_open: true,
        coverage_complete: true,
        number_given: true,
        ..Facts::default()
    }
}

#[test]
fn an_event_in_a_state_is_one_line_or_none() {
    for &event in ActEvent::ALL {
        for &state in ActState::ALL {
            let lines = TABLE.iter().filter(|line| line.event == event && line.from.contains(&state));
            assert!(lines.count() <= 1, "{event} in {state}");
        }
    }
}

#[test]
fn every_state_is_reached_and_only_ends_are_ends() {
    let moves = moves();
    for &state in ActState::ALL {
        assert!(state == ActState::Registered || moves.iter().any(|(_, to)| *to == state), "{state}");
        assert_eq!(!moves.iter().any(|(from, _)| *from == state), state.is_terminal(), "{state}");
    }
}

#[test]
fn no_administrator_and_no_onlooker_moves_an_act() {
    for line in TABLE {
        for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin, Role::Leader] {
            assert!(!line.who.contains(&role), "{}: {role:?}", line.event);
        }
    }
}

#[test]
fn nothing_goes_out_unsigned_and_nothing_is_signed_undrafted() {
    let moves = moves();
    let before = |to: ActState| -> Vec<ActState> {
        moves.iter().filter(|(from, t)| *t == to && *from != to).map(|(from, _)| *from).collect()
    };
    assert_eq!(before(ActState::Issued), [ActState::Signed]);
    assert_eq!(before(ActState::Signed), [ActState::Reviewed]);
    assert_eq!(before(ActState::Reviewed), [ActState::Submitted]);
    assert_eq!(before(ActState::Submitted), [ActState::Drafted]);
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of cases")]
fn each_guard_refuses_what_it_is_there_for() {
    type Spoil = fn(&mut Facts);
    let cases: &[(Option<ActState>, ActEvent, Role, Spoil, Guard)] = &[
        (None, ActEvent::Create, Role::Inspector, |f| f.list_is_sound = false, Guard::ListIsSound),
        (
            Some(ActState::Gathered),
            ActEvent::Decide,
            Role::Inspector,
            |f| f.reason = " ".to_owned(),
            Guard::Reason,
        ),
        (
            Some(ActState::Gathered),
            ActEvent::Opine,
            Role::Inspector,
            |f| (f.reason, f.opinion_differs) = (String::new(), true),
            Guard::ReasonIfOther,
        ),
        (
            Some(ActState::Gathered),
            ActEvent::Consult,
            Role::Inspector,
            |f| f.office_named = false,
            Guard::OfficeNamed,
        ),
        (
            Some(ActState::Consulting),
            ActEvent::Answer,
            Role::OfficeHandler,
            |f| f.consultation_open = false,
            Guard::ConsultationOpen,
        ),
        (
            Some(ActState::Consulting),
            ActEvent::Draft,
            Role::Inspector,
            |f| f.consultations_open = 1,
            Guard::NoConsultationOpen,
        ),
        (
            Some(ActState::Gathered),
            ActEvent::Draft,
            Role::Inspector,
            |f| f.rows_undecided = 1,
            Guard::EveryRowDecided,
        ),
        (
            Some(ActState::Gathered),
            ActEvent::Draft,
            Role::Inspector,
            |f| f.coverage_complete = false,
            Guard::CoverageComplete,
        ),
        (
            Some(ActState::Consulting),
            ActEvent::Draft,
            Role::Inspector,
            |f| (f.objections, f.reason) = (1, String::new()),
            Guard::ObjectionAddressed,
        ),
        (
            Some(ActState::Drafted),
            ActEvent::Submit,
            Role::Inspector,
            |f| (f.drafted_by, f.approver) = (Some("甲".to_owned()), Some("甲".to_owned())),
            Guard::ApproverNamed,
        ),
        (Some(ActState::Drafted), ActEvent::Submit, Role::Inspector, |_| {}, Guard::IsDrafter),
        (
            Some(ActState::Submitted),
            ActEvent::Review,
            Role::Reviewer,
            |f| f.drafted_by = Some("甲".to_owned()),
            Guard::NotDrafter,
        ),
        (
            Some(ActState::Reviewed),
            ActEvent::Sign,
            Role::Approver,
            |f| f.approver = Some("丙".to_owned()),
            Guard::IsApprover,
        ),
        (
            Some(ActState::Reviewed),
            ActEvent::Sign,
            Role::Approver,
            |f| f.something_new = true,
            Guard::NothingNew,
        ),
        (
            Some(ActState::Signed),
            ActEvent::Issue,
            Role::Inspector,
            |f| f.number_given = false,
            Guard::NumberGiven,
        ),
        (Some(ActState::Signed), ActEvent::Issue, Role::Inspector, |f| f.expired = true, Guard::StillValid),
    ];
    for (from, event, role, spoil, guard) in cases {
        let mut facts = sound();
        spoil(&mut facts);
        assert_eq!(check(*from, *event, *role, &facts), Err(Refusal::Guard { event: *event, guard: *guard }));
        assert!(!guard.refusal().is_empty());
    }
    assert_eq!(
        check(Some(ActState::Reviewed), ActEvent::Sign, Role::Approver, &sound()),
        Ok(ActState::Signed)
    );
}

#[test]
fn an_inspector_never_signs_and_an_issued_reply_is_never_cancelled() {
    let sign = check(Some(ActState::Reviewed), ActEvent::Sign, Role::Inspector, &sound());
    assert!(matches!(sign, Err(Refusal::Role { .. })));
    let cancel = check(Some(ActState::Issued), ActEvent::Cancel, Role::Approver, &sound());
    assert!(matches!(cancel, Err(Refusal::State { .. })));
    assert_eq!(
        check(Some(ActState::Issued), ActEvent::Cancel, Role::Approver, &sound()).unwrap_err().chinese(),
        "当前状态为“已发文”，不能取消"
    );
}

#[test]
fn words_are_read_as_they_are_written() {
    for &state in ActState::ALL {
        assert_eq!(ActState::parse(state.slug()), Some(state));
    }
    for &event in ActEvent::ALL {
        assert_eq!(ActEvent::parse(event.slug()), Some(event));
    }
}

/// The table as a page for people.
fn page() -> String {
    use std::fmt::Write as _;
    let titles = |states: &[ActState]| {
        let titles: Vec<&str> = states.iter().map(|state| state.title()).collect();
        if titles.is_empty() { "（无）".to_owned() } else { titles.join("、") }
    };
    let mut page = "# 党风廉政意见回复的办理环节\n\n\
        由 `dossier/src/clearance_act/table.rs` 生成（`QINGJIAN_WRITE_DOCS=1 cargo test -p dossier`），不手工修改。\n\n\
        | 当前状态 | 环节 | 之后 | 由谁 | 条件不满足时 |\n|---|---|---|---|---|\n"
        .to_owned();
    for line in TABLE {
        let to = match line.to {
            To::Same => "不变",
            To::State(state) => state.title(),
        };
        let who: Vec<&str> = line.who.iter().map(|role| role.title()).collect();
        let guards: Vec<&str> = line.guards.iter().map(|guard| guard.refusal()).collect();
        let _ = writeln!(
            page,
            "| {} | {} `{}` | {to} | {} | {} |",
            titles(line.from),
            line.event.title(),
            line.event,
            who.join("、"),
            guards.join("；")
        );
    }
    page.push_str("\n超期、有效期内、出现新的情况不是状态，由日期和提示计算。每一环节的办理人、身份、时间、理由逐条留痕，数据库拒绝表外的变动。\n");
    page
}

#[test]
fn the_page_on_the_act_is_what_the_table_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/clearance-act.md");
    if std::env::var_os("QINGJIAN_WRITE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), page(), "docs/clearance-act.md is stale");
}

#[test]
fn what_takes_an_act_on_stands_in_the_table_and_leads_elsewhere() {
    for &state in ActState::ALL {
        let Some(event) = next(state) else {
            assert!(waits_for(state).is_empty());
            continue;
        };
        let line = Transition::of(Some(state), event).unwrap();
        assert_ne!(line.target(Some(state)), Some(state), "{state}");
        assert_eq!(waits_for(state), line.who);
    }
}

#[test]
fn somebody_is_offered_what_his_roles_may_do_and_told_what_is_in_the_way() {
    let offered = |state, roles: &[Role], facts: &Facts| -> Vec<String> {
        let offers = offers(state, roles, facts);
        offers
            .iter()
            .map(|offer| match offer.blocked {
                None => offer.event.slug().to_owned(),
                Some(guard) => format!("{} ({guard:?})", offer.event),
            })
            .collect()
    };
    let facts = sound();
    let own = Facts { person: "乙".to_owned(), ..sound() };
    for (state, roles, facts, expected) in [
        (ActState::Registered, &[Role::Inspector][..], &facts, &["gather", "cancel"][..]),
        (ActState::Submitted, &[Role::Reviewer], &facts, &["return", "review"]),
        (ActState::Submitted, &[Role::Reviewer], &own, &["return (NotDrafter)", "review (NotDrafter)"]),
        (ActState::Reviewed, &[Role::Approver], &facts, &["return", "sign", "cancel"]),
        (
            ActState::Reviewed,
            &[Role::Approver],
            &own,
            &["return (NotDrafter)", "sign (NotDrafter)", "cancel"],
        ),
        (ActState::Consulting, &[Role::OfficeHandler], &facts, &["answer"]),
        (
            ActState::Consulting,
            &[Role::OfficeHandler],
            &Facts { of_another_office: true, ..sound() },
            &["answer (OwnOffice)"],
        ),
        (ActState::Consulting, &[Role::Leader, Role::AuditAdmin], &facts, &[]),
        (ActState::Withdrawn, &[Role::Approver], &facts, &[]),
        (
            ActState::Gathered,
            &[Role::Inspector],
            &Facts { rows_undecided: 2, ..sound() },
            &["gather", "decide", "opine", "consult", "draft (EveryRowDecided)", "cancel"],
        ),
    ] {
        assert_eq!(offered(state, roles, facts), expected, "{state} {roles:?}");
    }
}
