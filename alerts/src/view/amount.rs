//! Amounts as dossiers write them (万元, ㎡, %): exact decimals, because a threshold is met or it is not.

use std::fmt;

/// Decimal places that are kept; further ones would be smaller than any threshold.
const PLACES: usize = 6;
const ONE: i128 = 1_000_000;

/// A decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Amount(i128);

impl Amount {
    /// Nought.
    pub const ZERO: Amount = Amount(0);

    /// A whole number.
    pub fn whole(number: u32) -> Self {
        Amount(i128::from(number) * ONE)
    }

    /// Reads `-12.5`; `None` where it is no decimal number.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 18 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(PLACES).collect();
        let value = whole.parse::<i128>().ok()? * ONE + kept.parse::<i128>().ok()?;
        Some(Amount(sign * value))
    }

    /// `self + other`.
    #[must_use]
    pub fn plus(self, other: Amount) -> Self {
        Amount(self.0.saturating_add(other.0))
    }

    /// `self - other`.
    #[must_use]
    pub fn minus(self, other: Amount) -> Self {
        Amount(self.0.saturating_sub(other.0))
    }

    /// `self × times`.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Amount(self.0.saturating_mul(i128::from(times)))
    }

    /// Whether it is more than nought.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        let fraction = format!("{fraction:06}");
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            fraction => write!(f, "{sign}{whole}.{fraction}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_written_as_they_were_read() {
        for text in ["0", "12.5", "-3.25", "100", "0.000001", "999999999999999999"] {
            assert_eq!(Amount::parse(text).map(|amount| amount.to_string()), Some(text.to_owned()));
        }
        for text in ["", "-", "1e3", "1,000", ".5", "abc", "1.2.3"] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
        assert!(
            Amount::parse("0.1").zip(Amount::parse("0.2")).map(|(a, b)| a.plus(b)) == Amount::parse("0.3")
        );
        assert!(Amount::parse("91").is_some_and(|area| area.minus(Amount::whole(90)) == Amount::whole(1)));
    }
}
