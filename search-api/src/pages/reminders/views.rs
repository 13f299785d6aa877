//! Which reminders a tab or a figure means, for whom something waits, and how days are counted here.

use alerts::board::{Board, Row};
use archive::{ReminderFilter, Waiting, WorkList};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::Calendar;
use dossier::reminder::{Colour, Party, Standing, State, Terms, Timer, TimerKind, TimerStatus};

use crate::api::reminders::parties;
use crate::app::App;
use crate::console::reminders::Deadline;
use crate::failure::Failure;
use crate::reader::Reader;

/// What a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// What waits for the reader.
    Mine,
    /// Whatever has not ended.
    Open,
    /// What was missed.
    Overdue,
    /// What is due within three working days.
    Soon,
    /// What has ended.
    Ended,
    /// What is in one state.
    State(State),
    /// What a figure of the board was counted from.
    Figure(Figure),
}

/// A figure of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    /// Closed by the effective day.
    ClosedInTime,
    /// Whose effective day has come.
    ClosedDue,
    /// Signed for in time.
    AckedInTime,
    /// Signed for, or should have been.
    AckedDue,
    /// Not ended.
    OpenNow,
    /// Of these, past their day.
    OverdueNow,
    /// Sent back at least once.
    Returned,
    /// Answered at least once.
    Answered,
    /// Given more time.
    Extended,
    /// Gone out.
    Issued,
    /// Closed as handed over.
    Transferred,
    /// Closed as a false alarm.
    FalsePositive,
    /// Closed as true and dealt with.
    Resolved,
    /// Closed.
    Closed,
}

impl View {
    /// As in the address; `None`: no list is called so.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "mine" => Self::Mine,
            "open" | "" => Self::Open,
            "overdue" => Self::Overdue,
            "soon" => Self::Soon,
            "ended" => Self::Ended,
            "closed_in_time" => Self::Figure(Figure::ClosedInTime),
            "closed_due" => Self::Figure(Figure::ClosedDue),
            "acked_in_time" => Self::Figure(Figure::AckedInTime),
            "acked_due" => Self::Figure(Figure::AckedDue),
            "open_now" => Self::Figure(Figure::OpenNow),
            "overdue_now" => Self::Figure(Figure::OverdueNow),
            "figure_returned" => Self::Figure(Figure::Returned),
            "figure_answered" => Self::Figure(Figure::Answered),
            "figure_extended" => Self::Figure(Figure::Extended),
            "figure_issued" => Self::Figure(Figure::Issued),
            "figure_transferred" => Self::Figure(Figure::Transferred),
            "figure_false_positive" => Self::Figure(Figure::FalsePositive),
            "figure_resolved" => Self::Figure(Figure::Resolved),
            "figure_closed" => Self::Figure(Figure::Closed),
            state => Self::State(State::parse(state)?),
        })
    }

    /// The list. `until` is the last of the three working days; `row` is there where a figure is asked for.
    pub(crate) fn list(
        self,
        base: WorkList,
        reader: &Reader,
        until: NaiveDate,
        row: Option<&Row>,
    ) -> WorkList {
        let mut list = base;
        match self {
            Self::Mine => {
                list.waiting = waiting_for(reader);
                if list.waiting.is_empty() {
                    list.ids = Some(Vec::new());
                }
            }
            Self::Open => list.filter.open = true,
            Self::Overdue => list.filter.overdue = true,
            Self::Soon => list.due_by = Some(until),
            Self::Ended => list.ended = true,
            Self::State(state) => list.filter.states = vec![state],
            Self::Figure(figure) => {
                list.ids = Some(row.map(|row| figure.ids(row)).unwrap_or_default());
            }
        }
        list
    }
}

impl Figure {
    /// What the list behind it is called.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::ClosedInTime => "按期办结的事项",
            Self::ClosedDue => "到期应办结的事项，含未办结的，不含撤销的",
            Self::AckedInTime => "按期签收的事项",
            Self::AckedDue => "已签收和逾期未签收的事项",
            Self::OpenNow => "未办结的事项",
            Self::OverdueNow => "超期未办结的事项",
            Self::Returned => "退回过的事项",
            Self::Answered => "反馈过的事项",
            Self::Extended => "延期过的事项",
            Self::Issued => "已下发的事项，不含撤销的",
            Self::Transferred => "转问题线索的事项",
            Self::FalsePositive => "按误报办结的事项",
            Self::Resolved => "属实已处理的事项",
            Self::Closed => "已办结的事项",
        }
    }

    fn ids(self, row: &Row) -> Vec<String> {
        match self {
            Self::ClosedInTime => row.closed_in_time.of.clone(),
            Self::ClosedDue => row.closed_in_time.all.clone(),
            Self::AckedInTime => row.acknowledged_in_time.of.clone(),
            Self::AckedDue => row.acknowledged_in_time.all.clone(),
            Self::OpenNow => row.open.clone(),
            Self::OverdueNow => row.overdue.clone(),
            Self::Returned => row.returned.of.clone(),
            Self::Answered => row.returned.all.clone(),
            Self::Extended => row.extended.of.clone(),
            Self::Issued => row.extended.all.clone(),
            Self::Transferred => row.transferred.of.clone(),
            Self::FalsePositive => row.false_positive.of.clone(),
            Self::Resolved => row.resolved.of.clone(),
            Self::Closed => row.resolved.all.clone(),
        }
    }
}

