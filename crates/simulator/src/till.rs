//! A till: one sale after the other, each request sent with its key until it is answered, and what it learned.

use std::collections::BTreeMap;

use fastrand::Rng;
use polka_contract::paths;
use serde_json::{Value, json};

/// Whose numbers are named at the till. Two with the same number are one member.
pub(crate) const PHONES: [&str; 3] = ["+79161234567", "+79031234568", "+79161234567"];
/// What a sale comes to, in minor units; each hundred earns a point.
const TOTAL: i64 = 1_000_000;
const RESERVED: i64 = 30;

/// What is done next in a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Reserve,
    Settle,
    Post,
    TakeBack,
}

/// A request of the till, which it sends until somebody answers.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) body: Value,
}

/// The till.
pub(crate) struct Till {
    pub(crate) cookie: String,
    pub(crate) cards: Vec<String>,
    sales_left: usize,
    sale: usize,
    card: usize,
    stage: Stage,
    /// What is reserved, and whether it is to pay.
    reservation: Option<(i64, bool)>,
    pub(crate) asked: Option<Asked>,
    /// What can be spent, by number, as the answers say.
    pub(crate) available: BTreeMap<&'static str, i64>,
    /// How many requests were answered.
    pub(crate) answered: usize,
    /// What was answered otherwise than it may be.
    pub(crate) wrong: Vec<String>,
}

impl Till {
    pub(crate) fn new(cookie: String, cards: Vec<String>, sales: usize) -> Self {
        Self {
            cookie,
            cards,
            sales_left: sales,
            sale: 0,
            card: 0,
            stage: Stage::Reserve,
            reservation: None,
            asked: None,
            available: BTreeMap::new(),
            answered: 0,
            wrong: Vec::new(),
        }
    }

    /// Makes the next request, where the last was answered; `None` where there is nothing to do.
    pub(crate) fn ask(&mut self, rng: &mut Rng, made_ms: i64) -> Option<Asked> {
        if self.asked.is_none() && self.sales_left > 0 {
            let number = format!("sale-{}", self.sale);
            let buyer = json!({ "card_number": self.cards[self.card] });
            let (path, body) = match self.stage {
                Stage::Reserve => (
                    paths::POINTS_RESERVATIONS.to_owned(),
                    json!({
                        "buyer": buyer, "proof": { "last_four": &PHONES[self.card][8..] }, "receipt_number": number,
                        "total_minor_units": TOTAL, "points": RESERVED,
                    }),
                ),
                Stage::Settle => {
                    let (id, pays) = self.reservation?;
                    let path = if pays { paths::POINTS_COMMIT } else { paths::POINTS_CANCEL };
                    (path.replace("{reservation_id}", &id.to_string()), json!({ "made_ms": made_ms }))
                }
                Stage::Post => (
                    paths::RECEIPTS.to_owned(),
                    json!({
                        "receipt_number": number, "buyer": buyer, "total_minor_units": TOTAL, "made_ms": made_ms,
                    }),
                ),
                Stage::TakeBack => (
                    paths::RECEIPT_RETURNS.replace("{receipt_number}", &number),
                    json!({ "return_number": number, "amount_minor_units": TOTAL / 2, "made_ms": made_ms }),
                ),
            };
            let key = format!("till-{}-{:?}-{}", self.sale, self.stage, rng.u32(..));
            self.asked = Some(Asked { path, key, body });
        }
        self.asked.clone()
    }

    /// Takes an answer to the request with this key; what comes late or again is passed over.
    pub(crate) fn take(&mut self, key: &str, status: u16, answer: &Value, rng: &mut Rng) {
        if self.asked.as_ref().is_none_or(|asked| asked.key != key) {
            return;
        }
        self.asked = None;
        self.answered += 1;
        let available = self.available.entry(PHONES[self.card]).or_default();
        let points = |field: &str| answer[field].as_i64().unwrap_or_default();
        match (self.stage, status) {
            (Stage::Reserve, 200) => {
                *available -= RESERVED;
                self.reservation = Some((points("reservation_id"), rng.bool()));
                self.stage = Stage::Settle;
            }
            // Before anything was earned.
            (Stage::Reserve, 409) if *available < RESERVED => self.stage = Stage::Post,
            (Stage::Settle, 200) => {
                if self.reservation.take().is_some_and(|(_, pays)| !pays) {
                    *available += RESERVED;
                }
                self.stage = Stage::Post;
            }
            (Stage::Post, 200) => {
                *available += points("accrued_points");
                match rng.u8(0..3) {
                    0 => self.stage = Stage::TakeBack,
                    _ => self.next_sale(rng),
                }
            }
            (Stage::TakeBack, 200) => {
                *available += points("given_back_points") - points("taken_points");
                self.next_sale(rng);
            }
            _ => {
                self.wrong.push(format!("{key} was answered {status} {answer}"));
                self.next_sale(rng);
            }
        }
    }

    fn next_sale(&mut self, rng: &mut Rng) {
        self.sales_left -= 1;
        self.sale += 1;
        self.card = rng.usize(0..self.cards.len());
        self.stage = Stage::Reserve;
        self.reservation = None;
    }
}
