//! Any scanned code: what it means, or why it means nothing.
//!
//! A wrong product is worse than none: what can be read in two ways is refused, and so is what is not whole. [`read`]
//! is where to start. Before it, [`keys`] makes text of a scanner's keys, and [`text_of`] of its bytes, which [`hid`]
//! and [`serial`] put together. It goes
//! through what the scanner says of itself (`carrier.rs`), then web addresses (`digital_link.rs`), the chain's own
//! numbers, articles, and GS1 element strings (`elements.rs`, whose grammar is `dictionary.rs`). What a product's code
//! says beside the product is `product.rs`; labels of scales are `restricted.rs`.
//!
//! Nothing here knows a clock, a browser or the catalogue: the day and whether a product is known come in as values.

mod carrier;
mod dates;
mod dictionary;
mod digital_link;
mod elements;
pub mod hid;
pub mod keys;
mod layout;
mod numbers;
mod product;
mod restricted;
mod seen;
pub mod serial;

use std::fmt;

use polka_contract::ENROLMENT_SCAN;
use polka_domain::{BadgeNumber, CardNumber, CouponCode, Currency, Date, Gtin, GtinError};

pub use dictionary::Ai;
pub use numbers::{price_of, weight_meant};
pub use product::ScannedProduct;
pub use restricted::{RestrictedRule, RestrictedRuleError};

use carrier::Carrier;

/// What separates GS1 elements: the character that a scanner sends for FNC1.
const GS: u8 = 0x1d;

/// The longest scan, in characters. The longest GS1 message of a product is shorter, and a printed picture that says
/// more is meant for something else.
pub const LONGEST_SCAN: usize = 512;

/// What a chain sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanSettings {
    /// What its scanners type for the separator of GS1 elements, besides what is understood anyway: GS, `{GS}`,
    /// `<GS>`, `^]`. No character that may stand in a value ([`is_separator`]).
    pub separator: Option<char>,
    /// What stands in its own numbers. Without, they are refused.
    pub restricted: Vec<RestrictedRule>,
    /// Where its app is reached: scheme and host, as in `https://polka.example`.
    pub own_origins: Vec<String>,
    /// In which currency its labels are, where they do not say so.
    pub currency: Currency,
}

/// Whether a character can be set as [`ScanSettings::separator`]: no GS1 value, web address or number may hold it.
#[must_use]
pub fn is_separator(c: char) -> bool {
    let is_layout = layout::untyped(c.encode_utf8(&mut [0; 4])).is_none_or(|it| !it.starts_with(c));
    !c.is_control()
        && !c.is_whitespace()
        && !is_layout
        && u8::try_from(c).map_or(!c.is_alphanumeric(), |byte| !dictionary::is_of_set_82(byte) && byte != b']')
}

/// What a scan means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A product, whether the catalogue has it or not.
    Product(Box<ScannedProduct>),
    /// A member's card.
    MemberCard {
        /// Its number.
        number: CardNumber,
        /// The six digits of the minute, where a member's phone shows it.
        code: Option<PhoneCode>,
    },
    /// A badge of the staff.
    Badge(BadgeNumber),
    /// A coupon of the chain.
    Coupon(CouponCode),
    /// The code by which this device is enrolled.
    Enrolment(String),
    /// An address of the app itself: from the slash behind the host.
    OwnLink(String),
}

/// The six changing digits behind a card's number.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneCode(String);

impl PhoneCode {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whoever has them can spend within the minute: a log gets none.
impl fmt::Debug for PhoneCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneCode(…)")
    }
}

/// A scan that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// What was seen, for a person: at most 40 characters, all visible. Of a number that may be a card of any kind
    /// the last four digits alone.
    pub seen: String,
}

