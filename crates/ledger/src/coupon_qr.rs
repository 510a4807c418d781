//! What the QR code of a coupon says: its code, its terms and a signature, so that a till without network can check it.
//!
//! The text is digits alone: any keyboard layout types them, and a QR code holds no characters more densely. The first
//! twenty-eight are the coupon's code, as in its Code 128; the others are bytes. `docs/integration/coupon-qr.md` has it
//! byte by byte, for whoever makes tills. Nothing here knows a clock, or where a till keeps what it has taken.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use polka_domain::{CouponCode, Date, Gtin};

use crate::coupon::{CouponRefusal, Goods, Sale, Terms, Worth};
use crate::receipt::Receipt;

const VERSION: u8 = 1;
/// What is signed begins with this, so that nothing signed for another purpose is a coupon.
const PURPOSE: &[u8] = b"polka coupon 1";
/// The version, the key, the worth, the least sum, two days, the store, and what kind of goods.
const TERMS: usize = 28;
const SIGNATURE: usize = 64;
/// An amount or a GTIN, in bytes.
const NUMBER: usize = 6;
/// As long as the name of a category may be, in bytes: 200 characters of four.
const LONGEST_CATEGORY: usize = 800;
/// So many bytes are one number of the text, and so many digits long is it.
const GROUP: usize = 7;
/// No amount is larger.
const MOST: i64 = Receipt::LARGEST_AMOUNT_MINOR_UNITS;
/// Days are counted from it on.
const EPOCH: Date = Date::constant(1970, 1, 1);
/// How many digits so many bytes take.
const DIGITS: [usize; GROUP + 1] = [0, 3, 5, 8, 10, 13, 15, 17];

/// Signs coupons.
pub struct CouponSigner(SigningKey);

/// A key by which tills check coupons; it need not be kept secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouponKey(VerifyingKey);

/// What the QR code of a coupon says. Until its signature is checked, anybody may have made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouponQr {
    code: CouponCode,
    terms: Terms,
    /// All behind the code, with the signature.
    bytes: Vec<u8>,
}

/// Why a till without network does not take a coupon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrRefusal {
    /// It is no text of a coupon's QR code, was misread, or is of a later version.
    Unreadable,
    /// Nobody whose key is known has signed it.
    Forged,
    /// It says something else than what was signed.
    Altered,
    /// This till has taken it before.
    Used,
    /// It takes nothing off this receipt.
    Terms(CouponRefusal),
    /// It takes off more than a till may take without asking.
    AboveLimit,
}

/// Terms that find no room in a QR code: an amount, a day, a store or a category out of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSignable;

impl CouponSigner {
    /// The key that a seed gives; who has the seed has the key.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// By which others check what it has signed.
    #[must_use]
    pub fn key(&self) -> CouponKey {
        CouponKey(self.0.verifying_key())
    }

    /// Signs a coupon: the same one each time to the same text.
    ///
    /// # Errors
    /// Where its terms find no room.
    pub fn sign(&self, code: CouponCode, terms: &Terms) -> Result<CouponQr, NotSignable> {
        let mut bytes = bytes_of(terms, self.key().id()).ok_or(NotSignable)?;
        let signature = self.0.sign(&signed(code, &bytes));
        bytes.extend(signature.to_bytes());
        Ok(CouponQr { code, terms: terms.clone(), bytes })
    }
}

impl CouponKey {
    /// The key with these bytes; `None` where they are none, or one that anybody could sign for.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak()).map(Self)
    }

    /// Its bytes, as RFC 8032 has them.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// By which a coupon names it: its first four bytes.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let [a, b, c, d, ..] = self.to_bytes();
        [a, b, c, d]
    }
}

impl CouponQr {
    /// The coupon's code.
    #[must_use]
    pub fn code(&self) -> CouponCode {
        self.code
    }

