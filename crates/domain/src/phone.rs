//! The number of somebody's mobile telephone.
//!
//! The check here is a light one, of a small table, because it runs in the browser: the calling code, the length,
//! and how numbers of mobile telephones begin. It refuses what cannot be right; whether a range is in use, the
//! server knows. Start reading at [`Phone::parse`]. For a keypad, [`PartialPhone`] reads what was typed so far.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::text::is_unseen;

/// A mobile number of a country that is served, as ITU-T E.164 has it: `+79161234567`.
///
/// It belongs to a person and must not stand on a public screen. So it has no [`Display`](fmt::Display), its
/// [`Debug`] is masked, and whoever needs the number asks for it by name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Phone {
    country: PhoneCountry,
    /// The digits behind the plus. A calling code does not begin with zero, so none is lost.
    number: u64,
}

/// A country whose mobile numbers are known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhoneCountry {
    /// Russia.
    Russia,
    /// Kazakhstan, with the calling code of Russia.
    Kazakhstan,
    /// Belarus.
    Belarus,
    /// Armenia.
    Armenia,
    /// Azerbaijan.
    Azerbaijan,
    /// Georgia.
    Georgia,
    /// Kyrgyzstan.
    Kyrgyzstan,
    /// Moldova.
    Moldova,
    /// Tajikistan.
    Tajikistan,
    /// Turkmenistan.
    Turkmenistan,
    /// Uzbekistan.
    Uzbekistan,
}

/// How the numbers of a country are made.
struct Plan {
    /// ISO 3166-1, in small letters.
    code: &'static str,
    /// What stands behind the plus.
    calling_code: &'static str,
    /// What people dial before a number inside the country.
    trunk_prefixes: &'static [&'static str],
    /// How many digits stand together where the national number is written and read aloud.
    groups: &'static [usize],
    /// How national numbers of mobile telephones begin, with a space between. As libphonenumber 9.0.42 has them, in
    /// places coarser: shorter, and a range that is newly in use rarely needs a new app.
    mobile: &'static str,
}

impl Plan {
    /// How many digits a national number has.
    fn length(&self) -> usize {
        self.groups.iter().sum()
    }

    /// Whether a mobile number may begin like this, or is begun by this.
    fn is_mobile(&self, national: &str) -> bool {
        self.mobile.split(' ').any(|start| national.starts_with(start) || start.starts_with(national))
    }
}

impl PhoneCountry {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Russia,
        Self::Kazakhstan,
        Self::Belarus,
        Self::Armenia,
        Self::Azerbaijan,
        Self::Georgia,
        Self::Kyrgyzstan,
        Self::Moldova,
        Self::Tajikistan,
        Self::Turkmenistan,
        Self::Uzbekistan,
    ];

    /// Its code by ISO 3166-1, in small letters: `ru`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.plan().code
    }

    fn plan(self) -> Plan {
        match self {
            Self::Russia => {
                Plan { code: "ru", calling_code: "7", trunk_prefixes: &["8"], groups: &[3, 3, 2, 2], mobile: "9" }
            }
            // Not coarser: a 7 may be its own or the calling code, and the digits behind it tell which.
            Self::Kazakhstan => Plan {
                code: "kz",
                calling_code: "7",
                trunk_prefixes: &["8"],
                groups: &[3, 3, 2, 2],
                mobile: "700 701 702 705 706 707 708 747 760 761 762 763 764 771 775 776 777 778 785",
            },
            Self::Belarus => Plan {
                code: "by",
                calling_code: "375",
                trunk_prefixes: &["80", "0"],
                groups: &[2, 3, 2, 2],
                mobile: "25 29 33 44",
            },
            Self::Armenia => Plan {
                code: "am",
                calling_code: "374",
                trunk_prefixes: &["0"],
                groups: &[2, 2, 2, 2],
                mobile: "33 41 43 44 49 55 77 88 91 93 94 95 96 97 98 99",
            },
            Self::Azerbaijan => Plan {
                code: "az",
                calling_code: "994",
                trunk_prefixes: &["0"],
                groups: &[2, 3, 2, 2],
                mobile: "10 36554 40 44 50 51 55 60 70 77 99",
            },
            Self::Georgia => {
                Plan { code: "ge", calling_code: "995", trunk_prefixes: &["0"], groups: &[3, 2, 2, 2], mobile: "5 790" }
            }
            Self::Kyrgyzstan => Plan {
                code: "kg",
                calling_code: "996",
                trunk_prefixes: &["0"],
                groups: &[3, 3, 3],
                mobile: "20 22 31258 312973 5 600 70 75 77 88 91 99",
            },
            Self::Moldova => Plan {
                code: "md",
                calling_code: "373",
                trunk_prefixes: &["0"],
                groups: &[3, 2, 3],
                mobile: "562 6 71 76 77 78 79",
            },
            Self::Tajikistan => Plan {
                code: "tj",
                calling_code: "992",
                trunk_prefixes: &[],
                groups: &[2, 3, 2, 2],
                mobile: "0 1 2 30 33 38 40 41 44 5 66 7 8 9",
            },
            Self::Turkmenistan => Plan {
                code: "tm",
                calling_code: "993",
                trunk_prefixes: &["8"],
                groups: &[2, 2, 2, 2],
                mobile: "6 71 72",
            },
            Self::Uzbekistan => Plan {
                code: "uz",
                calling_code: "998",
                trunk_prefixes: &[],
                groups: &[2, 3, 2, 2],
                mobile: "20 33 50 61 62 65 66 67 70 72 73 74 75 77 79 80 87 88 9",
            },
        }
    }
}

