//! A product from what its code holds.

use polka_domain::{Content, ContentUnit, Currency, Date, DateKind, Gtin, Money};

use crate::dictionary::Ai;
use crate::elements::{Element, Elements};
use crate::restricted::{self, RestrictedRule};
use crate::{Kind, Reader, Reason, dates, numbers};

/// A product, and what its code says of the piece in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedProduct {
    /// The number under which the catalogue has it, if it has it.
    pub gtin: Gtin,
    /// How much of it this is: a weight, volume, length or number of pieces.
    pub measure: Option<Content>,
    /// What this piece costs, where a label says so.
    pub price: Option<Money>,
    /// The day after which it is no longer at its best.
    pub best_before: Option<Date>,
    /// The last day on which it may be eaten.
    pub use_by: Option<Date>,
    /// Until when on that day, in minutes since midnight.
    pub use_by_minute: Option<u16>,
    /// The last day on which it may be sold.
    pub sell_by: Option<Date>,
    /// When it was packed.
    pub packed_on: Option<Date>,
    /// When it was made.
    pub produced_on: Option<Date>,
    /// Its batch.
    pub lot: Option<String>,
    /// What tells it from all others of its kind.
    pub serial: Option<String>,
}

impl ScannedProduct {
    fn new(gtin: Gtin) -> Self {
        Self {
            gtin,
            measure: None,
            price: None,
            best_before: None,
            use_by: None,
            use_by_minute: None,
            sell_by: None,
            packed_on: None,
            produced_on: None,
            lot: None,
            serial: None,
        }
    }

    /// The day to tell of, and what it means: of two the one that comes first, unless what may no longer be eaten is
    /// past already.
    #[must_use]
    pub fn last_day(&self, today: Date) -> Option<(Date, DateKind)> {
        let use_by = self.use_by.map(|day| (day, DateKind::UseBy));
        let best_before = self.best_before.map(|day| (day, DateKind::BestBefore));
        let first = best_before.filter(|best| use_by.is_none_or(|use_by| today < use_by.0 && best.0 < use_by.0));
        first.or(use_by)
    }
}

impl Reader<'_> {
    /// The product of a number.
    ///
    /// `must_be_known`: the number may be something else or a part of something, so it is a product's only if the
    /// catalogue has it.
    pub(crate) fn product(&self, gtin: Gtin, must_be_known: bool) -> Result<ScannedProduct, Reason> {
        let digits = gtin.to_string();
        let number = digits.strip_prefix('0').unwrap_or_default();
        if let Some(rule) = RestrictedRule::of(&self.settings.restricted, number) {
            let label = rule.read(number)?;
            return Ok(ScannedProduct {
                measure: numbers::content(label.grams * 1000, Some(ContentUnit::Gram), ContentUnit::Kilogram),
                price: (label.price_minor_units > 0)
                    .then_some(Money { minor_units: label.price_minor_units, currency: self.settings.currency }),
                ..ScannedProduct::new(label.item)
            });
        }
        if !(self.knows)(gtin) {
            // A GTIN-8 has zeros before it; those that begin with 0 or 2 are a store's own (GS1 1.4.3).
            let is_own_eight = matches!(number.strip_prefix("00000"), Some(eight) if eight.starts_with(['0', '2']));
            if is_own_eight || restricted::is_restricted_prefix(number.as_bytes()) {
                return Err(Reason::RestrictedWithoutTable);
            }
            // Coupons and receipts for returned bottles (GS1 1.4.2).
            if matches!(number.as_bytes(), [b'0', b'5', ..] | [b'9', b'9', ..] | [b'9', b'8', b'0'..=b'4', ..]) {
                return Err(Reason::NotAProduct(Kind::Coupon));
            }
            if must_be_known {
                return Err(Reason::Incomplete);
            }
        }
        Ok(ScannedProduct::new(gtin))
    }

    /// The product of elements.
    pub(crate) fn product_of(&self, elements: &Elements, must_be_known: bool) -> Result<ScannedProduct, Reason> {
        let list = &elements.list;
        for (place, it) in list.iter().enumerate() {
            if list[..place].iter().any(|other| contradict(it, other)) {
                return Err(Reason::Contradiction(it.ai));
            }
        }
        let place_of = |ais: &[u16]| list.iter().position(|it| ais.contains(&it.ai.0));
        let value = |ai: u16| place_of(&[ai]).map(|place| list[place].value.as_str());
        let of_kind = |kind| Err(Reason::NotAProduct(kind));
        // What is in a pallet or case, not what it is.
        if place_of(&[2, 37, 8026]).is_some() {
            return of_kind(Kind::Pallet);
        }
        let Some(place) = place_of(&[1]) else {
            return match place_of(&[0, 255, 8110, 8112]).map(|place| list[place].ai) {
                Some(Ai(0)) => of_kind(Kind::Pallet),
                Some(_) => of_kind(Kind::Coupon),
                None => of_kind(Kind::OtherElements),
            };
        };
        // A made-to-order GTIN, a coupon, a piece of an item: GS1 excludes them beside a GTIN.
        if let Some(other) = place_of(&[3, 255, 8006]) {
            return Err(Reason::Contradiction(list[other].ai));
        }
        let gtin: Gtin = list[place].value.parse().map_err(|_| Reason::BrokenElement(Ai(1)))?;
        let of_label = self.product(gtin, must_be_known || place >= elements.sure)?;

        let date = |ai| value(ai).and_then(|digits| dates::of_six_digits(digits.as_bytes(), self.today));
        let until = value(7003).and_then(|it| it.split_at_checked(6));
        let use_by = date(17).or(date(7003));
        if until.is_some() && use_by != date(7003) {
            return Err(Reason::Contradiction(Ai(7003)));
        }
        let minutes = |digits: &str| {
            let time = numbers::value(digits.as_bytes()) as u16;
            time / 100 * 60 + time % 100
        };
        let measure = list.iter().find_map(measure).or_else(|| list.iter().find_map(count));
        let price = list.iter().find_map(|it| price(it, self.settings.currency)).transpose()?;
        if (of_label.measure.is_some() && measure.is_some() && of_label.measure != measure)
            || (of_label.price.is_some() && price.is_some() && of_label.price != price)
        {
            return Err(Reason::Contradiction(Ai(1)));
        }
        Ok(ScannedProduct {
            gtin: of_label.gtin,
            measure: of_label.measure.or(measure),
            price: of_label.price.or(price),
            best_before: date(15),
            use_by,
            use_by_minute: until.map(|(_, time)| minutes(time)),
            sell_by: date(16),
            packed_on: date(13),
            produced_on: date(11),
            lot: value(10).map(str::to_owned),
            serial: value(21).map(str::to_owned),
        })
    }
}

