//! `polka import personal-offers`: what a chain's CRM gives single members.
//!
//! Whom a row names stands in the file of refused rows alone: never in what is printed, nor in a reason.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use csv::StringRecord;
use polka_domain::{CardNumber, Currency, Date, Gtin, Money, Phone, PhoneCountries};
use serde::Serialize;
use sqlx::AnyConnection;

use super::columns::Columns;
use super::product_row::parse_day;
use super::{RefusedRows, Source, exit_code, open, refused_file, table, tell_unknown, told_refused};
use crate::clock::Clock;
use crate::join_loyalty::members;
use crate::join_loyalty::phone_keys::KeysInUse;
use crate::personal_offers::rows::{self, Kept, NewOffer};
use crate::secrets::{SECRET, Secrets};
use crate::settings::Settings;
use crate::{database, output, store};

const NAMES: [&str; 7] = ["offer_key", "phone", "card_number", "gtin", "price", "first_day", "last_day"];
const NEEDED: [&str; 5] = ["offer_key", "gtin", "price", "first_day", "last_day"];
/// As long as a CRM's own number of an offer may be.
const LONGEST_KEY: usize = 64;
/// So many rows go to the database at once.
const PIECE: usize = 500;

/// How to take in personal offers.
#[derive(Args, Debug)]
pub struct PersonalOffersOptions {
    /// The offers: a header with offer_key, phone or card_number, gtin, price, first_day and last_day, then a row an
    /// offer
    file: PathBuf,
    /// Where refused rows are written [default: beside FILE, ending in .refused.csv]
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// What an import did.
#[derive(Debug, Serialize)]
struct Outcome {
    /// Rows that were read.
    rows: u64,
    /// Offers that are new.
    added: u64,
    /// Offers that were there and are different now.
    changed: u64,
    /// Offers that are as they were: the same, or switched on already.
    unchanged: u64,
    /// Rows that were not taken.
    refused: u64,
    /// Where those are, each with its reason.
    refused_file: Option<PathBuf>,
}

/// Does what the command line says.
///
/// # Errors
/// Where the file is none of offers; then nothing has changed.
pub(super) async fn run(settings: &Settings, options: PersonalOffersOptions) -> Result<ExitCode> {
    let refused = refused_file(&options.file, options.refused.as_deref())?;
    let (source, progress) = open(&options.file, options.json)?;
    let outcome = import(settings, source, &refused).await;
    progress.finish_and_clear();
    let outcome = outcome?;
    let mut text = format!(
        "{} rows: {} offers added, {} changed, {} as they were.",
        outcome.rows, outcome.added, outcome.changed, outcome.unchanged
    );
    text += &told_refused(outcome.refused, outcome.refused_file.as_deref());
    output::print(options.json, &outcome, &text)?;
    Ok(exit_code(outcome.refused))
}

async fn import(settings: &Settings, source: Source, refused_file: &Path) -> Result<Outcome> {
    let name = source.name;
    let mut table = table::open(source.text).with_context(|| format!("{name} cannot be read"))?;
    let header = table.header.clone();
    let columns = Columns::find(&header, &NAMES, &NEEDED).map_err(|problem| anyhow::anyhow!("{name} {problem}"))?;
    let names_members = columns.has("phone") || columns.has("card_number");
    anyhow::ensure!(names_members, "{name} has no column phone and none card_number; one of them must be there");
    tell_unknown(columns.unknown(&header), &name);

    let pool = database::open(settings.database()).await?;
    let currency = store::find_or_add(&pool, settings.store()).await?.currency;
    let secrets = Secrets::open(&settings.secrets()?, Clock::system().now_ms())?;
    let reader = RowReader { columns, width: header.len(), currency, countries: settings.loyalty()?.phone_countries };
    let mut connection = pool.acquire().await?;
    let mut refused = RefusedRows::new(refused_file, &header, SECRET);
    let (mut taken, mut piece, mut rows) = (Taken::new(currency), Vec::with_capacity(PIECE), 0);
    loop {
        let mut row = StringRecord::new();
        let is_row =
            table.read(&mut row).with_context(|| format!("{name} cannot be read to its end. Nothing was changed"))?;
        if is_row && row.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if is_row {
            rows += 1;
            piece.push((table.line_of(&row), reader.offer(&row), row));
        }
        if !is_row || piece.len() == PIECE {
            taken.take(&mut connection, &secrets, std::mem::take(&mut piece), &mut refused).await?;
        }
        if !is_row {
            break;
        }
    }

    let mut kept = Kept::default();
    let mut transaction = database::begin_write(&mut connection).await?;
    for piece in taken.offers.chunks(PIECE) {
        let Kept { added, changed } = rows::keep(&mut transaction, piece, currency).await?;
        kept = Kept { added: kept.added + added, changed: kept.changed + changed };
    }
    transaction.commit().await?;
    let refused_rows = refused.finish()?;
    Ok(Outcome {
        rows,
        added: kept.added,
        changed: kept.changed,
        unchanged: taken.offers.len() as u64 - kept.added - kept.changed,
        refused: refused_rows,
        refused_file: (refused_rows > 0).then(|| refused_file.to_owned()),
    })
}

/// Whom a row names.
enum Named {
    Phone(Phone),
    Card(String),
}

/// An offer as its row says it.
struct RowOffer {
    named: Named,
    gtin: Gtin,
    price_minor_units: i64,
    days: (Date, Date),
    offer_key: String,
}

struct RowReader {
    columns: Columns,
    width: usize,
    currency: Currency,
    countries: PhoneCountries,
}

impl RowReader {
    /// The offer of a row, or why it is none.
    fn offer(&self, row: &StringRecord) -> Result<RowOffer, String> {
        let field = |name: &str| self.columns.field(row, name);
        if row.len() != self.width {
            return Err(format!("the row has {} fields, the header {}", row.len(), self.width));
        }
        let day = |name: &str| parse_day(field(name)).ok_or_else(|| format!("{name} is not a day like 2026-12-31"));
        let named = match (field("phone"), field("card_number")) {
            ("", "") => return Err("there is neither phone nor card_number".into()),
            (phone, "") => {
                let phone = Phone::parse(phone, &self.countries).map_err(|problem| format!("phone {problem}"))?;
                Named::Phone(phone)
            }
            ("", card) => {
                let card: CardNumber = card.parse().map_err(|problem| format!("card_number {problem}"))?;
                Named::Card(card.to_string())
            }
            _ => return Err("there are both phone and card_number; one of them says whose it is".into()),
        };
        let offer_key = field("offer_key");
        let is_key = (1..=LONGEST_KEY).contains(&offer_key.len())
            && offer_key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if !is_key {
            return Err("offer_key is not 1 to 64 letters, digits, hyphens, dots or underscores".into());
        }
        let days = (day("first_day")?, day("last_day")?);
        if days.1 < days.0 {
            return Err("last_day is before first_day".into());
        }
        let price = Money::parse_price(field("price"), self.currency).map_err(|problem| format!("price {problem}"))?;
        Ok(RowOffer {
            named,
            gtin: field("gtin").parse().map_err(|problem| format!("gtin {problem}"))?,
            price_minor_units: price.minor_units,
            days,
            offer_key: offer_key.to_owned(),
        })
    }
}

/// A row of the file: its line, what it offers, and itself.
type Row = (u64, Result<RowOffer, String>, StringRecord);

/// The offers that go in.
struct Taken {
    currency: Currency,
    offers: Vec<NewOffer>,
    /// Of which member under which number of the CRM.
    keys: HashSet<(i64, String)>,
    /// Whether a product is sold.
    sold: HashMap<Gtin, bool>,
}

impl Taken {
    fn new(currency: Currency) -> Self {
        Self { currency, offers: Vec::new(), keys: HashSet::new(), sold: HashMap::new() }
    }

