//! Numbers that a chain gives out itself, inside its stores: labels of scales, with a weight or a price in them.
//!
//! What stands where in them is the chain's own choice (GS1 General Specifications 2.1.14), so without its table such
//! a number means nothing.

use std::fmt;
use std::str::FromStr;

use polka_domain::Gtin;

use crate::Reason;
use crate::numbers::value;

/// One line of a chain's table, as a settings file writes it:
///
/// ```text
/// 22 iiiii wwwww c
/// 23 iiiii wwwww c = 460123 iiiii 0 c
/// 24 iiiii v pppp c
/// 02 iiiii v pppp c = 00000000 iiiii c
/// ```
///
/// On the left the 13 digits of the label, a UPC-A with a zero before it: digits stand for themselves, `i` is the item,
/// `w` grams, `p` a price in minor units, `v` the check digit of that weight or price, `x` a digit that means nothing,
/// `c` the check digit at the end. On the right the number under which the catalogue has the item, of 8, 12, 13 or 14
/// digits; its check digit is worked out. Without a right side it is the left one with zeros for what varies. Spaces
/// do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestrictedRule {
    /// 13 characters.
    label: String,
    item: String,
}

/// Why a line is no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestrictedRuleError {
    /// The left side has not 13 places.
    Length(usize),
    /// A character has no meaning here.
    Character(char),
    /// It does not begin with 20 to 29, 02 or 04: all other numbers are articles of all the world.
    Prefix,
    /// No `c` at the end, or another one before it.
    CheckDigit,
    /// It has no `i`, or both sides have not equally many.
    Item,
    /// It has both `w` and `p`.
    WeightAndPrice,
    /// It has a `v`, but not four or five `w` or `p`; or more than one `v`.
    ValueCheckDigit,
    /// The right side has not 8, 12, 13 or 14 places.
    ItemLength(usize),
}

impl fmt::Display for RestrictedRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => write!(f, "has {length} places on the left, not 13 (a UPC-A has a zero before it)"),
            Self::Character(c) => {
                write!(f, "has {c:?}; a place is a digit or i, w, p, v, x or c, on the right a digit, i or c")
            }
            Self::Prefix => f.write_str("does not begin with two digits from 20 to 29, 02 or 04"),
            Self::CheckDigit => f.write_str("has not one c on each side, at the end"),
            Self::Item => f.write_str("has not as many i on the right as on the left, or none"),
            Self::WeightAndPrice => f.write_str("has both w and p; a label has a weight or a price"),
            Self::ValueCheckDigit => f.write_str("has a v, which checks four or five w or p, and stands once"),
            Self::ItemLength(length) => write!(f, "has {length} places on the right, not 8, 12, 13 or 14"),
        }
    }
}

impl std::error::Error for RestrictedRuleError {}

impl FromStr for RestrictedRule {
    type Err = RestrictedRuleError;

    fn from_str(text: &str) -> Result<Self, RestrictedRuleError> {
        let places = |text: &str| text.split_whitespace().collect::<String>();
        let (label, item) = text.split_once('=').map_or((text, None), |(label, item)| (label, Some(item)));
        let label = places(label);
        let has_only =
            |side: &str, letters: &str| match side.chars().find(|&c| !c.is_ascii_digit() && !letters.contains(c)) {
                Some(c) => Err(RestrictedRuleError::Character(c)),
                None => Ok(()),
            };
        has_only(&label, "iwpvxc")?;
        if label.len() != 13 {
            return Err(RestrictedRuleError::Length(label.len()));
        }
        if !is_restricted_prefix(label.as_bytes()) {
            return Err(RestrictedRuleError::Prefix);
        }
        let item = item.map_or_else(|| label.replace(['w', 'p', 'v', 'x'], "0"), places);
        has_only(&item, "ic")?;
        if !matches!(item.len(), 8 | 12..=14) {
            return Err(RestrictedRuleError::ItemLength(item.len()));
        }
        if [&label, &item].iter().any(|side| side.find('c') != Some(side.len() - 1)) {
            return Err(RestrictedRuleError::CheckDigit);
        }
        let count = |side: &str, letter: char| side.matches(letter).count();
        if count(&label, 'i') == 0 || count(&label, 'i') != count(&item, 'i') {
            return Err(RestrictedRuleError::Item);
        }
        let (weight, price) = (count(&label, 'w'), count(&label, 'p'));
        if weight > 0 && price > 0 {
            return Err(RestrictedRuleError::WeightAndPrice);
        }
        match count(&label, 'v') {
            0 => {}
            1 if matches!(weight + price, 4 | 5) => {}
            _ => return Err(RestrictedRuleError::ValueCheckDigit),
        }
        Ok(Self { label, item })
    }
}