/// Why a scan is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was read.
    Empty,
    /// It has more than [`LONGEST_SCAN`] characters.
    TooLong,
    /// It holds characters that press keys or steer terminals; no code does.
    ControlCharacters,
    /// A digit is wrong: scan again.
    Misread,
    /// Its end is missing: scan again.
    Incomplete,
    /// A number that a store gave out, and the chain's table does not say what it means.
    RestrictedWithoutTable,
    /// It can be read in several ways, because the scanner drops the separators.
    SeparatorsLost,
    /// The value of this identifier breaks its rules.
    BrokenElement(Ai),
    /// Where an identifier should be, there is none that GS1 has.
    UnknownElement,
    /// It says two things that cannot both be; one is this identifier's.
    Contradiction(Ai),
    /// A Digital Link in its compressed form, which is not read here.
    CompressedLink,
    /// It is the code of something else.
    NotAProduct(Kind),
}

/// What a code is of that is no product's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A pallet, or what is in a case.
    Pallet,
    /// A coupon or receipt of others.
    Coupon,
    /// Another thing to which GS1 gives numbers: a place, a document, a crate.
    OtherElements,
    /// A web address that is no product's.
    WebAddress,
    /// A number of another kind.
    Number,
    /// A text.
    Text,
}

/// What reading needs to know.
struct Reader<'a> {
    settings: &'a ScanSettings,
    today: Date,
    knows: &'a dyn Fn(Gtin) -> bool,
}

/// Reads one scan. `knows` says whether the catalogue has a product; `today` decides the century of two-digit years.
///
/// # Errors
/// Where it means nothing, or more than one thing.
pub fn read(
    scan: &str,
    settings: &ScanSettings,
    today: Date,
    knows: &dyn Fn(Gtin) -> bool,
) -> Result<Meaning, Refusal> {
    // What a scanner types behind a code.
    let scan = scan.trim_matches(' ').trim_end_matches(['\r', '\n', '\t', ' ']);
    let read = Reader { settings, today, knows }.read(scan);
    read.map_err(|reason| Refusal { reason, seen: seen::seen(scan) })
}

/// The text of a scan that came as bytes: UTF-8, or else one character a byte.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