    /// What stands on it.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Whether somebody with one of these keys has signed just this.
    ///
    /// # Errors
    /// Where nobody has, or it was changed since.
    pub fn check_signature(&self, keys: &[CouponKey]) -> Result<(), QrRefusal> {
        let (said, signature) = self.bytes.split_last_chunk::<SIGNATURE>().ok_or(QrRefusal::Unreadable)?;
        let mut named = keys.iter().filter(|key| said.get(1..5) == Some(&key.id()[..])).peekable();
        named.peek().ok_or(QrRefusal::Forged)?;
        let (said, signature) = (signed(self.code, said), Signature::from_bytes(signature));
        match named.any(|key| key.0.verify_strict(&said, &signature).is_ok()) {
            true => Ok(()),
            false => Err(QrRefusal::Altered),
        }
    }

    /// What a till without network takes off a receipt for this coupon, in minor units. `limit_minor_units` is what the
    /// chain lets it take off for one at most; `is_used` tells whether it has taken a code before.
    ///
    /// # Errors
    /// With the reason for which it takes it not.
    pub fn check_offline(
        &self,
        keys: &[CouponKey],
        sale: &Sale,
        limit_minor_units: i64,
        is_used: impl FnOnce(CouponCode) -> bool,
    ) -> Result<i64, QrRefusal> {
        self.check_signature(keys)?;
        if is_used(self.code) {
            return Err(QrRefusal::Used);
        }
        let discount = self.terms.discount(sale).map_err(QrRefusal::Terms)?;
        if discount > limit_minor_units { Err(QrRefusal::AboveLimit) } else { Ok(discount) }
    }
}

/// What a signature is of.
fn signed(code: CouponCode, said: &[u8]) -> Vec<u8> {
    [PURPOSE, code.as_str().as_bytes(), said].concat()
}

/// The terms as bytes, all numbers with the highest byte first.
fn bytes_of(terms: &Terms, key_id: [u8; 4]) -> Option<Vec<u8>> {
    let mut bytes = vec![VERSION];
    bytes.extend(key_id);
    let (worth, percent, minor_units) = match terms.worth {
        Worth::Amount(minor_units) => (1, 0, amount_of(minor_units)?),
        Worth::Percent { percent, most_minor_units } => {
            let percent = u8::try_from(percent).ok().filter(|percent| (1..=100).contains(percent))?;
            (2, percent, most_minor_units.map_or(Some(0), amount_of)?)
        }
        Worth::FreeItem { most_minor_units } => (3, 0, amount_of(most_minor_units)?),
    };
    bytes.extend([worth, percent]);
    bytes.extend(number_of(minor_units));
    let least = if terms.least_minor_units == 0 { 0 } else { amount_of(terms.least_minor_units)? };
    bytes.extend(number_of(least));
    bytes.extend(day_number_of(terms.first_day)?.to_be_bytes());
    bytes.extend(day_number_of(terms.last_day)?.to_be_bytes());
    let store = terms.store.map_or(Some(0), |store| u32::try_from(store).ok().filter(|store| *store > 0))?;
    bytes.extend(store.to_be_bytes());
    match &terms.goods {
        Goods::All => bytes.push(0),
        Goods::Product(gtin) => {
            bytes.push(1);
            bytes.extend(number_of(gtin.to_string().parse().ok()?));
        }
        Goods::Category(category) if (1..=LONGEST_CATEGORY).contains(&category.len()) => {
            bytes.push(2);
            bytes.extend(category.as_bytes());
        }
        Goods::Category(_) => return None,
    }
    Some(bytes)
}

