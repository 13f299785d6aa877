//! A small line of how a number moved: geometry only, in a field of 96 by 24, so that the template draws it
//! as SVG without any inline style.

use std::fmt::Write as _;

const WIDTH: u64 = 92;
const HEIGHT: u64 = 20;

/// The path of these numbers, the oldest first; empty for fewer than two.
pub fn spark(numbers: &[u64]) -> String {
    if numbers.len() < 2 {
        return String::new();
    }
    let most = numbers.iter().copied().max().unwrap_or(0);
    let least = numbers.iter().copied().min().unwrap_or(0);
    let steps = (numbers.len() - 1) as u64;
    let mut path = String::new();
    for (place, number) in numbers.iter().enumerate() {
        let x = 2 + WIDTH * place as u64 / steps;
        // A number that never moved lies in the middle.
        let y = if most == least {
            2 + HEIGHT / 2
        } else {
            2 + HEIGHT - HEIGHT * (number - least) / (most - least)
        };
        // Writing to a String cannot fail.
        let _ = write!(path, "{}{x} {y}", if place == 0 { "M" } else { " L" });
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_left_to_right_and_up_with_the_number() {
        assert_eq!(spark(&[0, 5, 10]), "M2 22 L48 12 L94 2");
        assert_eq!(spark(&[7, 7]), "M2 12 L94 12");
        assert_eq!(spark(&[10, 5]), "M2 2 L94 22");
        assert_eq!(spark(&[7]), "");
    }
}