/// The countries whose numbers are taken, the one where the store is first.
///
/// The default is all that are known, with Russia first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneCountries {
    home: PhoneCountry,
    others: Vec<PhoneCountry>,
}

/// A country in a list that is not among those known here, as it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPhoneCountry(String);

impl PhoneCountries {
    /// The country where the store is: numbers without a calling code are of that country.
    #[must_use]
    pub fn home(&self) -> PhoneCountry {
        self.home
    }

    /// All of them, home first.
    pub fn iter(&self) -> impl Iterator<Item = PhoneCountry> {
        std::iter::once(self.home).chain(self.others.iter().copied())
    }
}

impl Default for PhoneCountries {
    fn default() -> Self {
        let [home, others @ ..] = PhoneCountry::ALL;
        Self { home, others: others.to_vec() }
    }
}

impl FromStr for PhoneCountries {
    type Err = UnknownPhoneCountry;

    /// Reads codes by ISO 3166-1 with commas between, home first: `ru,kz,by`. A repetition changes nothing.
    fn from_str(list: &str) -> Result<Self, UnknownPhoneCountry> {
        let mut countries = list.split(',').map(|code| {
            let code = code.trim();
            let known = PhoneCountry::ALL.into_iter().find(|country| country.code().eq_ignore_ascii_case(code));
            known.ok_or_else(|| UnknownPhoneCountry(code.to_owned()))
        });
        let home = countries.next().unwrap_or_else(|| Err(UnknownPhoneCountry(String::new())))?;
        let mut others = Vec::new();
        for country in countries {
            let country = country?;
            if country != home && !others.contains(&country) {
                others.push(country);
            }
        }
        Ok(Self { home, others })
    }
}

impl fmt::Display for PhoneCountries {
    /// As it is read again: `ru,kz,by`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(PhoneCountry::code).collect::<Vec<_>>().join(","))
    }
}

impl fmt::Display for UnknownPhoneCountry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = PhoneCountry::ALL.map(PhoneCountry::code).join(", ");
        write!(f, "has the country \"{}\", which is none of {known}", self.0)
    }
}

impl std::error::Error for UnknownPhoneCountry {}

/// Why a text is no mobile number that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneError {
    /// It has no digit.
    NoDigits,
    /// It holds something besides digits, a plus before them, and the marks that are written between them.
    NotDigits,
    /// It has too few digits.
    TooShort {
        /// How many digits are missing; `None` while it can become numbers of several lengths.
        missing_digits: Option<usize>,
    },
    /// It has too many digits.
    TooLong,
    /// It is of a country whose numbers are not taken.
    CountryNotServed,
    /// It begins as no mobile number does: it is of a telephone at home, of a service, or mistyped.
    NotMobile,
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDigits => f.write_str("has no digit"),
            Self::NotDigits => f.write_str("has something besides digits"),
            Self::TooShort { missing_digits: Some(count) } => write!(f, "lacks {count} of its digits"),
            Self::TooShort { missing_digits: None } => f.write_str("has too few digits"),
            Self::TooLong => f.write_str("has too many digits"),
            Self::CountryNotServed => f.write_str("is of a country whose numbers are not taken"),
            Self::NotMobile => f.write_str("is no mobile number"),
        }
    }
}

impl std::error::Error for PhoneError {}