    /// Takes the offers of rows whose member and product there are, and refuses the others.
    async fn take(
        &mut self,
        connection: &mut AnyConnection,
        secrets: &Secrets,
        piece: Vec<Row>,
        refused: &mut RefusedRows<'_>,
    ) -> Result<()> {
        let keys = KeysInUse::read(connection).await?;
        let (mut digests, mut cards) = (Vec::new(), Vec::new());
        for offer in piece.iter().filter_map(|(_, offer, _)| offer.as_ref().ok()) {
            match &offer.named {
                Named::Phone(phone) => {
                    let of_phone = keys.digests(secrets, *phone)?;
                    digests.extend([of_phone.current, of_phone.earlier]);
                }
                Named::Card(number) => cards.push(number.as_str()),
            }
        }
        let digests: Vec<&str> = digests.iter().map(String::as_str).collect();
        let by_phone = members::find_all(connection, &digests).await?;
        let by_card = members::find_all_by_card(connection, &cards).await?;
        for (line, offer, row) in piece {
            let offer = match offer {
                Ok(offer) => offer,
                Err(reason) => {
                    refused.write(line, &reason, &row)?;
                    continue;
                }
            };
            let found = match &offer.named {
                Named::Phone(phone) => {
                    let of_phone = keys.digests(secrets, *phone)?;
                    by_phone.get(&of_phone.current).or_else(|| by_phone.get(&of_phone.earlier))
                }
                Named::Card(number) => by_card.get(number),
            };
            let reason = match found {
                None => "no member has this phone or card_number",
                Some(_) if !self.is_sold(connection, offer.gtin).await? => "no store sells a product of this gtin",
                Some(member_id) if !self.keys.insert((*member_id, offer.offer_key.clone())) => {
                    "the member has this offer_key in an earlier row"
                }
                Some(member_id) => {
                    let RowOffer { gtin, price_minor_units, days, offer_key, .. } = offer;
                    let member_id = *member_id;
                    self.offers.push(NewOffer { member_id, gtin, price_minor_units, days, offer_key });
                    continue;
                }
            };
            refused.write(line, reason, &row)?;
        }
        Ok(())
    }

