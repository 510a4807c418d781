//! Named states of the screen.

use leptos::prelude::*;
use polka_domain::{Product, SaleUnit, ShoppingList};

use super::state::State;
use super::view::{Around, show};
use crate::gallery::Example;
use crate::offline::{Fate, Lookup};
use crate::ui::examples::{milk, product};

pub(crate) fn examples() -> [Example; 5] {
    [
        ("empty", |_| example("", None)),
        ("found", |_| example(LIST, None)),
        ("sent", |_| example(LIST, Some(Fate::Taken))),
        ("not-sent", |_| example(LIST, Some(Fate::Refused))),
        ("loading", |_| show(Signal::stored(None), Signal::stored(None), Signal::stored(AROUND), |_| {})),
    ]
}

const LIST: &str = "9520000000004-2.9521040000276.96385074";
const AROUND: Around = Around { can_send: true, sent: None };

fn example(list: &str, sent: Option<Fate>) -> AnyView {
    let bananas = product("9521040000276", ("Бананы, Эквадор", "Bananas, Ecuador"), 15_490, ["1", "1", "1"]);
    let products = [milk(), Product { sale_unit: SaleUnit::Kilogram, ..bananas }];
    let state = State::of_list(&ShoppingList::parse(list), |gtin| {
        let found = products.iter().find(|product| product.gtin == gtin);
        found.map_or(Lookup::NotFound, |product| Lookup::Found(Box::new(product.clone())))
    });
    show(Signal::stored(state), Signal::stored(None), Signal::stored(Around { sent, ..AROUND }), |_| {})
}