impl Phone {
    /// Reads a number as people write it.
    ///
    /// With a calling code: `+7 916 …`, `7 916 …`, `00 7 916 …`, `810 7 916 …`. Without one it is of the home
    /// country, or of one that shares its calling code: `8 (916) …`, `916 …`. Between the digits may stand
    /// spaces, hyphens, dots and brackets. Full-width and Arabic digits are digits.
    ///
    /// A number that was kept is read with the default countries, so that it is understood also when its country
    /// is no longer taken.
    ///
    /// # Errors
    /// Where it is no mobile number of one of the countries.
    pub fn parse(text: &str, countries: &PhoneCountries) -> Result<Self, PhoneError> {
        PartialPhone::of(text, countries).phone()
    }

    /// The whole number, `+79161234567`. It is not for a public screen.
    #[must_use]
    pub fn e164(self) -> String {
        format!("+{}", self.number)
    }

    /// Whose number it is. Russia and Kazakhstan share a calling code; how the number goes on tells them apart.
    #[must_use]
    pub fn country(self) -> PhoneCountry {
        self.country
    }

    /// The last four digits, `4567`, for a person who is asked which of their numbers it is.
    #[must_use]
    pub fn last_four(self) -> String {
        format!("{:04}", self.number % 10_000)
    }

    /// The whole number in the groups in which it is read aloud: `+7`, `916`, `123`, `45`, `67`.
    /// It is not for a public screen.
    #[must_use]
    pub fn groups(self) -> Vec<String> {
        let plan = self.country.plan();
        groups(&plan, &self.number.to_string()[plan.calling_code.len()..])
    }

    /// What a public screen may show: the calling code and the last two digits, `+7 ••• ••• •• 67`.
    #[must_use]
    pub fn masked(self) -> String {
        let number = self.groups().join(" ");
        let hidden = 1 + self.country.plan().calling_code.len()..number.len() - 2;
        number.char_indices().map(|(at, c)| if hidden.contains(&at) && c != ' ' { '•' } else { c }).collect()
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// The calling code, and as much of a national number as there is. What is too much stands in the last group.
fn groups(plan: &Plan, national: &str) -> Vec<String> {
    let mut groups = vec![format!("+{}", plan.calling_code)];
    let mut rest = national;
    for (place, &length) in plan.groups.iter().enumerate() {
        let is_last = place + 1 == plan.groups.len();
        let (group, behind) = rest.split_at(if is_last { rest.len() } else { length.min(rest.len()) });
        if !group.is_empty() {
            groups.push(group.to_owned());
        }
        rest = behind;
    }
    groups
}

/// A number that somebody is typing, a digit at a time.
///
/// The calling code of the home country stands there already, so most people type the national number. Whoever
/// types a trunk prefix or a calling code first is understood as well. A Russian mobile number begins with 9
/// alone: an 8 is the trunk prefix, and a 7 the calling code, or, where Kazakhstan is taken, perhaps the first
/// digit of one of its numbers. `77` stays open until a further digit rules one out, and where none does, ten
/// digits are a number and eleven another: `7771234567` is +7 777 123 45 67, and with one more digit 8 it is
/// +7 771 234 56 78. So a screen asks whether the number is right before it goes on.
pub struct PartialPhone {
    groups: Vec<String>,
    missing_digits: Option<usize>,
    phone: Result<Phone, PhoneError>,
}

/// One way to read digits: as a number of this country.
struct Reading<'a> {
    country: PhoneCountry,
    /// What is left without trunk prefix or calling code.
    national: &'a str,
    plan: Plan,
    is_home: bool,
}

impl Reading<'_> {
    fn fit(&self) -> Fit {
        if !self.plan.is_mobile(self.national) {
            return Fit::NotMobile;
        }
        match self.plan.length().cmp(&self.national.len()) {
            Ordering::Greater => Fit::TooShort,
            Ordering::Equal => Fit::Complete,
            Ordering::Less => Fit::TooLong,
        }
    }

    fn phone(&self) -> Phone {
        let digits = self.plan.calling_code.bytes().chain(self.national.bytes());
        let number = digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        Phone { country: self.country, number }
    }
}

/// How well digits fit a country, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Complete,
    TooShort,
    TooLong,
    NotMobile,
}

/// What is dialled in place of the plus: by the ITU, and in the countries of the former Union.
const EXIT_PREFIXES: [&str; 2] = ["00", "810"];

