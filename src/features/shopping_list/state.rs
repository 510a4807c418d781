//! A list as it is shown: pure.

use polka_domain::{Gtin, Money, Product, SaleUnit, ShoppingList};

use crate::offline::Lookup;

/// What the screen shows of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    pub(crate) lines: Vec<Line>,
    /// What all that is sold by the piece costs together, where there is any.
    pub(crate) total: Option<Money>,
    /// Whether something is sold by weight or measure, so that nobody knows yet what it costs.
    pub(crate) has_weighed: bool,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) gtin: Gtin,
    pub(crate) quantity: u8,
    /// `None` where the store does not have it any more.
    pub(crate) product: Option<Box<Product>>,
    /// Whether one more can be taken.
    pub(crate) has_room: bool,
}

impl State {
    /// The list with what the store says of its products; `None` while it cannot say.
    pub(crate) fn of_list(list: &ShoppingList, find: impl Fn(Gtin) -> Lookup) -> Option<Self> {
        let mut state = Self::default();
        for item in list.items() {
            let product = match find(item.gtin) {
                Lookup::Found(product) => Some(product),
                Lookup::NotFound => None,
                Lookup::NotReady => return None,
            };
            match &product {
                Some(product) if product.sale_unit == SaleUnit::Piece => {
                    let cost = product.price.minor_units.saturating_mul(i64::from(item.quantity));
                    let total = state.total.get_or_insert(Money { minor_units: 0, ..product.price });
                    total.minor_units = total.minor_units.saturating_add(cost);
                }
                Some(_) => state.has_weighed = true,
                None => {}
            }
            let has_room = product.is_some() && list.has_room_for(item.gtin);
            state.lines.push(Line { gtin: item.gtin, quantity: item.quantity, product, has_room });
        }
        Some(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::examples::{milk, product};

    fn find(gtin: Gtin) -> Lookup {
        let bananas = product("9521040000276", ("Бананы", "Bananas"), 15_490, ["1", "1", "1"]);
        let bananas = Product { sale_unit: SaleUnit::Kilogram, ..bananas };
        let found = [milk(), bananas].into_iter().find(|product| product.gtin == gtin);
        found.map_or(Lookup::NotFound, |product| Lookup::Found(Box::new(product)))
    }

    #[test]
    fn what_is_sold_by_the_piece_is_added_up() {
        let list = ShoppingList::parse("9520000000004-2.9521040000276.96385074");
        let state = State::of_list(&list, find).expect("a list");
        assert_eq!(state.total.map(|total| total.minor_units), Some(2 * 9490));
        assert!(state.has_weighed);
        let known: Vec<bool> = state.lines.iter().map(|line| line.product.is_some()).collect();
        assert_eq!(known, [true, true, false], "what the store does not have any more stays, and is told");
    }

    #[test]
    fn nothing_is_said_before_the_prices_are_there() {
        let list = ShoppingList::parse("9520000000004");
        assert_eq!(State::of_list(&list, |_| Lookup::NotReady), None);
        assert_eq!(State::of_list(&ShoppingList::default(), |_| Lookup::NotReady), Some(State::default()));
    }
}
