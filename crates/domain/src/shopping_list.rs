//! What somebody wants to buy.

use std::fmt;
use std::mem;

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

/// Why a text is no shopping list as [`Display`](fmt::Display) writes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShoppingListError {
    /// Something on it is no GTIN.
    Product,
    /// A number of pieces is none from 1 to [`ShoppingList::MOST`].
    Quantity,
    /// A product is on it twice.
    Twice,
    /// More than [`ShoppingList::LONGEST`] products are on it.
    TooLong,
}

impl fmt::Display for ShoppingListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Product => write!(f, "have something that is no GTIN, as in 4006381333931-2.96385074"),
            Self::Quantity => write!(f, "have a number of pieces that is not 1 to {}", ShoppingList::MOST),
            Self::Twice => write!(f, "have a product twice"),
            Self::TooLong => write!(f, "are more than {} products", ShoppingList::LONGEST),
        }
    }
}

impl std::error::Error for ShoppingListError {}

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

    /// Reads what [`Display`](fmt::Display) has written, and takes nothing else: for programs, which are to be told.
    ///
    /// # Errors
    /// Where something in it is no product or no number of pieces, stands there twice, or is too much.
    pub fn parse_strictly(text: &str) -> Result<Self, ShoppingListError> {
        let mut list = Self::default();
        // What is split is one part at least.
        for part in text.split('.').filter(|_| !text.is_empty()) {
            let (gtin, quantity) = part.split_once('-').unwrap_or((part, "1"));
            let gtin = gtin.parse().map_err(|_| ShoppingListError::Product)?;
            let is_number = quantity.bytes().all(|byte| byte.is_ascii_digit());
            let quantity = quantity.parse().ok().filter(|quantity| is_number && (1..=Self::MOST).contains(quantity));
            let quantity = quantity.ok_or(ShoppingListError::Quantity)?;
            if list.quantity(gtin) > 0 {
                return Err(ShoppingListError::Twice);
            }
            if !list.has_room_for(gtin) {
                return Err(ShoppingListError::TooLong);
            }
            list.set(gtin, quantity);
        }
        Ok(list)
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

    /// Has what another list has too, of each product as many as the list that has more. What is on it stays, and a
    /// product that finds no room does not come.
    pub fn join(&mut self, other: &Self) {
        for item in &other.items {
            self.set(item.gtin, item.quantity.max(self.quantity(item.gtin)));
        }
    }

    /// Becomes what somebody has made of it who saw it as it was. What has come since, they have not seen: it stays.
    pub fn change(&mut self, seen: &Self, made: Self) {
        let mut since = mem::replace(self, made);
        since.items.retain(|item| item.quantity > seen.quantity(item.gtin));
        self.join(&since);
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
    fn a_list_that_is_not_as_it_is_written_is_refused_with_a_reason() {
        let read = ShoppingList::parse_strictly;
        assert_eq!(read(""), Ok(ShoppingList::default()));
        assert_eq!(
            read("4006381333931-2.96385074").map(|list| list.to_string()),
            Ok("4006381333931-2.0000096385074".into())
        );
        for text in [".", "96385074.", "x", "4006381333932", " 96385074", "96385074,4006381333931"] {
            assert_eq!(read(text), Err(ShoppingListError::Product), "{text}");
        }
        for text in ["96385074-", "96385074-0", "96385074-100", "96385074-300", "96385074-+5", "96385074-1-1"] {
            assert_eq!(read(text), Err(ShoppingListError::Quantity), "{text}");
        }
        assert_eq!(read("96385074.0000096385074-2"), Err(ShoppingListError::Twice));
        let long: Vec<_> = (1..=61).map(|body| gtin(body).to_string()).collect();
        assert_eq!(read(&long[..60].join(".")).map(|list| list.items().len()), Ok(60));
        assert_eq!(read(&long.join(".")), Err(ShoppingListError::TooLong));
    }

    #[test]
    fn of_two_lists_that_join_the_larger_number_counts_and_what_was_there_stays() {
        let mut list = ShoppingList::parse("4006381333931-2.96385074-3");
        list.join(&ShoppingList::parse("9520000000004.96385074-2.4006381333931-5"));
        assert_eq!(list.to_string(), "4006381333931-5.0000096385074-3.9520000000004");
        let mut full = ShoppingList::default();
        (1..=59).for_each(|body| full.set(gtin(body), 1));
        full.join(&ShoppingList::parse(&format!("{}-9.{}.{}", gtin(59), gtin(60), gtin(61))));
        assert_eq!((full.quantity(gtin(59)), full.quantity(gtin(60)), full.quantity(gtin(61))), (9, 1, 0));
    }

    #[test]
    fn what_has_come_since_somebody_saw_a_list_stays() {
        let seen = ShoppingList::parse("4006381333931-2.96385074-3");
        let mut list = seen.clone();
        list.join(&ShoppingList::parse("9520000000004.96385074-5"));
        list.change(&seen, ShoppingList::parse("4006381333931"));
        assert_eq!(list.to_string(), "4006381333931.0000096385074-5.9520000000004");
        let seen = list.clone();
        list.change(&seen, ShoppingList::default());
        assert_eq!(list, ShoppingList::default(), "all of it was seen");
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
            prop_assert_eq!(ShoppingList::parse_strictly(&list.to_string()), Ok(list.clone()));
            prop_assert_eq!(ShoppingList::parse(&list.to_string()), list);
            if let Ok(strict) = ShoppingList::parse_strictly(&text) {
                prop_assert_eq!(ShoppingList::parse(&text), strict);
            }
        }
    }
}