impl PartialPhone {
    /// Reads what was typed so far. All that [`Phone::parse`] takes may be in it; it may be empty.
    #[must_use]
    pub fn of(typed: &str, countries: &PhoneCountries) -> Self {
        let Some((digits, has_plus)) = digits_of(typed) else {
            return Self { groups: Vec::new(), missing_digits: None, phone: Err(PhoneError::NotDigits) };
        };
        let read = Self::read(&digits, has_plus, countries);
        if digits.is_empty() { Self { phone: Err(PhoneError::NoDigits), ..read } } else { read }
    }

    /// The groups typed so far, the calling code first: `+7`, `916`, `12`. Nothing typed leaves the calling code
    /// of the home country. What may yet become a calling code stands as it was typed. Empty where there is
    /// something besides digits. It is not for a public screen, unless the person wants to see it.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// How many digits are missing; `None` where the digits can become numbers of several lengths, or none.
    #[must_use]
    pub fn missing_digits(&self) -> Option<usize> {
        self.missing_digits
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.phone.is_ok()
    }

    /// The number.
    ///
    /// # Errors
    /// Why it is none, or none yet.
    pub fn phone(&self) -> Result<Phone, PhoneError> {
        self.phone
    }

    fn read(digits: &str, has_plus: bool, countries: &PhoneCountries) -> Self {
        let (served, others): (Vec<_>, Vec<_>) = readings(digits, has_plus, countries.home)
            .partition(|reading| countries.iter().any(|country| country == reading.country));
        let best = served.iter().min_by_key(|reading| {
            let fit = reading.fit();
            // Of what begins as no mobile number does, the part behind a trunk prefix or calling code is shown.
            let length = if fit == Fit::NotMobile { reading.national.len() } else { 0 };
            (fit, !reading.is_home, length)
        });
        let fit = best.map_or(Fit::NotMobile, Reading::fit);
        if fit > Fit::TooShort
            && !has_plus
            && let Some(behind) = EXIT_PREFIXES.iter().find_map(|prefix| digits.strip_prefix(prefix))
        {
            return Self::read(behind, true, countries);
        }
        let is_begun = |start: &str| start.len() > digits.len() && start.starts_with(digits);
        let is_calling_code_begun = countries.iter().any(|country| is_begun(country.plan().calling_code))
            || !has_plus && EXIT_PREFIXES.into_iter().any(is_begun);
        let missing_digits = match (best, fit) {
            (Some(_), Fit::Complete) => Some(0),
            (Some(best), Fit::TooShort) => {
                let mut counts = served
                    .iter()
                    .filter(|reading| reading.fit() == Fit::TooShort && reading.is_home == best.is_home)
                    .map(|reading| reading.plan.length() - reading.national.len());
                counts.next().filter(|&count| counts.all(|other| other == count))
            }
            _ => None,
        };
        let is_other = |worst: Fit| others.iter().any(|reading| reading.fit() <= worst);
        let phone = match (best, fit) {
            (Some(best), Fit::Complete) => Ok(best.phone()),
            _ if is_other(Fit::Complete) => Err(PhoneError::CountryNotServed),
            (_, Fit::TooShort) => Err(PhoneError::TooShort { missing_digits }),
            (_, Fit::NotMobile) if is_calling_code_begun => Err(PhoneError::TooShort { missing_digits: None }),
            (_, Fit::TooLong) => Err(PhoneError::TooLong),
            (best, _) if best.is_none() || is_other(Fit::TooLong) => Err(PhoneError::CountryNotServed),
            _ => Err(PhoneError::NotMobile),
        };
        let groups = match best {
            Some(best) if fit < Fit::NotMobile || !is_calling_code_begun => groups(&best.plan, best.national),
            _ => vec![format!("{}{digits}", if has_plus { "+" } else { "" })],
        };
        Self { groups, missing_digits, phone }
    }
}

impl fmt::Debug for PartialPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialPhone").field("missing_digits", &self.missing_digits).finish_non_exhaustive()
    }
}

/// All ways to read digits, whether or not they fit.
fn readings(digits: &str, has_plus: bool, home: PhoneCountry) -> impl Iterator<Item = Reading<'_>> {
    PhoneCountry::ALL.into_iter().flat_map(move |country| {
        let mut parts = Vec::new();
        if !has_plus && country.plan().calling_code == home.plan().calling_code {
            parts.push(digits);
            parts.extend(without_trunk_prefix(country, digits));
        }
        if let Some(behind) = digits.strip_prefix(country.plan().calling_code) {
            parts.push(behind);
            // Many write `+375 (0) 29 …`. Without the plus too much could be meant.
            parts.extend(has_plus.then(|| without_trunk_prefix(country, behind)).into_iter().flatten());
        }
        let is_home = country == home;
        parts.into_iter().map(move |national| Reading { country, national, plan: country.plan(), is_home })
    })
}