    async fn is_sold(&mut self, connection: &mut AnyConnection, gtin: Gtin) -> Result<bool> {
        if let Some(is_sold) = self.sold.get(&gtin) {
            return Ok(*is_sold);
        }
        let is_sold = rows::is_sold(connection, gtin, self.currency).await?;
        self.sold.insert(gtin, is_sold);
        Ok(is_sold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 6] = [
        ("offer_key", "A-1"),
        ("phone", "+7 916 123-45-67"),
        ("gtin", "9520000000004"),
        ("price", "59.90"),
        ("first_day", "2026-12-01"),
        ("last_day", "2026-12-31"),
    ];

    /// What comes of a row with these fields beside, or in place of, those of a good one.
    fn row(fields: &[(&str, &str)]) -> Result<RowOffer, String> {
        let mut all: Vec<(&str, &str)> =
            GOOD.into_iter().filter(|(name, _)| fields.iter().all(|(other, _)| other != name)).collect();
        all.extend(fields);
        let header = StringRecord::from_iter(all.iter().map(|(name, _)| name));
        let row = StringRecord::from_iter(all.iter().map(|(_, value)| value));
        let columns = Columns::find(&header, &NAMES, &NEEDED)?;
        let countries = PhoneCountries::default();
        RowReader { columns, width: header.len(), currency: Currency::Rub, countries }.offer(&row)
    }

    #[test]
    fn each_wrong_field_is_named_with_its_reason_and_without_what_it_holds() {
        assert!(row(&[]).is_ok());
        for (name, value, reason) in [
            ("phone", "", "there is neither phone nor card_number"),
            (
                "card_number",
                "96438201745519283745",
                "there are both phone and card_number; one of them says whose it is",
            ),
            ("phone", "8 916 123-45-6", "phone lacks 1 of its digits"),
            ("offer_key", "", "offer_key is not 1 to 64 letters, digits, hyphens, dots or underscores"),
            ("offer_key", ":5", "offer_key is not 1 to 64 letters, digits, hyphens, dots or underscores"),
            ("gtin", "9520000000005", "gtin has a wrong check digit: the last digit would be 4"),
            ("price", "0", "price is zero"),
            ("first_day", "1.12.2026", "first_day is not a day like 2026-12-31"),
            ("last_day", "2026-11-30", "last_day is before first_day"),
        ] {
            assert_eq!(row(&[(name, value)]).err().as_deref(), Some(reason));
        }
        let by_card = row(&[("phone", ""), ("card_number", "12")]);
        assert_eq!(by_card.err().as_deref(), Some("card_number is not 20 digits beginning with 96"));
    }
}
