//! The check digit of the numbers that a chain gives out itself: cards, badges, coupons.

/// The check digit that belongs behind ASCII digits (ISO/IEC 7812-1, annex B).
pub(crate) fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match place % 2 {
                0 => digit * 2 / 10 + digit * 2 % 10,
                _ => digit,
            }
        })
        .sum();
    b'0' + (10 - sum % 10) as u8 % 10
}

/// Whether these are `length` ASCII digits that begin with a prefix.
pub(crate) fn is_form(text: &str, prefix: &str, length: usize) -> bool {
    text.len() == length && text.starts_with(prefix) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the last of these digits checks the others.
pub(crate) fn is_right(digits: &str) -> bool {
    digits.as_bytes().split_last().is_some_and(|(check, others)| *check == check_digit(others))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        // 7992739871 with its check digit 3: the example that implementations of Luhn's algorithm share.
        assert_eq!(check_digit(b"7992739871"), b'3');
    }
}
