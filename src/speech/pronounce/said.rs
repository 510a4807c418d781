//! Words for what was read: counts and decimals with their nouns, money, days and years, in the right form.

use super::Speech;
use super::written::Number;
use crate::i18n::Locale;
use crate::words::spoken as words;

/// The form that a noun has after a number, of `рубль|рубля|рублей` or `rouble|roubles`.
pub(super) fn count_form(locale: Locale, n: u64, forms: &str) -> &str {
    form(forms, form_index(locale, n))
}

fn form_index(locale: Locale, n: u64) -> usize {
    match (locale, n % 10, n % 100) {
        (Locale::English, ..) => usize::from(n != 1),
        (Locale::Russian, _, 11..=14) => 2,
        (Locale::Russian, 1, _) => 0,
        (Locale::Russian, 2..=4, _) => 1,
        (Locale::Russian, ..) => 2,
    }
}

/// An item of a list, or its first where it has no such.
pub(super) fn form(list: &str, index: usize) -> &str {
    let mut items = list.split('|');
    let first = items.next().unwrap_or_default();
    if index == 0 { first } else { items.nth(index - 1).unwrap_or(first) }
}

pub(super) fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split('|').any(|it| it == word)
}

impl Speech<'_> {
    pub(super) fn say(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.is_apart && !self.said.is_empty() && !self.said.ends_with(['(', '/']) {
            self.said.push(' ');
        }
        self.is_apart = false;
        self.said.extend(text.chars().map(|c| if c == '_' { ' ' } else { c }));
    }

    pub(super) fn say_apart(&mut self, text: &str) {
        self.is_apart = true;
        self.say(text);
        self.is_apart = true;
    }

    /// Says a number in words; of a large one, its last two digits.
    pub(super) fn say_in_words(&mut self, n: u64, is_feminine: bool) {
        let (large, small) = (n - n % 100, (n % 100) as usize);
        if large > 0 {
            self.say_apart(&large.to_string());
        }
        let ones = if small < 20 { small } else { small % 10 };
        if small >= 20 {
            self.say_apart(form(words::tens(self.locale), small / 10));
        }
        if ones > 0 || n == 0 {
            let is_one_or_two = is_feminine && (1..=2).contains(&ones);
            let list = if is_one_or_two { words::feminine_ones(self.locale) } else { words::ones(self.locale) };
            self.say_apart(form(list, ones));
        }
    }

    /// Whether the word before puts a number into the accusative.
    pub(super) fn takes_accusative(&self) -> bool {
        is_in(words::accusative_words(self.locale), self.word_before)
    }

    /// Says how many there are of something. Digits do, but for the gender of one and two.
    pub(super) fn say_count(&mut self, n: u64, digits: &str, forms: &str) {
        let index = form_index(self.locale, n);
        let genitive = form(forms, 1).split('_').next().unwrap_or_default();
        let endings = words::feminine_endings(self.locale);
        let is_feminine = genitive.ends_with(|c| endings.contains(c));
        let is_accusative = is_feminine && index == 0 && self.takes_accusative();
        if is_accusative {
            if n > 1 {
                self.say_in_words(n - 1, true);
            }
            self.say_apart(words::feminine_one_accusative(self.locale));
        } else if is_feminine && index < 2 && n % 10 <= 2 {
            self.say_in_words(n, true);
        } else {
            self.say_apart(digits);
        }
        self.say_apart(form(forms, if is_accusative { 3 } else { index }));
    }

    pub(super) fn say_decimal(&mut self, number: &Number) {
        let parts = words::decimal_parts(self.locale);
        let point = words::point(self.locale);
        if parts.is_empty() {
            self.say_apart(&number.digits);
            self.say_apart(point);
            for at in 0..number.decimals.len() {
                self.say_apart(&number.decimals[at..=at]);
            }
            return;
        }
        let forms = parts.split('/').nth(number.decimals.len() - 1).unwrap_or_default();
        let part = number.decimals.parse().unwrap_or(0);
        self.say_in_words(number.whole, true);
        self.say_apart(count_form(self.locale, number.whole, point));
        self.say_in_words(part, true);
        self.say_apart(count_form(self.locale, part, forms));
    }

    pub(super) fn say_quantity(&mut self, number: &Number, forms: &str) {
        if number.decimals.is_empty() {
            return self.say_count(number.whole, &number.digits, forms);
        }
        self.say_decimal(number);
        self.say_apart(form(forms, 1));
    }

    pub(super) fn say_money(&mut self, number: &Number, forms: &str) {
        let (major, minor) = forms.split_once('/').unwrap_or((forms, ""));
        let cents = number.decimals.parse().unwrap_or(0) * if number.decimals.len() == 1 { 10 } else { 1 };
        if number.decimals.len() > 2 {
            return self.say_quantity(number, major);
        }
        if number.whole > 0 || cents == 0 {
            self.say_count(number.whole, &number.digits, major);
        }
        if cents > 0 {
            self.say_count(cents, &cents.to_string(), minor);
        }
    }

    /// Says which, below a hundred.
    pub(super) fn say_ordinal(&mut self, n: usize, is_accusative: bool) {
        let locale = self.locale;
        self.is_apart = true;
        let last = match (n / 10, n % 10) {
            (0 | 1, _) => form(words::ordinal_ones(locale), n),
            (tens, 0) => form(words::ordinal_round(locale), tens),
            (tens, ones) => {
                self.say(form(words::ordinal_tens(locale), tens));
                form(words::ordinal_ones(locale), ones)
            }
        };
        let ending = words::ordinal_accusative_ending(locale);
        match last.strip_suffix(words::ordinal_genitive_ending(locale)) {
            Some(stem) if is_accusative => {
                self.say(stem);
                self.say(if stem.ends_with(ending) { "" } else { ending });
            }
            _ => self.say(last),
        }
    }

    pub(super) fn say_year(&mut self, digits: &str) {
        let locale = self.locale;
        match digits.strip_prefix("20").and_then(|rest| rest.parse().ok()) {
            Some(0) if !words::year_2000(locale).is_empty() => self.say_apart(words::year_2000(locale)),
            Some(n) if !words::year_2000_and(locale).is_empty() => {
                self.say_apart(words::year_2000_and(locale));
                self.say_ordinal(n, false);
            }
            _ => self.say_apart(digits),
        }
        self.say_apart(words::year_after(locale));
    }
}