/// The terms that bytes say.
fn terms_of(bytes: &[u8]) -> Option<Terms> {
    let (head, goods) = bytes.split_first_chunk::<TERMS>()?;
    let number = |at: usize| head[at..at + NUMBER].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let amount = |at: usize| i64::try_from(number(at)).ok().filter(|it| (1..=MOST).contains(it));
    let amount_or_none = |at: usize| if number(at) == 0 { Some(None) } else { amount(at).map(Some) };
    let day = |at: usize| day_of(u16::from_be_bytes([head[at], head[at + 1]]));
    if head[0] != VERSION {
        return None;
    }
    let worth = match (head[5], head[6]) {
        (1, 0) => Worth::Amount(amount(7)?),
        (2, percent @ 1..=100) => Worth::Percent { percent: i64::from(percent), most_minor_units: amount_or_none(7)? },
        (3, 0) => Worth::FreeItem { most_minor_units: amount(7)? },
        _ => return None,
    };
    let store = u32::from_be_bytes([head[23], head[24], head[25], head[26]]);
    let goods = match (head[27], goods.len()) {
        (0, 0) => Goods::All,
        (1, NUMBER) => {
            let gtin = goods.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            Goods::Product(format!("{gtin:014}").parse::<Gtin>().ok()?)
        }
        (2, 1..=LONGEST_CATEGORY) => Goods::Category(String::from_utf8(goods.to_vec()).ok()?),
        _ => return None,
    };
    Some(Terms {
        worth,
        goods,
        least_minor_units: amount_or_none(13)?.unwrap_or(0),
        first_day: day(19)?,
        last_day: day(21)?,
        store: (store > 0).then_some(i64::from(store)),
    })
}

fn amount_of(minor_units: i64) -> Option<u64> {
    u64::try_from(minor_units).ok().filter(|_| (1..=MOST).contains(&minor_units))
}

fn number_of(number: u64) -> impl Iterator<Item = u8> {
    number.to_be_bytes().into_iter().skip(8 - NUMBER)
}

fn day_number_of(day: Date) -> Option<u16> {
    let days = EPOCH.duration_until(day).as_hours() / 24;
    u16::try_from(days).ok()
}

fn day_of(days: u16) -> Option<Date> {
    EPOCH.checked_add(jiff::SignedDuration::from_hours(i64::from(days) * 24)).ok()
}

impl fmt::Display for CouponQr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        for group in self.bytes.chunks(GROUP) {
            let number = group.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            write!(f, "{number:0width$}", width = DIGITS[group.len()])?;
        }
        Ok(())
    }
}

impl FromStr for CouponQr {
    type Err = QrRefusal;

    fn from_str(text: &str) -> Result<Self, QrRefusal> {
        read(text).ok_or(QrRefusal::Unreadable)
    }
}

fn read(text: &str) -> Option<CouponQr> {
    // More is none, however long it is.
    const LONGEST: usize = CouponCode::LENGTH + (TERMS + LONGEST_CATEGORY + SIGNATURE).div_ceil(GROUP) * DIGITS[GROUP];
    if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (code, rest) = text.split_at_checked(CouponCode::LENGTH)?;
    let mut bytes = Vec::with_capacity(rest.len() / 2);
    for digits in rest.as_bytes().chunks(DIGITS[GROUP]) {
        let length = DIGITS.iter().position(|it| *it == digits.len())?;
        let number = digits.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0'));
        let number = number.to_be_bytes();
        let (above, group) = number.split_at(8 - length);
        // One text alone says the same bytes.
        if above.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend(group);
    }
    let terms = terms_of(bytes.split_last_chunk::<SIGNATURE>()?.0)?;
    Some(CouponQr { code: code.parse().ok()?, terms, bytes })
}

impl fmt::Display for QrRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "it is no text of a coupon's QR code, or was misread",
            Self::Forged => "the coupon is forged: nobody of the chain has signed it",
            Self::Altered => "the coupon was altered after it was signed",
            Self::Used => "this till has taken the coupon before",
            Self::Terms(refusal) => return refusal.fmt(f),
            Self::AboveLimit => "the coupon takes off more than a till may take without the network",
        })
    }
}

impl std::error::Error for QrRefusal {}

impl fmt::Display for NotSignable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the coupon's terms find no room in a QR code")
    }
}

impl std::error::Error for NotSignable {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::coupon::Line;
    use crate::testing::day;

