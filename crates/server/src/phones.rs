//! Whether a number can get a message: the full check, by the metadata of libphonenumber.
//!
//! What the app checks (`polka_domain::Phone`) is coarser. This refuses ranges that are not in use, and kinds of
//! numbers that are dear to send to or that nobody reads.

use std::fmt;

use polka_domain::Phone;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberType, Region};

/// Why a number gets no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneProblem {
    /// No operator of its country has it.
    NotInUse,
    /// It is of a kind that gets none: a landline, a service, a pager, a telephone over the internet.
    NoMessages,
}

impl fmt::Display for PhoneProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotInUse => "is not in use in its country",
            Self::NoMessages => "is of a kind that gets no messages",
        })
    }
}

impl std::error::Error for PhoneProblem {}

/// Checks that a number is in use in its country, and of a mobile telephone or of a range that mobile ones share.
///
/// # Errors
/// Where it is not.
pub fn check(phone: Phone) -> Result<(), PhoneProblem> {
    let number = PHONE_NUMBER_UTIL.parse(phone.e164(), None).map_err(|_| PhoneProblem::NotInUse)?;
    let region = Region::from_code(&phone.country().code().to_ascii_uppercase());
    if !region.is_ok_and(|region| number.is_valid_for_region(region)) {
        return Err(PhoneProblem::NotInUse);
    }
    if gets_messages(&number) { Ok(()) } else { Err(PhoneProblem::NoMessages) }
}

fn gets_messages(number: &PhoneNumber) -> bool {
    matches!(number.get_type(), PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polka_domain::{PhoneCountries, PhoneCountry};
    use rlibphonenumber::PhoneNumberFormat;

    fn check_text(text: &str) -> Result<(), PhoneProblem> {
        check(Phone::parse(text, &PhoneCountries::default()).expect("a number"))
    }

    #[test]
    fn a_number_that_is_not_in_use_is_refused() {
        assert_eq!(check_text("+375 29 012 34 56"), Err(PhoneProblem::NotInUse));
        assert_eq!(check_text("+375 29 912 34 56"), Ok(()));
        assert_eq!(check_text("+7 916 123 45 67"), Ok(()));
    }

    #[test]
    fn a_landline_among_mobile_ranges_gets_no_messages() {
        assert_eq!(check_text("+998 62 222 34 56"), Err(PhoneProblem::NoMessages));
        assert_eq!(check_text("+998 62 770 34 56"), Ok(()));
    }

    #[test]
    fn a_mobile_range_among_landlines_is_known_to_both() {
        for text in ["+996 312 58 12 34", "+996 312 97 31 23", "+994 36 554 12 34"] {
            assert_eq!(check_text(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn no_number_gets_into_the_log() {
        // The library names numbers at the level `Trace`, whatever POLKA_LOG asks for.
        assert_eq!(log::STATIC_MAX_LEVEL, log::LevelFilter::Debug);
    }

    #[test]
    fn the_library_knows_each_example_for_what_it_is() {
        let Some(path) = polka_stage::real_data("phone_examples.csv") else { return };
        let mut count = 0;
        for row in csv::Reader::from_path(path).expect("a readable file").records() {
            let row = row.expect("a row");
            let (kind, e164) = (&row[2], &row[4]);
            let number = PHONE_NUMBER_UTIL.parse(e164, None).expect("a number");
            assert!(number.is_valid(), "{e164}");
            assert_eq!(number.format_as(PhoneNumberFormat::E164), e164);
            let found = number.get_type();
            // In some countries both share a range; in Botswana one has become mobile since the file was made.
            let is_known = match found {
                PhoneNumberType::FixedLineOrMobile => matches!(kind, "fixedLine" | "mobile"),
                _ => format!("{found:?}").eq_ignore_ascii_case(kind) || e164 == "+26779101234",
            };
            assert!(is_known, "{e164}: {kind}, {found:?}");
            count += 1;
        }
        assert_eq!(count, 572);
    }

    #[test]
    fn what_is_accepted_here_the_app_accepts_too() {
        for country in PhoneCountry::ALL {
            let region = Region::from_code(&country.code().to_ascii_uppercase()).expect("a country");
            let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, PhoneNumberType::Mobile);
            let example = example.expect("an example").format_as(PhoneNumberFormat::E164).into_owned();
            let calling_code = PHONE_NUMBER_UTIL.get_country_code_for_region(region).expect("a code").to_string();
            let (mut accepted, countries) = (0, country.code().parse::<PhoneCountries>().expect("a country"));
            for start in 0..10_000_u64 {
                // Any digits behind, other ones each time.
                let digits = format!("+{calling_code}{start:04}{:09}", start * 7_919_000_003 % 1_000_000_000);
                let e164 = &digits[..example.len()];
                let number = PHONE_NUMBER_UTIL.parse(e164, None);
                if number.is_ok_and(|number| number.is_valid_for_region(region) && gets_messages(&number)) {
                    assert_eq!(Phone::parse(e164, &countries).map(Phone::e164).as_deref(), Ok(e164));
                    accepted += 1;
                }
            }
            assert!(accepted > 100, "{country:?}: {accepted}");
        }
    }
}