fn without_trunk_prefix(country: PhoneCountry, digits: &str) -> impl Iterator<Item = &str> {
    country.plan().trunk_prefixes.iter().filter_map(move |prefix| digits.strip_prefix(prefix))
}

/// The digits of a text, as those of ASCII, and whether a plus stands before them; `None` where there is something
/// else than what people write between them.
fn digits_of(text: &str) -> Option<(String, bool)> {
    let (mut digits, mut has_plus) = (String::new(), false);
    for c in text.chars() {
        match c {
            '+' | '＋' if digits.is_empty() && !has_plus => has_plus = true,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | '.' | '．' | '(' | ')' | '（' | '）' | '[' | ']' => {
            }
            _ if c.is_whitespace() || is_unseen(c) => {}
            _ => digits.push(digit(c)?),
        }
    }
    Some((digits, has_plus))
}

/// The digit of ASCII for one that is written in another way: full-width, Arabic, Persian.
fn digit(c: char) -> Option<char> {
    ['0', '０', '٠', '۰'].into_iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(zero))?;
        char::from_digit(value, 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::PathBuf;

    fn countries(list: &str) -> PhoneCountries {
        list.parse().expect("known countries")
    }

    fn e164(text: &str, list: &str) -> Result<String, PhoneError> {
        Phone::parse(text, &countries(list)).map(Phone::e164)
    }

    /// The groups, how many digits are missing, and whether it is a whole number.
    fn typed(digits: &str, list: &str) -> (String, Option<usize>, bool) {
        let partial = PartialPhone::of(digits, &countries(list));
        (partial.groups().join(" "), partial.missing_digits(), partial.is_complete())
    }

    /// The rows of the example numbers: region, calling code, kind, national number, E.164.
    fn examples() -> Option<Vec<[String; 5]>> {
        let folder = std::env::var_os("POLKA_TEST_DATA")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
        let path = folder.join("phone_examples.csv");
        if !path.exists() {
            eprintln!("skipped: {} is not there; POLKA_TEST_DATA names the folder", path.display());
            return None;
        }
        let file = std::fs::read_to_string(path).expect("a readable file");
        let row = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>().try_into().expect("five columns");
        Some(file.lines().skip(1).map(row).collect())
    }

    #[test]
    fn a_number_is_read_in_every_way_in_which_people_write_it() {
        for text in [
            "+79161234567",
            "+7 916 123-45-67",
            "+7 (916) 123-45-67",
            "7 916 123 45 67",
            "8 916 123-45-67",
            "8(916)1234567",
            "916.123.45.67",
            "[916] 123 45 67",
            "00 7 916 123 45 67",
            "810 7 916 123 45 67",
            "8 10 7 916 123 45 67",
            "+7 8 916 123 45 67",
            "+7\u{a0}916\u{202f}123\u{2011}45\u{2212}67",
            "\u{202a}+7 916 123‑45–67\u{202c}",
            "＋７（９１６）１２３－４５－６７",
            "٨٩١٦١٢٣٤٥٦٧",
            "۸۹۱۶۱۲۳۴۵۶۷",
        ] {
            assert_eq!(e164(text, "ru"), Ok("+79161234567".into()), "{text}");
            assert_eq!(Phone::parse(text, &PhoneCountries::default()), Phone::parse(text, &countries("ru")), "{text}");
        }
    }

    #[test]
    fn how_a_number_goes_on_tells_russia_from_kazakhstan() {
        for text in ["+7 701 123 45 67", "7 701 123 45 67", "8 701 123 45 67", "701 123 45 67"] {
            for list in ["ru,kz", "kz", "kz,ru"] {
                let phone = Phone::parse(text, &countries(list)).expect("a number");
                assert_eq!(
                    (phone.e164(), phone.country()),
                    ("+77011234567".into(), PhoneCountry::Kazakhstan),
                    "{text}"
                );
            }
            for length in [text.len(), text.len() - 3] {
                assert_eq!(e164(&text[..length], "ru"), Err(PhoneError::CountryNotServed), "{text}");
            }
        }
        assert_eq!(e164("8 916 123 45 67", "kz,ru"), Ok("+79161234567".into()));
        assert_eq!(e164("8 916 123 45 67", "kz"), Err(PhoneError::CountryNotServed));
    }

    #[test]
    fn a_neighbour_is_read_by_its_calling_code_and_at_home_without_it() {
        for text in ["+375 29 491-19-11", "375294911911", "00 375 29 491 19 11", "+375 (0) 29 491 19 11"] {
            assert_eq!(e164(text, "ru,by"), Ok("+375294911911".into()), "{text}");
        }
        for text in ["29 491 19 11", "8 029 491 19 11", "8 (029) 491-19-11", "029 491 19 11", "8 10 375 29 491 19 11"] {
            assert_eq!(e164(text, "by,ru"), Ok("+375294911911".into()), "{text}");
            let abroad = if text.contains("375") { Ok("+375294911911".into()) } else { Err(PhoneError::NotMobile) };
            assert_eq!(e164(text, "ru,by"), abroad, "{text}");
        }
    }

    #[test]
    fn where_a_number_may_begin_like_a_way_out_of_the_country_its_length_tells() {
        assert_eq!(e164("00 712 34 56", "tj,ru"), Ok("+992007123456".into()));
        assert_eq!(typed("00 712 34", "tj,ru"), ("+992 00 712 34".into(), Some(2), false));
        assert_eq!(e164("00 7 916 123 45 67", "tj,ru"), Ok("+79161234567".into()));
    }

    #[test]
    fn what_is_no_number_says_why() {
        let lacks = |missing_digits| PhoneError::TooShort { missing_digits };
        for (text, why) in [
            ("", PhoneError::NoDigits),
            (" + ()", PhoneError::NoDigits),
            ("916 123 45 6O", PhoneError::NotDigits),
            ("8 916 123 45 67 доб. 2", PhoneError::NotDigits),
            ("9+161234567", PhoneError::NotDigits),
            ("++79161234567", PhoneError::NotDigits),
            ("९१६१२३४५६७", PhoneError::NotDigits),
            ("8 916 123 45 6", lacks(Some(1))),
            ("916 123 45", lacks(Some(2))),
            ("+375 29 491 19", lacks(Some(2))),
            ("+37", lacks(None)),
            ("810", lacks(None)),
            ("+7 916 123 45 678", PhoneError::TooLong),
            ("8 916 123 45 678", PhoneError::TooLong),
            ("+374 77 12 34 56 7", PhoneError::TooLong),
            ("+49 171 1234567", PhoneError::CountryNotServed),
            ("0049 171 1234567", PhoneError::CountryNotServed),
            ("+00 7 916 123 45 67", PhoneError::CountryNotServed),
            ("+998 91 234 56 78", PhoneError::CountryNotServed),
            ("998 91 234 56 78", PhoneError::CountryNotServed),
            ("8 495 123 45 67", PhoneError::NotMobile),
            ("+7 495 123 45 67", PhoneError::NotMobile),
            ("8 800 555 35 35", PhoneError::NotMobile),
            ("+7 751 123 45 67", PhoneError::NotMobile),
            ("112", PhoneError::NotMobile),
        ] {
            assert_eq!(e164(text, "ru,kz,by,am"), Err(why), "{text}");
        }
    }

    #[test]
    fn a_number_shows_nothing_but_what_is_asked_for() {
        let phone = Phone::parse("89160030507", &PhoneCountries::default()).expect("a number");
        assert_eq!(phone.groups(), ["+7", "916", "003", "05", "07"]);
        assert_eq!(phone.masked(), "+7 ••• ••• •• 07");
        assert_eq!(phone.last_four(), "0507");
        assert_eq!(format!("{phone:?}"), "Phone(+7 ••• ••• •• 07)");
        let partial = PartialPhone::of("89160030507", &PhoneCountries::default());
        assert_eq!(format!("{partial:?}"), "PartialPhone { missing_digits: Some(0), .. }");
        let moldovan = Phone::parse("+373 621 23 456", &PhoneCountries::default()).expect("a number");
        assert_eq!(moldovan.groups(), ["+373", "621", "23", "456"]);
        assert_eq!(moldovan.masked(), "+373 ••• •• •56");
    }

    #[test]
    fn digits_are_shown_in_groups_as_they_are_typed() {
        for (digits, shown, missing, is_complete) in [
            ("", "+7", Some(10), false),
            ("9", "+7 9", Some(9), false),
            ("91612", "+7 916 12", Some(5), false),
            ("9161234567", "+7 916 123 45 67", Some(0), true),
            ("91612345678", "+7 916 123 45 678", None, false),
        ] {
            assert_eq!(typed(digits, "ru"), (shown.into(), missing, is_complete), "{digits}");
            assert_eq!(typed(digits, "ru,kz,by,am,az,ge,kg,md,tj,tm,uz").0, shown, "{digits}");
        }
    }

    #[test]
    fn who_types_an_eight_or_a_seven_first_is_understood() {
        for first in ["8", "7"] {
            for list in ["ru", "ru,kz,by,uz"] {
                for (digits, shown, missing) in
                    [("", "+7", Some(10)), ("916", "+7 916", Some(7)), ("9161234567", "+7 916 123 45 67", Some(0))]
                {
                    let digits = format!("{first}{digits}");
                    let is_complete = missing == Some(0);
                    assert_eq!(typed(&digits, list), (shown.into(), missing, is_complete), "{digits} {list}");
                }
            }
        }
    }

    #[test]
    fn a_seven_before_a_seven_stays_open_until_a_digit_tells() {
        for (digits, shown, missing, is_complete) in [
            ("77", "+7 77", None, false),
            ("78", "+7 78", Some(8), false),
            ("776", "+7 776", None, false),
            ("7747", "+7 747", Some(7), false),
            ("785", "+7 785", Some(7), false),
            ("7771234567", "+7 777 123 45 67", Some(0), true),
            ("77712345678", "+7 771 234 56 78", Some(0), true),
        ] {
            assert_eq!(typed(digits, "ru,kz"), (shown.into(), missing, is_complete), "{digits}");
        }
        assert_eq!(typed("7", "kz,ru"), ("+7 7".into(), None, false));
    }

    #[test]
    fn a_calling_code_is_known_once_it_is_whole() {
        for (digits, shown, missing) in [
            ("3", "3", None),
            ("37", "37", None),
            ("375", "+375", Some(9)),
            ("3752", "+375 2", Some(8)),
            ("0", "0", None),
            ("00", "+", None),
            ("0037", "+37", None),
            ("00375", "+375", Some(9)),
            ("81", "81", None),
            ("810375", "+375", Some(9)),
            ("+", "+", None),
            ("+3752949119", "+375 29 491 19", Some(2)),
            // Ten digits are a Russian number, two more make one of Tajikistan.
            ("9929171234", "+7 992 917 12 34", Some(0)),
            ("992917123456", "+992 91 712 34 56", Some(0)),
        ] {
            let (groups, count, _) = typed(digits, "ru,kz,by,am,tj");
            assert_eq!((groups.as_str(), count), (shown, missing), "{digits}");
        }
    }

    #[test]
    fn digits_that_lead_nowhere_are_shown_and_say_why() {
        for (digits, shown, why) in [
            ("8495123", "+7 495 123", PhoneError::NotMobile),
            ("4951234567", "+7 495 123 45 67", PhoneError::NotMobile),
            ("+49171", "+49171", PhoneError::CountryNotServed),
            ("91a", "", PhoneError::NotDigits),
        ] {
            assert_eq!(typed(digits, "ru,kz"), (shown.into(), None, false), "{digits}");
            assert_eq!(PartialPhone::of(digits, &countries("ru,kz")).phone(), Err(why), "{digits}");
        }
    }

    #[test]
    fn a_list_of_countries_is_read_and_written() {
        assert_eq!(countries(" RU, kz,by,kz ").to_string(), "ru,kz,by");
        assert_eq!(countries("kz").home(), PhoneCountry::Kazakhstan);
        assert_eq!(countries(&PhoneCountries::default().to_string()), PhoneCountries::default());
        assert_eq!("ru,de".parse::<PhoneCountries>(), Err(UnknownPhoneCountry("de".into())));
        assert_eq!("".parse::<PhoneCountries>(), Err(UnknownPhoneCountry(String::new())));
    }

    #[test]
    fn a_real_number_of_each_country_is_read_in_every_writing() {
        let Some(rows) = examples() else { return };
        let mut count = 0;
        for [region, _, kind, national, e164] in &rows {
            let Some(country) =
                PhoneCountry::ALL.into_iter().find(|country| country.code().eq_ignore_ascii_case(region))
            else {
                continue;
            };
            if kind != "mobile" {
                assert!(Phone::parse(e164, &PhoneCountries::default()).is_err(), "{e164}");
                continue;
            }
            count += 1;
            let plan = country.plan();
            let mut writings = vec![e164.clone(), format!("00{}", &e164[1..]), national.clone()];
            writings.extend(plan.trunk_prefixes.iter().map(|prefix| format!("{prefix}{national}")));
            let parts = groups(&plan, national);
            writings.push(parts.join(" "));
            writings.push(format!("{} ({}) {}", parts[0], parts[1], parts[2..].join("-")));
            for text in &writings {
                let phone = Phone::parse(text, &countries(country.code()));
                assert_eq!(phone.map(|phone| (phone.e164(), phone.country())), Ok((e164.clone(), country)), "{text}");
            }
        }
        assert_eq!(count, 7, "AZ, BY, KG, KZ, RU, TJ, UZ have a mobile row");
    }

    #[test]
    fn a_real_number_of_a_country_that_is_not_taken_is_refused() {
        let Some(rows) = examples() else { return };
        for taken in PhoneCountry::ALL {
            let countries = countries(taken.code());
            for [region, _, kind, _, e164] in rows.iter().filter(|row| !row[0].eq_ignore_ascii_case(taken.code())) {
                let phone = Phone::parse(e164, &countries);
                assert!(phone.is_err(), "{region} {e164}");
                if kind == "mobile" {
                    assert_eq!(phone, Err(PhoneError::CountryNotServed), "{region} {e164}");
                }
            }
        }
    }

    /// Digits of countries that are known, of whatever length: most random text is refused at once.
    fn near_numbers() -> impl Strategy<Value = String> {
        (prop::sample::select(vec!["+7", "8", "7", "", "+375", "00998", "8109", "+992", "77"]), "[0-9 ()-]{0,14}")
            .prop_map(|(start, rest)| start.to_owned() + &rest)
    }

    fn numbers() -> impl Strategy<Value = Phone> {
        (prop::sample::select(PhoneCountry::ALL.to_vec()), any::<prop::sample::Index>(), 0u64..1_000_000_000).prop_map(
            |(country, start, tail)| {
                let plan = country.plan();
                let starts: Vec<_> = plan.mobile.split(' ').collect();
                let national = format!("{}{tail:09}", starts[start.index(starts.len())]);
                let e164 = format!("+{}{}", plan.calling_code, &national[..plan.length()]);
                Phone::parse(&e164, &countries(country.code())).expect("a number of that country")
            },
        )
    }

    proptest! {
        #[test]
        fn any_text_is_a_number_or_an_error(text in ".{0,40}", near in near_numbers()) {
            for text in [text, near] {
                let partial = PartialPhone::of(&text, &PhoneCountries::default());
                let phone = Phone::parse(&text, &PhoneCountries::default());
                prop_assert_eq!(partial.is_complete(), phone.is_ok());
                prop_assert_eq!(partial.phone(), phone);
                prop_assert_eq!(partial.is_complete(), partial.missing_digits() == Some(0));
            }
        }

        #[test]
        fn a_number_that_was_written_is_read_again(phone in numbers()) {
            prop_assert_eq!(Phone::parse(&phone.e164(), &PhoneCountries::default()), Ok(phone));
            prop_assert_eq!(phone.groups().concat(), phone.e164());
        }

        #[test]
        fn what_stands_between_the_digits_changes_nothing(
            text in near_numbers(), marks in prop::collection::vec("[ ()\\-.\u{a0}]{0,3}", 24),
        ) {
            let written: String = text.chars().zip(&marks).map(|(c, mark)| format!("{mark}{c}")).collect();
            let countries = PhoneCountries::default();
            let plain: String = text.chars().take(marks.len()).collect();
            prop_assert_eq!(Phone::parse(&written, &countries), Phone::parse(&plain, &countries));
        }

        #[test]
        fn the_missing_digits_make_a_whole_number(phone in numbers(), is_home in any::<bool>(), how in 0usize..5) {
            let plan = phone.country().plan();
            let countries = if is_home { countries(plan.code) } else { PhoneCountries::default() };
            let e164 = phone.e164();
            let national = &e164[1 + plan.calling_code.len()..];
            let digits = match plan.trunk_prefixes.get(how) {
                Some(prefix) if is_home => format!("{prefix}{national}"),
                _ if is_home && how == 4 => national.to_owned(),
                _ => e164,
            };
            for count in 1..digits.len() {
                let partial = PartialPhone::of(&digits[..count], &countries);
                if let Some(missing) = partial.missing_digits() {
                    prop_assert_eq!(count + missing, digits.len(), "{}", count);
                }
            }
            prop_assert!(PartialPhone::of(&digits, &countries).is_complete());
        }
    }
}