/// Whether two elements cannot be of one piece: one identifier with two values, one measure in two units of ten, a
/// price in the store's currency and in another.
fn contradict(one: &Element, other: &Element) -> bool {
    let (Ai(a), Ai(b)) = (one.ai, other.ai);
    if a == b {
        return one.value != other.value;
    }
    let family = |ai: u16| if ai / 10 == 393 { 392 } else { ai / 10 };
    matches!((a, b), (3100..=3959, 3100..=3959)) && family(a) == family(b)
}

/// Six digits with as many decimals as the identifier's last digit says, in millionths.
fn millionths(it: &Element) -> Option<u64> {
    let more = 6_u16.checked_sub(it.ai.0 % 10)?;
    Some((0..more).fold(numbers::value(it.value.as_bytes()), |value, _| value * 10))
}

/// A net weight, volume or length in metric units.
fn measure(it: &Element) -> Option<Content> {
    let (small, large) = match it.ai.0 {
        3100..=3105 => (Some(ContentUnit::Gram), ContentUnit::Kilogram),
        3150..=3155 => (Some(ContentUnit::Millilitre), ContentUnit::Litre),
        3110..=3115 => (None, ContentUnit::Metre),
        _ => return None,
    };
    numbers::content(millionths(it)?, small, large)
}

/// A number of pieces.
fn count(it: &Element) -> Option<Content> {
    let pieces = (it.ai == Ai(30)).then(|| numbers::value(it.value.as_bytes()))?;
    Content::new(1, u32::try_from(pieces * 1000).ok()?, ContentUnit::Piece)
}

/// What the piece costs: in the store's currency (392n), or in one that is named (393n).
fn price(it: &Element, currency: Currency) -> Option<Result<Money, Reason>> {
    let (currency, amount) = match it.ai.0 {
        3920..=3929 => (Some(currency), it.value.as_str()),
        3930..=3939 => {
            let (number, amount) = it.value.split_at_checked(3)?;
            (numbers::currency(number), amount)
        }
        _ => return None,
    };
    // At most fifteen digits, so two more are no overflow.
    let mut minor_units = Some(numbers::value(amount.as_bytes()) as i64 * 100);
    for _ in 0..it.ai.0 % 10 {
        minor_units = minor_units.filter(|amount| amount % 10 == 0).map(|amount| amount / 10);
    }
    let in_range = |minor_units: &i64| (1..=Money::LARGEST_PRICE_MINOR_UNITS).contains(minor_units);
    let money = minor_units.filter(in_range).zip(currency);
    Some(money.map(|(minor_units, currency)| Money { minor_units, currency }).ok_or(Reason::BrokenElement(it.ai)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Meaning, ScanSettings, read};

    fn product(code: &str, today: Date) -> ScannedProduct {
        match read(code, &ScanSettings::default(), today, &|_| true) {
            Ok(Meaning::Product(scanned)) => *scanned,
            _ => panic!("{code} is a product's"),
        }
    }

    #[test]
    fn of_two_dates_the_one_that_matters_sooner_is_told() {
        let today: Date = "2026-11-22".parse().expect("a day");
        for (elements, day, kind) in [
            ("15261130", "2026-11-30", DateKind::BestBefore),
            ("17261130", "2026-11-30", DateKind::UseBy),
            // Past its best, and may still be eaten; past both; the later one of no use.
            ("1526112017261130", "2026-11-20", DateKind::BestBefore),
            ("1526111017261120", "2026-11-20", DateKind::UseBy),
            ("1526113017261125", "2026-11-25", DateKind::UseBy),
            ("1526112017261122", "2026-11-22", DateKind::UseBy),
        ] {
            let scanned = product(&format!("0109520000000004{elements}"), today);
            assert_eq!(scanned.last_day(today), Some((day.parse().expect("a day"), kind)), "{elements}");
        }
    }

    #[test]
    fn until_when_it_may_be_sold_is_no_date_for_who_eats_it() {
        let today: Date = "2026-11-22".parse().expect("a day");
        assert_eq!(product("010952000000000416261120", today).last_day(today), None);
    }
}
