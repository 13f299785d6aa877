//! How long things live and how often one may be wrong. The defaults are those of 等保三级 as offices are
//! assessed; whoever sets others answers for it.

use chrono::TimeDelta;

/// The rules of signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRules {
    /// Wrong passwords after which an account is locked.
    pub failures_max: u32,
    /// How long it is locked.
    pub lock: TimeDelta,
    /// A session ends after so long without a request.
    pub idle: TimeDelta,
    /// A session ends after so long in any case.
    pub absolute: TimeDelta,
    /// Whether signing in ends the sessions that the account has elsewhere.
    pub single_session: bool,
    /// After so long a password has to be changed.
    pub password_age: TimeDelta,
    /// Fewest characters of a password.
    pub password_chars: usize,
    /// Whether everybody needs a second factor.
    pub second_factor_required: bool,
}

impl Default for AccountRules {
    fn default() -> Self {
        Self {
            failures_max: 5,
            lock: TimeDelta::minutes(30),
            idle: TimeDelta::minutes(15),
            absolute: TimeDelta::hours(12),
            single_session: false,
            password_age: TimeDelta::days(90),
            password_chars: 8,
            second_factor_required: false,
        }
    }
}