    const PAGE: &str = include_str!("../../../docs/integration/coupon-qr.md");

    fn signer(seed: u8) -> CouponSigner {
        CouponSigner::from_seed([seed; 32])
    }

    fn code() -> CouponCode {
        CouponCode::from_secret([7; 16])
    }

    fn terms() -> Terms {
        let (first_day, last_day) = (day("2026-03-01"), day("2026-03-31"));
        Terms {
            worth: Worth::Amount(10_000),
            goods: Goods::All,
            least_minor_units: 0,
            first_day,
            last_day,
            store: None,
        }
    }

    fn sale() -> Sale {
        let gtin = "9520000000004".parse().expect("a GTIN");
        let line = Line { gtin, category: Some("Молоко/Кефир".into()), quantity: 1, minor_units: 20_000 };
        Sale { store: 1, day: day("2026-03-10"), total_minor_units: 20_000, lines: vec![line] }
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What a till says to a coupon with these terms, at this sale.
    fn at_till(terms: &Terms, sale: &Sale) -> Result<i64, QrRefusal> {
        let text = signer(1).sign(code(), terms).expect("signed").to_string();
        let read: CouponQr = text.parse()?;
        assert_eq!((read.code(), read.terms()), (code(), terms));
        read.check_offline(&[signer(2).key(), signer(1).key()], sale, 15_000, |_| false)
    }

    #[test]
    fn a_till_without_network_takes_a_coupon_that_is_good_and_refuses_each_other_with_its_reason() {
        let milk = Goods::Category("Молоко".into());
        let percent = Worth::Percent { percent: 50, most_minor_units: Some(9_000) };
        let product = Goods::Product(sale().lines[0].gtin);
        assert_eq!(at_till(&terms(), &sale()), Ok(10_000));
        assert_eq!(at_till(&Terms { worth: percent, goods: milk.clone(), ..terms() }, &sale()), Ok(9_000));
        let free = Terms { worth: Worth::FreeItem { most_minor_units: 15_000 }, goods: product, ..terms() };
        assert_eq!(at_till(&free, &sale()), Ok(15_000));
        let above = Terms { worth: Worth::Amount(15_001), ..terms() };
        assert_eq!(at_till(&above, &sale()), Err(QrRefusal::AboveLimit));
        let bread = Sale { lines: Vec::new(), ..sale() };
        let refused = |terms: &Terms, sale: &Sale, why| assert_eq!(at_till(terms, sale), Err(QrRefusal::Terms(why)));
        refused(&Terms { goods: milk, ..terms() }, &bread, CouponRefusal::NoGoods);
        refused(&Terms { store: Some(2), ..terms() }, &sale(), CouponRefusal::OtherStore);
        refused(&Terms { least_minor_units: 20_001, ..terms() }, &sale(), CouponRefusal::BelowLeast);
        refused(&Terms { last_day: day("2026-03-09"), ..terms() }, &sale(), CouponRefusal::Over);
        refused(&Terms { first_day: day("2026-03-11"), ..terms() }, &sale(), CouponRefusal::NotYet);
        let signed = signer(1).sign(code(), &terms()).expect("signed");
        let again = signed.check_offline(&[signer(1).key()], &sale(), 15_000, |shown| shown == code());
        assert_eq!(again, Err(QrRefusal::Used));
        let foreign = signed.check_offline(&[signer(2).key()], &sale(), 15_000, |_| false);
        assert_eq!(foreign, Err(QrRefusal::Forged));
    }

    #[test]
    fn what_was_altered_is_told_from_what_was_forged() {
        let bytes = |text: &CouponQr, at: usize, byte: u8| {
            let mut bytes = text.bytes.clone();
            bytes[at] = byte;
            CouponQr { bytes, ..text.clone() }.to_string().parse::<CouponQr>()
        };
        let signed = signer(1).sign(code(), &terms()).expect("signed");
        // More money, a later last day.
        for at in [11, 21] {
            let altered = bytes(&signed, at, 0xff).expect("it reads");
            assert_ne!(*altered.terms(), terms());
            assert_eq!(altered.check_signature(&[signer(1).key()]), Err(QrRefusal::Altered));
        }
        let other = CouponQr { code: CouponCode::from_secret([8; 16]), ..signed.clone() };
        assert_eq!(other.check_signature(&[signer(1).key()]), Err(QrRefusal::Altered), "the terms of one for another");
        assert_eq!(bytes(&signed, 4, 0).expect("it reads").check_signature(&[signer(1).key()]), Err(QrRefusal::Forged));
        for (at, byte) in [(0, 2), (5, 0), (5, 4), (6, 1), (7, 0xff), (27, 1), (27, 3)] {
            assert_eq!(bytes(&signed, at, byte), Err(QrRefusal::Unreadable), "{at} {byte}");
        }
        assert_eq!(CouponKey::from_bytes(&[0; 32]), None, "a key for which anybody signs");
    }

    #[test]
    fn terms_out_of_range_are_not_signed() {
        for wrong in [
            Terms { worth: Worth::Amount(0), ..terms() },
            Terms { worth: Worth::Amount(MOST + 1), ..terms() },
            Terms { worth: Worth::Percent { percent: 101, most_minor_units: None }, ..terms() },
            Terms { goods: Goods::Category(String::new()), ..terms() },
            Terms { goods: Goods::Category("ж".repeat(401)), ..terms() },
            Terms { least_minor_units: -1, ..terms() },
            Terms { first_day: day("1969-12-31"), ..terms() },
            Terms { last_day: day("2149-06-07"), ..terms() },
            Terms { store: Some(0), ..terms() },
            Terms { store: Some(1 << 32), ..terms() },
        ] {
            assert_eq!(signer(1).sign(code(), &wrong), Err(NotSignable), "{wrong:?}");
        }
    }

    /// The worked example of the page, value by value.
    #[test]
    fn the_page_for_whoever_makes_tills_has_an_example_that_is_right() {
        let example = |name: &str| {
            let rest = PAGE.split_once(&format!("{name}:\n\n```\n")).unwrap_or_else(|| panic!("{name}")).1;
            rest.split_once("```").expect("an end").0.split_whitespace().collect::<String>()
        };
        // The first test of RFC 8032, 7.1.
        let seed: Vec<u8> = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("text"), 16).expect("hexadecimal"))
            .collect();
        let signer = CouponSigner::from_seed(seed.try_into().expect("thirty-two bytes"));
        let worth = Worth::Percent { percent: 20, most_minor_units: Some(15_000) };
        let (first_day, last_day) = (day("2026-12-01"), day("2026-12-31"));
        let goods = Goods::Product("9520000000004".parse().expect("a GTIN"));
        let terms = Terms { worth, goods, least_minor_units: 50_000, first_day, last_day, store: Some(3) };
        let code = "9812345678901234567890123452".parse().expect("a code");
        let signed = signer.sign(code, &terms).expect("signed");
        assert_eq!(example("The public key"), hex(&signer.key().to_bytes()));
        assert_eq!(example("The bytes"), hex(&signed.bytes));
        assert_eq!(example("The text"), signed.to_string());
        let read: CouponQr = example("The text").parse().expect("a coupon");
        let key: [u8; 32] = signer.key().to_bytes();
        assert_eq!(read.check_signature(&[CouponKey::from_bytes(&key).expect("a key")]), Ok(()));
        assert_eq!(*read.terms(), terms);
    }

    /// Whoever types codes at random: of a million none is one of a thousand that were issued.
    #[test]
    fn a_million_random_codes_never_hit() {
        let mut state = 1_u64;
        // SplitMix64: the same numbers each time.
        let mut random = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        let secret = |high: u64, low: u64| (u128::from(high) << 64 | u128::from(low)).to_be_bytes();
        let issued: HashSet<CouponCode> =
            (0..1_000).map(|_| CouponCode::from_secret(secret(random(), random()))).collect();
        let (mut right, mut hits) = (0, 0);
        for _ in 0..100_000 {
            let mut text = format!("98{:013}{:013}", random() % 10_000_000_000_000, random() % 10_000_000_000_000);
            // With each last digit, of which one checks the others.
            for last in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] {
                text.truncate(CouponCode::LENGTH - 1);
                text.push_str(last);
                if let Ok(code) = text.parse::<CouponCode>() {
                    right += 1;
                    hits += usize::from(issued.contains(&code));
                }
            }
        }
        assert_eq!((right, hits), (100_000, 0));
    }

    fn some_terms() -> impl Strategy<Value = Terms> {
        let amount = || prop_oneof![1..=MOST, Just(1), Just(MOST)];
        let worth = prop_oneof![
            amount().prop_map(Worth::Amount),
            (1_i64..=100, proptest::option::of(amount()))
                .prop_map(|(percent, most_minor_units)| Worth::Percent { percent, most_minor_units }),
            amount().prop_map(|most_minor_units| Worth::FreeItem { most_minor_units }),
        ];
        let goods = prop_oneof![
            Just(Goods::All),
            (1_u64..10_000_000_000_000).prop_map(|body| Goods::Product(Gtin::from_body(body).expect("in range"))),
            ".{1,200}".prop_map(Goods::Category),
        ];
        let least = prop_oneof![Just(0), amount()];
        let store = proptest::option::of(1_i64..1 << 32);
        (worth, goods, least, any::<(u16, u16)>(), store).prop_map(|(worth, goods, least, (first, last), store)| {
            let (first_day, last_day) = (day_of(first).expect("a day"), day_of(last).expect("a day"));
            Terms { worth, goods, least_minor_units: least, first_day, last_day, store }
        })
    }

    proptest! {
        #[test]
        fn a_coupon_is_read_as_it_was_signed(secret: [u8; 16], seed: u8, terms in some_terms()) {
            let code = CouponCode::from_secret(secret);
            let signed = signer(seed).sign(code, &terms).expect("signed");
            let text = signed.to_string();
            prop_assert!(text.len() >= CouponCode::SHORTEST_QR && text.starts_with(code.as_str()));
            prop_assert_eq!(text.parse(), Ok(signed.clone()));
            prop_assert_eq!(signed.check_signature(&[signer(seed).key()]), Ok(()));
            prop_assert_eq!(signed.terms(), &terms);
            let logged = format!("{signed:?}");
            prop_assert!(!logged.contains(&code.as_str()[..24]), "{}", logged);
        }

        #[test]
        fn no_digit_may_be_another(secret: [u8; 16], terms in some_terms(), place: usize, other in b'0'..=b'9') {
            let text = signer(1).sign(CouponCode::from_secret(secret), &terms).expect("signed").to_string();
            let mut changed = text.clone().into_bytes();
            let place = place % changed.len();
            changed[place] = other;
            let changed = String::from_utf8(changed).expect("digits");
            let is_good = changed.parse::<CouponQr>().is_ok_and(|it| it.check_signature(&[signer(1).key()]).is_ok());
            prop_assert_eq!(is_good, changed == text);
        }

        #[test]
        fn any_text_is_a_coupon_or_an_error(text: String, digits in "98[0-9]{0,400}", bytes: Vec<u8>, cut: usize) {
            let _ = text.parse::<CouponQr>();
            let _ = digits.parse::<CouponQr>().map(|read| read.check_signature(&[signer(1).key()]));
            let _ = terms_of(&bytes);
            // Any bytes in the right form, with any key and signature.
            let any = CouponQr { code: code(), terms: terms(), bytes }.to_string();
            for text in [&any[..], &any[..cut % any.len()]] {
                let _ = text.parse::<CouponQr>().map(|read| read.check_signature(&[signer(1).key()]));
            }
        }
    }
}
