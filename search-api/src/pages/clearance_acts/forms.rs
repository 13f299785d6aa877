//! The forms of what this reader may do to an act now, and no others; and, in words, what his roles have here
//! that still waits for something. All from the table's offers.

use chrono::NaiveDate;
use clearance::act::ActView;
use dossier::clearance_act::{ActEvent, ActState, Offer, next};

use super::fields::Values;
use crate::acts::Trouble;
use crate::console::reminders::{ActField, ActForm, Entry, Pick};

/// What the forms depend on.
pub(super) struct Ground<'a> {
    pub(super) view: &'a ActView,
    pub(super) state: ActState,
    pub(super) offers: &'a [Offer],
    pub(super) today: NaiveDate,
    /// Nobody signs in here: every form asks who acts.
    pub(super) asks_who: bool,
    /// Who could sign: account and name.
    pub(super) approvers: &'a [(String, String)],
}

/// What was sent and could not be done.
pub(super) struct Typed {
    pub(super) event: ActEvent,
    pub(super) values: Values,
    pub(super) trouble: Trouble,
}

/// In the order in which they are offered. Rows, offices and answers have forms of their own.
const ORDER: [ActEvent; 11] = [
    ActEvent::Sign,
    ActEvent::Issue,
    ActEvent::File,
    ActEvent::Review,
    ActEvent::Submit,
    ActEvent::Draft,
    ActEvent::Return,
    ActEvent::Gather,
    ActEvent::Withdraw,
    ActEvent::Cancel,
    ActEvent::Create,
];

/// Whether `event` is open to the reader.
pub(super) fn open(offers: &[Offer], event: ActEvent) -> bool {
    offers.iter().any(|offer| offer.event == event && offer.blocked.is_none())
}

/// The forms.
pub(super) fn forms(ground: &Ground<'_>, typed: Option<&Typed>) -> Vec<ActForm> {
    let mut forms: Vec<ActForm> = ORDER
        .into_iter()
        .filter(|event| open(ground.offers, *event))
        .map(|event| form(ground, event))
        .collect();
    if let Some(first) = forms.iter_mut().find(|form| form.main) {
        first.open = true;
    }
    if let Some(typed) = typed
        && let Some(form) = forms.iter_mut().find(|form| form.event == typed.event.slug())
    {
        form.open = true;
        form.fields.iter_mut().for_each(|field| fill_again(field, typed));
    }
    forms
}

/// What his roles have in this state, and what stands in the way.
pub(super) fn blocked(offers: &[Offer]) -> Vec<(&'static str, String)> {
    let waiting = offers.iter().filter_map(|offer| Some((offer.event, offer.blocked?)));
    waiting
        .filter(|(event, _)| *event != ActEvent::Answer)
        .map(|(event, guard)| (event.title(), guard.refusal().to_owned()))
        .collect()
}

fn fill_again(field: &mut ActField, typed: &Typed) {
    let value = typed.values.get(field.name).cloned().unwrap_or_default();
    if let Entry::Choice(picks) = &mut field.entry {
        for pick in picks {
            pick.chosen = pick.value == value;
        }
    }
    field.value = value;
    field.wrong = (typed.trouble.field == Some(field.name)).then(|| typed.trouble.message.clone());
}

fn form(ground: &Ground<'_>, event: ActEvent) -> ActForm {
    let mut fields = fields(ground, event);
    if ground.asks_who {
        fields.push(who(event));
    }
    let title = match event {
        ActEvent::Gather if ground.state == ActState::Registered => "开始检索",
        ActEvent::Gather => "重新检索",
        ActEvent::Draft => "拟稿",
        ActEvent::Submit => "送审",
        ActEvent::Review => "审核通过",
        ActEvent::Return => "退回",
        ActEvent::File => "归入个人档案",
        ActEvent::Withdraw => "撤回已发的函",
        ActEvent::Cancel => "取消办理",
        other => other.title(),
    };
    ActForm {
        event: event.slug(),
        title,
        hint: hint(ground, event),
        main: next(ground.state) == Some(event),
        open: false,
        fields,
    }
}

/// The field that asks who acts, on a machine without accounts.
pub(super) fn who(event: ActEvent) -> ActField {
    let label = match event {
        ActEvent::Review | ActEvent::Return => "审核人",
        ActEvent::Sign | ActEvent::Withdraw | ActEvent::CloseConsultation => "审批人",
        _ => "办理人",
    };
    ActField::of("person", label, Entry::Line, true).hint("本机未启用登录，以填写的姓名为准并留痕")
}

fn hint(ground: &Ground<'_>, event: ActEvent) -> String {
    let until = ground.view.validity().1;
    match event {
        ActEvent::Gather if ground.state == ActState::Registered => "逐人检索档案和案件文本".to_owned(),
        ActEvent::Gather => "只检索有变化的部分；已拟的稿、已作的签批一并作废".to_owned(),
        ActEvent::Draft => "拟稿人对逐人意见负责；拟稿后不能再改意见，须退回或者重新检索".to_owned(),
        ActEvent::Submit => "审批人不能是拟稿人本人".to_owned(),
        ActEvent::Review => "审核后由指定的审批人签发".to_owned(),
        ActEvent::Return => "退回后由经办人修改，重新拟稿".to_owned(),
        ActEvent::Sign => format!("签发时系统再核对一次：检索之后没有新的情况；意见有效期至 {until}"),
        ActEvent::Issue => format!("编号后不能再改；意见有效期至 {until}，附核验码"),
        ActEvent::File => "逐人在档案中记一条党风廉政意见，可追溯到本函".to_owned(),
        ActEvent::Withdraw => "撤回不删除：原函、意见和经过都保留".to_owned(),
        ActEvent::Cancel => "取消后不能恢复，已有记录保留".to_owned(),
        _ => String::new(),
    }
}

fn fields(ground: &Ground<'_>, event: ActEvent) -> Vec<ActField> {
    let reason = |label, required| ActField::area("reason", label, required);
    match event {
        ActEvent::Gather if ground.state == ActState::Registered => Vec::new(),
        ActEvent::Gather => vec![
            ActField::of("as_of", "基准日", Entry::Day, true)
                .value(ground.today.to_string())
                .hint("影响期和办结情况按这一天计算"),
        ],
        ActEvent::Draft => {
            let objects =
                ground.view.consultations.iter().any(|one| one.opinion.as_deref() == Some("object"));
            let label = if objects { "对不同意见如何处理" } else { "说明" };
            vec![reason(label, objects)]
        }
        ActEvent::Submit => vec![approver(ground)],
        ActEvent::Return | ActEvent::Withdraw | ActEvent::Cancel => vec![reason("理由", true)],
        ActEvent::Review => vec![reason("审核意见", false)],
        ActEvent::Issue => vec![
            ActField::of("number", "发文字号", Entry::Line, true).hint("如：城纪函〔2026〕12号"),
            ActField::of("on", "成文日期", Entry::Day, true).value(ground.today.to_string()),
        ],
        _ => Vec::new(),
    }
}

fn approver(ground: &Ground<'_>) -> ActField {
    if ground.asks_who {
        return ActField::of("approver", "审批人姓名", Entry::Line, true);
    }
    let others = ground
        .approvers
        .iter()
        .filter(|(id, _)| ground.view.act.drafted_by.as_ref() != Some(id))
        .map(|(id, name)| Pick { value: id.clone(), label: name.clone(), chosen: false });
    ActField::of("approver", "审批人", Entry::Choice(others.collect()), true)
}