impl fmt::Display for RestrictedRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.label, self.item)
    }
}

/// What a label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) item: Gtin,
    /// Zero where it says none.
    pub(crate) grams: u64,
    /// Zero where it says none.
    pub(crate) price_minor_units: i64,
}

impl RestrictedRule {
    /// The digits with which numbers of this rule begin.
    fn prefix(&self) -> &str {
        let digits = self.label.bytes().take_while(u8::is_ascii_digit).count();
        &self.label[..digits]
    }

    /// The rule for a number of 13 digits: the one with the longest prefix, of several such the first.
    pub(crate) fn of<'a>(rules: &'a [Self], number: &str) -> Option<&'a Self> {
        let fitting = rules.iter().filter(|rule| number.starts_with(rule.prefix()));
        fitting.reduce(|best, rule| if rule.prefix().len() > best.prefix().len() { rule } else { best })
    }

    /// What a number of 13 digits says that begins as the rule does.
    pub(crate) fn read(&self, number: &str) -> Result<Label, Reason> {
        let digits = |letter: u8| {
            let places = self.label.bytes().zip(number.bytes());
            places.filter(move |(place, _)| *place == letter).map(|(_, digit)| digit)
        };
        let [check, weight, price] = [b'v', b'w', b'p'].map(|letter| digits(letter).collect::<Vec<u8>>());
        if check
            .first()
            .is_some_and(|check| *check != value_check_digit(if weight.is_empty() { &price } else { &weight }))
        {
            return Err(Reason::Misread);
        }
        let mut of_item = digits(b'i');
        let body: Vec<u8> = self.item[..self.item.len() - 1]
            .bytes()
            .map(|place| if place == b'i' { of_item.next().unwrap_or(b'0') } else { place })
            .collect();
        let item = Gtin::from_body(value(&body)).ok_or(Reason::Misread)?;
        Ok(Label { item, grams: value(&weight), price_minor_units: value(&price) as i64 })
    }
}

/// Whether a number of 13 digits is one that a store gives out (GS1 General Specifications 1.4.5).
pub(crate) fn is_restricted_prefix(number: &[u8]) -> bool {
    matches!(number, [b'2', b'0'..=b'9', ..] | [b'0', b'2' | b'4', ..])
}

