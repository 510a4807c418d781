//! Weights, prices and what one says of the other.

use polka_domain::{Content, ContentUnit, Currency, Money, SaleUnit};

/// What so much of a product costs that is sold by `unit` at `price`, rounded half up to a minor unit.
///
/// `None` where the measure is of another kind than what the price is for, and where the sum is zero or beyond
/// [`Money::LARGEST_PRICE_MINOR_UNITS`].
#[must_use]
pub fn price_of(price: Money, unit: SaleUnit, measure: Content) -> Option<Money> {
    // So many of the measure's units make one that the price is for.
    let in_one = match (unit, measure.unit()) {
        (SaleUnit::Kilogram, ContentUnit::Gram) | (SaleUnit::Litre, ContentUnit::Millilitre) => 1000,
        (SaleUnit::Kilogram, ContentUnit::Kilogram) | (SaleUnit::Litre, ContentUnit::Litre) => 1,
        (SaleUnit::Piece, ContentUnit::Piece) => 1,
        _ => return None,
    };
    let thousandths = i128::from(measure.count()) * i128::from(measure.amount_thousandths());
    sum(i128::from(price.minor_units) * thousandths, 1000 * in_one, price.currency)
}

/// The weight that a price means where a kilogram costs `per_kilogram`, rounded half up to a gram.
///
/// `None` where the two are of different currencies, and where the weight is zero or over four tonnes.
#[must_use]
pub fn weight_meant(price: Money, per_kilogram: Money) -> Option<Content> {
    if price.currency != per_kilogram.currency || per_kilogram.minor_units <= 0 {
        return None;
    }
    let grams = half_up(i128::from(price.minor_units) * 1000, i128::from(per_kilogram.minor_units));
    Content::new(1, u32::try_from(grams.checked_mul(1000)?).ok()?, ContentUnit::Gram)
}

fn half_up(dividend: i128, divisor: i128) -> i128 {
    (2 * dividend + divisor).div_euclid(2 * divisor)
}

fn sum(dividend: i128, divisor: i128, currency: Currency) -> Option<Money> {
    let minor_units = i64::try_from(half_up(dividend, divisor)).ok()?;
    (1..=Money::LARGEST_PRICE_MINOR_UNITS).contains(&minor_units).then_some(Money { minor_units, currency })
}

/// The number that ASCII digits write; of more than nineteen the last ones.
pub(crate) fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value: u64, digit| value.wrapping_mul(10).wrapping_add(u64::from(digit.wrapping_sub(b'0'))))
}

/// So many millionths of a kilogram, litre or metre as a content: in grams and millilitres, above four tonnes in
/// kilograms and litres. Rounded half up where that is too fine. `None` for nothing.
pub(crate) fn content(millionths: u64, small: Option<ContentUnit>, large: ContentUnit) -> Option<Content> {
    let fine = small.and_then(|unit| Some((u32::try_from(millionths).ok()?, unit)));
    let (amount_thousandths, unit) = match fine {
        Some(fine) => fine,
        None => (u32::try_from((millionths + 500) / 1000).ok()?, large),
    };
    Content::new(1, amount_thousandths, unit)
}

/// A currency by its number in ISO 4217, where a store can price in it.
pub(crate) fn currency(number: &str) -> Option<Currency> {
    Some(match number {
        "051" => Currency::Amd,
        "933" => Currency::Byn,
        "978" => Currency::Eur,
        "417" => Currency::Kgs,
        "398" => Currency::Kzt,
        "643" => Currency::Rub,
        "840" => Currency::Usd,
        "860" => Currency::Uzs,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn roubles(minor_units: i64) -> Money {
        Money { minor_units, currency: Currency::Rub }
    }

    fn grams(amount: u32) -> Content {
        Content::new(1, amount * 1000, ContentUnit::Gram).expect("not zero")
    }

    #[test]
    fn a_price_is_rounded_half_up() {
        let of_kilogram = |price, weight| price_of(roubles(price), SaleUnit::Kilogram, grams(weight));
        assert_eq!(of_kilogram(89_90, 1250), Some(roubles(11238)));
        assert_eq!(of_kilogram(100, 5), Some(roubles(1)));
        assert_eq!(of_kilogram(100, 4), None);
        assert_eq!(of_kilogram(333, 1500), Some(roubles(500)));
        assert_eq!(of_kilogram(Money::LARGEST_PRICE_MINOR_UNITS, 1001), None);
    }

    #[test]
    fn a_price_of_kilograms_is_for_weights_alone() {
        let of = |unit, content: &str| price_of(roubles(1000), unit, content.parse().expect("a content"));
        assert_eq!(of(SaleUnit::Kilogram, "1.5 kg"), Some(roubles(1500)));
        assert_eq!(of(SaleUnit::Litre, "250 ml"), Some(roubles(250)));
        assert_eq!(of(SaleUnit::Piece, "3 pcs"), Some(roubles(3000)));
        for (unit, content) in [
            (SaleUnit::Kilogram, "250 ml"),
            (SaleUnit::Kilogram, "3 pcs"),
            (SaleUnit::Litre, "250 g"),
            (SaleUnit::Piece, "250 g"),
            (SaleUnit::Piece, "1 m"),
        ] {
            assert_eq!(of(unit, content), None, "{content}");
        }
    }

    #[test]
    fn a_price_means_a_weight() {
        assert_eq!(weight_meant(roubles(11238), roubles(89_90)), Some(grams(1250)));
        assert_eq!(weight_meant(roubles(1), roubles(Money::LARGEST_PRICE_MINOR_UNITS)), None);
        assert_eq!(weight_meant(Money { currency: Currency::Kzt, ..roubles(100) }, roubles(100)), None);
        assert_eq!(weight_meant(roubles(100), roubles(0)), None);
    }

    proptest! {
        #[test]
        fn the_weight_of_a_price_is_the_weight_it_was_worked_out_from(weight in 1_u32..=99_999, price in 1000_i64..1_000_000) {
            // From ten roubles a kilogram a gram is a kopeck or more, and no two weights have one price.
            let cost = price_of(roubles(price), SaleUnit::Kilogram, grams(weight)).expect("a price");
            prop_assert_eq!(weight_meant(cost, roubles(price)), Some(grams(weight)));
        }

        #[test]
        fn any_amounts_are_a_sum_or_none(price: i64, per_kilogram: i64, amount in 1_u32.., count in 1_u16..) {
            for unit in ContentUnit::ALL {
                let measure = Content::new(count, amount, unit).expect("not zero");
                for sale_unit in SaleUnit::ALL {
                    let _ = price_of(roubles(price), sale_unit, measure);
                }
            }
            let _ = weight_meant(roubles(price), roubles(per_kilogram));
        }
    }
}
