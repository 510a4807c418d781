//! What somebody wants to buy.

use std::fmt;

use crate::Gtin;

/// Products and how many of each, in the order in which they were put on the list.
///
/// It is written as it stands in a link: `4006381333931-2.96385074`, the number of pieces where it is not one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShoppingList {
    items: Vec<ListItem>,
}

/// A product on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListItem {
    /// Which.
    pub gtin: Gtin,
    /// How many, from 1 to [`ShoppingList::MOST`].
    pub quantity: u8,
}

impl ShoppingList {
    /// So many products at most: as many as a walk is planned through while one waits.
    pub const LONGEST: usize = 60;
    /// So many pieces of one product at most.
    pub const MOST: u8 = 99;

    /// Reads what [`Display`](fmt::Display) has written. What is no product is left out: a link comes from outside.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut list = Self::default();
        for part in text.split('.') {
            let (gtin, quantity) = part.split_once('-').unwrap_or((part, "1"));
            if let (Ok(gtin), Ok(quantity)) = (gtin.parse(), quantity.parse()) {
                list.set(gtin, quantity);
            }
        }
        list
    }

    /// What is on it.
    #[must_use]
    pub fn items(&self) -> &[ListItem] {
        &self.items
    }

    /// How many of a product are on it.
    #[must_use]
    pub fn quantity(&self, gtin: Gtin) -> u8 {
        self.items.iter().find(|item| item.gtin == gtin).map_or(0, |item| item.quantity)
    }

    /// Whether this product, or one more of it, finds room.
    #[must_use]
    pub fn has_room_for(&self, gtin: Gtin) -> bool {
        match self.quantity(gtin) {
            0 => self.items.len() < Self::LONGEST,
            quantity => quantity < Self::MOST,
        }
    }

    /// Has so many of a product on it; with none it goes. Too many are as many as may be, and a product that finds
    /// no room does not come.
    pub fn set(&mut self, gtin: Gtin, quantity: u8) {
        let quantity = quantity.min(Self::MOST);
        match self.items.iter().position(|item| item.gtin == gtin) {
            _ if quantity == 0 => self.items.retain(|item| item.gtin != gtin),
            Some(at) => self.items[at].quantity = quantity,
            None if self.items.len() < Self::LONGEST => self.items.push(ListItem { gtin, quantity }),
            None => {}
        }
    }

    /// Has another product in the place of one, as many of it.
    pub fn replace(&mut self, gtin: Gtin, by: Gtin) {
        let Some(at) = self.items.iter().position(|item| item.gtin == gtin) else { return };
        let quantity = self.items[at].quantity.saturating_add(self.quantity(by)).min(Self::MOST);
        self.items[at] = ListItem { gtin: by, quantity };
        let mut place = 0..;
        self.items.retain(|item| place.next() == Some(at) || item.gtin != by);
    }
}

impl fmt::Display for ShoppingList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, item) in self.items.iter().enumerate() {
            let gtin = item.gtin.to_string();
            // Most have thirteen digits, and a picture of a long link is hard to scan.
            let digits = gtin.strip_prefix('0').unwrap_or(&gtin);
            match (place, item.quantity) {
                (0, 1) => write!(f, "{digits}")?,
                (0, quantity) => write!(f, "{digits}-{quantity}")?,
                (_, 1) => write!(f, ".{digits}")?,
                (_, quantity) => write!(f, ".{digits}-{quantity}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gtin(body: u64) -> Gtin {
        Gtin::from_body(body).expect("a body")
    }

    #[test]
    fn a_list_is_written_and_read() {
        let mut list = ShoppingList::default();
        list.set(gtin(400_638_133_393), 2);
        list.set(gtin(9_638_507), 1);
        assert_eq!(list.to_string(), "4006381333931-2.0000096385074");
        assert_eq!(ShoppingList::parse(&list.to_string()), list);
        assert_eq!(ShoppingList::parse(""), ShoppingList::default());
    }

    #[test]
    fn what_is_no_product_is_left_out() {
        let list = ShoppingList::parse("4006381333931-0.x.4006381333932.96385074-300.96385074-3..-.1-1");
        assert_eq!(list.to_string(), "0000096385074-3");
    }

    #[test]
    fn a_list_and_a_quantity_have_an_end() {
        let mut list = ShoppingList::default();
        (1..100).for_each(|body| list.set(gtin(body), 1));
        assert_eq!(list.items().len(), ShoppingList::LONGEST);
        assert!(!list.has_room_for(gtin(99)));
        assert!(list.has_room_for(gtin(1)));
        list.set(gtin(1), 200);
        assert_eq!(list.quantity(gtin(1)), ShoppingList::MOST);
        assert!(!list.has_room_for(gtin(1)));
        list.set(gtin(2), 0);
        assert!(list.has_room_for(gtin(99)));
    }

    #[test]
    fn a_substitute_takes_the_place_and_the_number() {
        let mut list = ShoppingList::parse("4006381333931-2.96385074-3.9520000000004");
        list.replace("4006381333931".parse().expect("a GTIN"), "9520000000004".parse().expect("a GTIN"));
        assert_eq!(list.to_string(), "9520000000004-3.0000096385074-3");
        let before = list.clone();
        list.replace("4006381333931".parse().expect("a GTIN"), "96385074".parse().expect("a GTIN"));
        assert_eq!(list, before);
    }

    proptest! {
        #[test]
        fn any_text_is_a_list(text in "[0-9.\\-x]{0,200}|.{0,50}") {
            let list = ShoppingList::parse(&text);
            prop_assert_eq!(ShoppingList::parse(&list.to_string()), list);
        }
    }
}