/// The digit that checks four or five digits of a weight or price (GS1 General Specifications 7.9.2 to 7.9.4).
fn value_check_digit(value: &[u8]) -> u8 {
    // What each digit counts, by the weights that the standard calls 2-, 3, 5+ and 5-.
    const TWO: &[u8; 10] = b"0246891357";
    const THREE: &[u8; 10] = b"0369258147";
    const FIVE_PLUS: &[u8; 10] = b"0516273849";
    const FIVE_MINUS: &[u8; 10] = b"0594837261";
    let weights: &[&[u8; 10]] = match value.len() {
        4 => &[TWO, TWO, THREE, FIVE_MINUS],
        _ => &[FIVE_PLUS, TWO, FIVE_MINUS, FIVE_PLUS, TWO],
    };
    let counted = value.iter().zip(weights).map(|(digit, weight)| weight[usize::from(digit - b'0') % 10] - b'0');
    let sum = counted.sum::<u8>();
    if value.len() == 4 {
        return b'0' + sum * 3 % 10;
    }
    let wanted = b'0' + (10 - sum % 10) % 10;
    b'0' + FIVE_MINUS.iter().position(|it| *it == wanted).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(text: &str) -> RestrictedRule {
        text.parse().expect("a rule")
    }

    fn told(text: &str, number: &str) -> Result<(String, u64, i64), Reason> {
        rule(text).read(number).map(|it| (it.item.to_string(), it.grams, it.price_minor_units))
    }

    #[test]
    fn a_label_says_item_and_weight_or_price() {
        let item = |digits: &str| digits.to_owned();
        for (text, number, says) in [
            ("22 iiiii wwwww c", "2212345012507", (item("02212345000005"), 1250, 0)),
            ("22 iiiii ppppp c", "2212345012507", (item("02212345000005"), 0, 1250)),
            ("22 iiiii wwwww c = 00 iiiii 000000 c", "2212345012507", (item("00123450000007"), 1250, 0)),
            ("22 iiiii wwwww c = 00000000 iiiii c", "2212345012507", (item("00000000123457"), 1250, 0)),
            ("22 iiiii wwwww c = 00 iiiii c", "2212345012507", (item("00000000123457"), 1250, 0)),
            ("22iiiiixxxxxc", "2212345012507", (item("02212345000005"), 0, 0)),
            ("24 iiii v ppppp c", "2412346146855", (item("02412340000004"), 0, 14685)),
            ("02 iiiii v pppp c", "0212345928751", (item("00212345000007"), 0, 2875)),
        ] {
            assert_eq!(told(text, number), Ok(says), "{text}");
        }
    }

    #[test]
    fn a_wrong_check_digit_of_the_price_is_a_misreading() {
        assert_eq!(told("24 iiii v ppppp c", "2412345146855"), Err(Reason::Misread));
        assert_eq!(told("02 iiiii v pppp c", "0212345828751"), Err(Reason::Misread));
    }

    #[test]
    fn the_check_digits_of_prices_are_those_of_the_standard() {
        // The examples of the GS1 General Specifications 7.9.3 and 7.9.4.
        assert_eq!(value_check_digit(b"2875"), b'9');
        assert_eq!(value_check_digit(b"14685"), b'6');
    }

    #[test]
    fn the_rule_with_the_longest_prefix_counts() {
        let rules = [rule("21 iiiii wwwww c"), rule("219 iiii wwwww c"), rule("23 iiiii wwwww c")];
        assert_eq!(RestrictedRule::of(&rules, "2191234012507"), Some(&rules[1]));
        assert_eq!(RestrictedRule::of(&rules, "2181234012507"), Some(&rules[0]));
        assert_eq!(RestrictedRule::of(&rules, "2281234012507"), None);
    }

    #[test]
    fn a_line_that_is_no_rule_says_why() {
        use RestrictedRuleError::*;
        for (text, why) in [
            ("", Length(0)),
            ("22 iiiii wwwwww", CheckDigit),
            ("22 iiiii wwww c", Length(12)),
            ("2i iiiii wwwww c", Prefix),
            ("22 iiiii wwwww cc", Length(14)),
            ("22 iiiii wwwwz c", Character('z')),
            ("22 iiiii wwwww ц", Character('ц')),
            ("46 iiiii wwwww c", Prefix),
            ("2i iiiii wwww c", Length(12 + 1 - 1)),
            ("22 xxxxx wwwww c", Item),
            ("22 iiiii wwwww c = 22 iiii 000000 c", Item),
            ("22 iiiii wwwww c = 22 wwwww iiiii c", Character('w')),
            ("22 iiiii wwwww c = iiiii c", ItemLength(6)),
            ("22 iiiii wwwww c = 22 iiiii 000000", CheckDigit),
            ("22 iiiii wwwpp c", WeightAndPrice),
            ("22 iiii v www xx c", ValueCheckDigit),
            ("22 iiii vv wwww c", ValueCheckDigit),
        ] {
            assert_eq!(text.parse::<RestrictedRule>(), Err(why), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_rule_that_was_written_is_read_again(items in 1_usize..10) {
            let text = format!("22{}{}c", "i".repeat(items), "w".repeat(10 - items));
            let rule = rule(&text);
            prop_assert_eq!(rule.to_string().parse(), Ok(rule));
        }

        #[test]
        fn any_text_is_a_rule_or_an_error(text in ".{0,30}") {
            let _ = text.parse::<RestrictedRule>();
        }

        #[test]
        fn no_rule_panics(text in "2[0-9ivwpxc]{10,11}c( = [0-9i]{7,13}c)?", number in "[0-9]{13}") {
            if let Ok(rule) = text.parse::<RestrictedRule>() {
                let _ = rule.read(&number);
            }
        }

        #[test]
        fn one_wrong_digit_of_a_price_is_noticed(value in "[0-9]{4,5}", place in 0_usize..4, by in 1_u8..10) {
            // By the weights, each of which maps the ten digits to ten others.
            let mut wrong = value.clone().into_bytes();
            wrong[place] = b'0' + (wrong[place] - b'0' + by) % 10;
            prop_assert_ne!(value_check_digit(value.as_bytes()), value_check_digit(&wrong));
        }
    }
}