impl Reader<'_> {
    fn read(&self, scan: &str) -> Result<Meaning, Reason> {
        if scan.is_empty() {
            return Err(Reason::Empty);
        }
        if scan.chars().nth(LONGEST_SCAN).is_some() {
            return Err(Reason::TooLong);
        }
        // A host may be Cyrillic; what else is, was typed under the Russian layout.
        let text = match digital_link::without_scheme(scan) {
            Some(_) => scan.to_owned(),
            None => layout::untyped(scan).ok_or(Reason::NotAProduct(Kind::Text))?,
        };
        let (carrier, text) = Carrier::of(&text);
        let has_control = |text: &str| text.contains(|c: char| c.is_control() && c != char::from(GS));
        if let Some(address) = digital_link::without_scheme(text)
            && !carrier.is_gs1()
        {
            return if text.contains(char::is_control) {
                Err(Reason::ControlCharacters)
            } else {
                self.address(text, address)
            };
        }
        if let Some(code) = text.strip_prefix(ENROLMENT_SCAN) {
            return if code.contains(char::is_control) {
                Err(Reason::ControlCharacters)
            } else if code.is_empty() {
                Err(Reason::Incomplete)
            } else {
                Ok(Meaning::Enrolment(code.to_owned()))
            };
        }
        let text = self.separated(text);
        // ISO/IEC 15434: an envelope around what follows; format 05 holds GS1 elements.
        if let Some(inside) = text.strip_prefix("[)>\u{1e}") {
            let Some(inside) = inside.strip_prefix("05\u{1d}") else { return Err(Reason::NotAProduct(Kind::Text)) };
            let inside = inside.strip_suffix("\u{1e}\u{4}").ok_or(Reason::Incomplete)?;
            return if has_control(inside) {
                Err(Reason::ControlCharacters)
            } else {
                self.elements(inside, true, false)
            };
        }
        if has_control(&text) {
            return Err(Reason::ControlCharacters);
        }
        if text.is_empty() {
            return Err(Reason::Incomplete);
        }
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number
            && !carrier.is_gs1()
            && let Some(read) = self.number(&text, carrier)
        {
            return read;
        }
        match carrier {
            Carrier::Article | Carrier::ArticleWithAddOn | Carrier::Eight | Carrier::Case => {
                Err(if is_number && text.len() < 14 { Reason::Incomplete } else { Reason::Misread })
            }
            _ => self.elements(&text, carrier.is_gs1(), carrier != Carrier::Unknown && !carrier.is_gs1()),
        }
    }

    /// A web address, whole and without its scheme.
    fn address(&self, text: &str, address: &str) -> Result<Meaning, Reason> {
        match digital_link::read(address, self.today) {
            Some(link) => {
                let link = link?;
                let elements = elements::Elements { sure: link.elements.len(), list: link.elements };
                self.product_of(&elements, link.is_padded).map(found)
            }
            None => {
                let (origin, path) = text.split_at(text.len() - address.find('/').map_or(0, |at| address.len() - at));
                let is_own =
                    self.settings.own_origins.iter().any(|own| own.trim_end_matches('/').eq_ignore_ascii_case(origin));
                match is_own {
                    true => Ok(Meaning::OwnLink(if path.is_empty() { "/".to_owned() } else { path.to_owned() })),
                    false => Err(Reason::NotAProduct(Kind::WebAddress)),
                }
            }
        }
    }

    /// A number that is one of ours, or an article's; `None` where it is neither.
    fn number(&self, digits: &str, carrier: Carrier) -> Option<Result<Meaning, Reason>> {
        if !carrier.is_of_articles() {
            // First, so that nothing that may be worth money is ever taken for a product.
            if digits.starts_with(CardNumber::PREFIX) && matches!(digits.len(), 20 | 26) {
                let (number, code) = digits.split_at(20);
                let code = (!code.is_empty()).then(|| PhoneCode(code.to_owned()));
                let card = number.parse().map_err(|_| Reason::Misread);
                return Some(card.map(|number| Meaning::MemberCard { number, code }));
            }
            if digits.starts_with(BadgeNumber::PREFIX) && digits.len() == BadgeNumber::LENGTH {
                return Some(digits.parse().map(Meaning::Badge).map_err(|_| Reason::Misread));
            }
            if digits.starts_with(CouponCode::PREFIX) && digits.len() == CouponCode::LENGTH {
                return Some(digits.parse().map(Meaning::Coupon).map_err(|_| Reason::Misread));
            }
            // The QR code beside it, which begins with the same digits.
            if digits.starts_with(CouponCode::PREFIX) && digits.len() >= CouponCode::SHORTEST_QR {
                let code = digits[..CouponCode::LENGTH].parse();
                return Some(code.map(Meaning::Coupon).map_err(|_| Reason::Misread));
            }
        }
        if digits.len() > 14 && !carrier.is_of_articles() {
            // Some of them are missing, or too many there. To GS1 it would be one element for a company's own use.
            let ours = [CardNumber::PREFIX, BadgeNumber::PREFIX, CouponCode::PREFIX];
            return ours.iter().any(|prefix| digits.starts_with(prefix)).then_some(Err(Reason::Incomplete));
        }
        let is_known = |gtin: &Gtin| (self.knows)(*gtin);
        // The first digits of a GS1 message, a card, a badge or a coupon may happen to be a number. Companies have
        // none of these prefixes, but for journals and books: 977 to 979.
        let may_be_a_part = match digits.as_bytes() {
            [b'9', b'7', b'7'..=b'9', ..] => digits.len() != 13,
            start => matches!(start, [b'0', b'1', ..] | [b'9', b'6'..=b'8', ..]),
        };
        let (digits, must_be_known) = match (carrier, digits.len()) {
            (Carrier::ArticleWithAddOn, 13 | 15 | 18) => (&digits[..13], false),
            (Carrier::Article, 13) | (Carrier::Case, 14) | (Carrier::Eight, 8) => (digits, false),
            // By its identifier it should have been made 13 digits; a scanner that does not may lose others too.
            (Carrier::Article, 12) => (digits, true),
            (Carrier::Article, 8) => {
                let long = upc_e(digits).filter(is_known).ok_or(Reason::Misread);
                return Some(long.and_then(|gtin| self.product(gtin, true)).map(found));
            }
            (Carrier::Unknown | Carrier::Plain | Carrier::Other, 8) => {
                let short = digits.parse::<Gtin>();
                let long = upc_e(digits).filter(is_known);
                let gtin = if short.as_ref().is_ok_and(is_known) { short } else { long.map_or(short, Ok) };
                return Some(self.article(gtin, carrier != Carrier::Unknown));
            }
            (Carrier::Unknown | Carrier::Plain, 12..=14) => (digits, may_be_a_part),
            (Carrier::Other, 12..=14) => (digits, true),
            (_, ..=13) => return Some(Err(Reason::Incomplete)),
            _ => return Some(Err(Reason::NotAProduct(Kind::Number))),
        };
        Some(self.article(digits.parse(), must_be_known))
    }

    fn article(&self, gtin: Result<Gtin, GtinError>, must_be_known: bool) -> Result<Meaning, Reason> {
        let gtin = gtin.map_err(|error| match error {
            GtinError::AllZeros => Reason::NotAProduct(Kind::Number),
            _ => Reason::Misread,
        })?;
        self.product(gtin, must_be_known).map(found)
    }

    /// GS1 elements, or any other text.
    fn elements(&self, text: &str, is_gs1: bool, must_be_known: bool) -> Result<Meaning, Reason> {
        // The separator that says "this is GS1" before the first element.
        let elements = text.strip_prefix(char::from(GS)).unwrap_or(text);
        match elements::read(elements.as_bytes(), self.today) {
            Ok(list) => self.product_of(&list, must_be_known).map(found),
            // Was it meant to be elements?
            Err(reason) if is_gs1 || text.contains(char::from(GS)) || text.starts_with("01") => Err(reason),
            Err(_) => self.cigarettes(text).map(found).ok_or(Reason::NotAProduct(
                if text.bytes().all(|byte| byte.is_ascii_digit()) { Kind::Number } else { Kind::Text },
            )),
        }
    }

    /// A pack of cigarettes as Russia marks it: 29 characters without identifiers, of which the first 14 are the GTIN
    /// and the next seven the serial. The rest is the highest price and a check, in no public code.
    fn cigarettes(&self, text: &str) -> Option<ScannedProduct> {
        let is_form = text.len() == 29 && text.bytes().all(dictionary::is_of_set_82);
        let gtin: Gtin = text.get(..14).filter(|_| is_form)?.parse().ok()?;
        if !(self.knows)(gtin) {
            return None;
        }
        let mut product = self.product(gtin, true).ok()?;
        product.serial = text.get(14..21).map(str::to_owned);
        Some(product)
    }

    /// A text with GS for whatever the scanner sends for it.
    fn separated(&self, text: &str) -> String {
        // FNC1 is 232 in ECC 200, and some scanners hand that over; U+241D is the picture of a GS.
        let stands_for_it = |c: char| matches!(c, '\u{e8}' | '\u{241d}') || Some(c) == self.settings.separator;
        let mut separated = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let token = ["{GS}", "<GS>", "^]"].iter().find(|token| rest.starts_with(**token));
            let is_one = token.is_some() || stands_for_it(c);
            separated.push(if is_one { char::from(GS) } else { c });
            rest = &rest[token.map_or(c.len_utf8(), |token| token.len())..];
        }
        separated
    }
}

fn found(product: ScannedProduct) -> Meaning {
    Meaning::Product(Box::new(product))
}

/// The number of which a UPC-E is the short form, where that is right (GS1 General Specifications 5.2.2.4.2): its last
/// digit but one says where the zeros were.
fn upc_e(digits: &str) -> Option<Gtin> {
    let &[system @ (b'0' | b'1'), .., last, check] = digits.as_bytes() else { return None };
    let five = numbers::value(&digits.as_bytes()[1..6]);
    let (company, item) = match last {
        b'0'..=b'2' => (five / 1000 * 1000 + u64::from(last - b'0') * 100, five % 1000),
        b'3' => (five / 100 * 100, five % 100),
        b'4' => (five / 10 * 10, five % 10),
        _ => (five, u64::from(last - b'0')),
    };
    let gtin = Gtin::from_body((u64::from(system - b'0') * 100_000 + company) * 100_000 + item)?;
    (gtin.to_string().as_bytes().last() == Some(&check)).then_some(gtin)
}