/// What waits for this reader.
pub(crate) fn waiting_for(reader: &Reader) -> Vec<Waiting> {
    let mut waiting = Vec::new();
    let me = || reader.id().to_owned();
    for party in parties(reader) {
        match party {
            Party::System => {}
            Party::Handler | Party::Lead => {
                waiting.extend([State::Issued, State::Acknowledged, State::Returned].map(Waiting::State));
            }
            Party::Supervisor => {
                waiting.extend([State::PendingReview, State::Refused, State::Responded].map(Waiting::State));
                waiting.push(Waiting::Extension { decided_by: me(), again: false });
            }
            Party::SupervisingLead => {
                waiting.push(Waiting::Cancel { confirmed_by: me() });
                waiting.push(Waiting::Extension { decided_by: me(), again: true });
            }
        }
    }
    waiting
}

/// How days are counted; a server without a calendar counts the plain week.
pub(crate) struct Counting<'a> {
    terms: Option<Terms<'a>>,
    plain: Calendar,
    now: DateTime<Utc>,
    today: NaiveDate,
}

impl<'a> Counting<'a> {
    /// As the server counts.
    pub(crate) fn of(app: &'a App) -> Self {
        let terms = app.desks().ok().map(|desks| desks.desk().terms);
        Self { terms, plain: Calendar::default(), now: app.now(), today: app.today() }
    }

    /// The days off.
    pub(crate) fn calendar(&self) -> &Calendar {
        self.terms.map_or(&self.plain, |terms| terms.calendar)
    }

    /// The third working day from today on.
    pub(crate) fn soon_until(&self) -> NaiveDate {
        self.calendar().add_working_days(self.today, 3).day
    }

    /// The colour on a list.
    pub(crate) fn colour(&self, standing: &Standing) -> Colour {
        match &self.terms {
            Some(terms) => standing.colour(terms, self.now),
            None if standing.is_overdue() => Colour::Red,
            None => Colour::None,
        }
    }

    /// Working days from today to `day`.
    pub(crate) fn left(&self, day: NaiveDate) -> i64 {
        self.calendar().working_days_between(self.today, day)
    }

    /// Thousandths of a clock's time that have passed.
    pub(crate) fn passed(&self, timer: &Timer) -> u32 {
        let whole = (timer.due_at - timer.armed_at).num_seconds().max(1);
        let gone = (self.now - timer.armed_at).num_seconds().clamp(0, whole);
        u32::try_from(gone * 1000 / whole).unwrap_or(1000)
    }

    /// A clock as a deadline.
    pub(crate) fn deadline(&self, timer: &Timer) -> Deadline {
        let what = match timer.kind {
            TimerKind::Ack => "签收",
            TimerKind::Review => "审核",
            _ => "反馈",
        };
        Deadline {
            what,
            day: timer.due_day,
            firm: !timer.provisional,
            left: self.left(timer.due_day),
            overdue: timer.status == TimerStatus::Fired || timer.due_at <= self.now,
        }
    }
}

/// The clock of whoever has it now.
pub(super) fn next_clock(standing: &Standing) -> Option<&Timer> {
    match standing.state {
        State::Issued | State::Acknowledged | State::Returned => {
            let ack = standing.timer(TimerKind::Ack).filter(|_| standing.state == State::Issued);
            ack.or_else(|| standing.timer(TimerKind::Respond))
        }
        State::PendingReview | State::Refused | State::Responded => standing.timer(TimerKind::Review),
        State::Held | State::Closed | State::Cancelled | State::Dismissed => None,
    }
}

/// The rules and numbers of the latest sweep; `None`: there was none.
pub(crate) async fn rule_settings(app: &App) -> Result<Option<alerts::sweep::Settings>, Failure> {
    let Some(last) = app.archive().last_sweep().await? else { return Ok(None) };
    let body = app.archive().sweep_settings(&last.settings_hash).await?;
    Ok(body.and_then(|body| alerts::sweep::Settings::read(&body)))
}

/// What the board counts for this filter.
pub(crate) async fn board(app: &App, filter: &ReminderFilter) -> Result<Board, Failure> {
    let figures = app.archive().reminder_figures(filter).await?;
    let counting = Counting::of(app);
    let day = |at| app.local(at).date();
    Ok(alerts::board::board(&figures, counting.calendar(), &day, app.now()))
}
