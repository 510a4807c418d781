//! Members and their cards, as rows of the database.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use polka_domain::{CardNumber, Phone, PhoneCountries};
use sqlx::{AnyConnection, AssertSqlSafe, FromRow};

use super::phone_keys::{self, PhoneDigests};
use crate::database::places;
use crate::devices::phone;
use crate::secrets::Secrets;
use crate::writes::Write;
use crate::{apology, cases};

/// What a sealed number is bound to.
pub(super) const PHONE: &str = "phone";

/// A phone number as the database finds and keeps it.
#[derive(Clone)]
pub(crate) struct KeptPhone {
    phone: Phone,
    /// The number, sealed.
    sealed: String,
    secrets: Arc<Secrets>,
}

impl KeptPhone {
    pub(crate) fn new(phone: Phone, secrets: &Arc<Secrets>) -> Result<Self> {
        let sealed = secrets.seal_personal(PHONE, phone.e164().as_bytes())?;
        Ok(Self { phone, sealed, secrets: Arc::clone(secrets) })
    }

    /// The number itself.
    pub(crate) fn number(&self) -> Phone {
        self.phone
    }

    /// The number, sealed.
    pub(crate) fn sealed(&self) -> &str {
        &self.sealed
    }

    /// By which it is found, in this transaction: nobody can try numbers against it without the server's secrets.
    pub(crate) async fn digests(&self, connection: &mut AnyConnection) -> Result<PhoneDigests> {
        phone_keys::digests(connection, &self.secrets, self.phone).await
    }
}

/// A card, and whose it is.
#[derive(Clone, Copy, Debug, FromRow)]
pub(crate) struct Card {
    pub(crate) id: i64,
    pub(crate) member_id: i64,
    proved_ms: Option<i64>,
}

impl Card {
    /// Whether it spends, and does not only collect.
    pub(crate) fn can_spend(self) -> bool {
        self.proved_ms.is_some()
    }
}

/// The member with a number; made where there is none, by the same statements, so that neither the answer nor its
/// time tells whether there was one.
pub(crate) async fn find_or_add(connection: &mut AnyConnection, phone: &KeptPhone, write: &Write) -> Result<i64> {
    let digests = phone.digests(connection).await?;
    // One who is found by the key before has no other digest yet, which would conflict.
    let added = sqlx::query(
        "INSERT INTO members (id, phone_digest, phone, store_id, joined_ms)
         SELECT next.id, $1, $2, $3, $4 FROM (SELECT COALESCE(MAX(id), 0) + 1 AS id FROM members) AS next
         WHERE NOT EXISTS (SELECT 1 FROM members WHERE phone_digest = $5)
         ON CONFLICT (phone_digest) DO NOTHING",
    );
    let added = added.bind(&digests.current).bind(&phone.sealed).bind(write.store_id).bind(write.taken_ms);
    added.bind(&digests.earlier).execute(&mut *connection).await?;
    find_by(connection, &digests).await?.context("the member that was just added")
}

/// The member with a number.
pub(crate) async fn find(connection: &mut AnyConnection, phone: &KeptPhone) -> Result<Option<i64>> {
    let digests = phone.digests(connection).await?;
    find_by(connection, &digests).await
}

async fn find_by(connection: &mut AnyConnection, digests: &PhoneDigests) -> Result<Option<i64>> {
    let found = sqlx::query_scalar("SELECT id FROM members WHERE phone_digest IN ($1, $2)");
    Ok(found.bind(&digests.current).bind(&digests.earlier).fetch_optional(connection).await?)
}

/// The members with numbers, by their digests.
pub(crate) async fn find_all(connection: &mut AnyConnection, digests: &[&str]) -> Result<HashMap<String, i64>> {
    find_each(connection, "SELECT phone_digest, id FROM members WHERE phone_digest", digests).await
}

/// The members with cards, by their numbers.
pub(crate) async fn find_all_by_card(connection: &mut AnyConnection, numbers: &[&str]) -> Result<HashMap<String, i64>> {
    find_each(connection, "SELECT number, member_id FROM cards WHERE number", numbers).await
}

async fn find_each(connection: &mut AnyConnection, select: &str, keys: &[&str]) -> Result<HashMap<String, i64>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let select = format!("{select} IN ({})", places(0, keys.len()));
    let mut select = sqlx::query_as(AssertSqlSafe(select));
    for key in keys {
        select = select.bind(*key);
    }
    let rows: Vec<(String, i64)> = select.fetch_all(connection).await?;
    Ok(rows.into_iter().collect())
}

/// The card with a number.
pub(crate) async fn find_card(connection: &mut AnyConnection, number: CardNumber) -> Result<Option<Card>> {
    let found = sqlx::query_as("SELECT id, member_id, proved_ms FROM cards WHERE number = $1");
    Ok(found.bind(number.to_string()).fetch_optional(connection).await?)
}

/// The number of a card; `None` where it is gone.
pub(crate) async fn card_number(connection: &mut AnyConnection, id: i64) -> Result<Option<String>> {
    let found = sqlx::query_scalar("SELECT number FROM cards WHERE id = $1 AND number NOT LIKE 'gone-%'");
    Ok(found.bind(id).fetch_optional(connection).await?)
}

/// The card that a member shows where none was named: the newest that spends, else the newest.
pub(crate) async fn newest_card(connection: &mut AnyConnection, member_id: i64) -> Result<Option<i64>> {
    let newest = sqlx::query_scalar(
        "SELECT id FROM cards WHERE member_id = $1
         ORDER BY CASE WHEN proved_ms IS NULL THEN 1 ELSE 0 END, id DESC LIMIT 1",
    );
    Ok(newest.bind(member_id).fetch_optional(connection).await?)
}

/// Gives a member a card. One that is there already stays whose it is, so that it may be said again; and whoever names
/// another's card with a number is not told whether the two belong together. (Two devices make the same card once in
/// 10¹⁷ times.)
pub(crate) async fn give_card(
    connection: &mut AnyConnection,
    member_id: i64,
    number: CardNumber,
    write: &Write,
) -> Result<i64> {
    if let Some(card) = find_card(connection, number).await? {
        return Ok(card.id);
    }
    let given = sqlx::query_scalar(
        "INSERT INTO cards (id, number, member_id, device_id, given_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4 FROM cards RETURNING id",
    );
    let given = given.bind(number.to_string()).bind(member_id).bind(write.device_id).bind(write.taken_ms);
    Ok(given.fetch_one(connection).await?)
}

/// Lets a card spend from now on.
pub(crate) async fn prove_card(connection: &mut AnyConnection, card_id: i64, now_ms: i64) -> Result<()> {
    let proved = sqlx::query("UPDATE cards SET proved_ms = COALESCE(proved_ms, $2) WHERE id = $1");
    proved.bind(card_id).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// Notes that a device has looked at a member.
pub(crate) async fn note_look(
    connection: &mut AnyConnection,
    member_id: i64,
    device_id: i64,
    what: &str,
    now_ms: i64,
) -> Result<()> {
    let noted = sqlx::query(
        "INSERT INTO member_looks (id, member_id, device_id, what, looked_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4 FROM member_looks",
    );
    noted.bind(member_id).bind(device_id).bind(what).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// The number of a member; `None` where it was erased.
pub(crate) async fn phone(connection: &mut AnyConnection, member_id: i64, secrets: &Secrets) -> Result<Option<Phone>> {
    let sealed: Option<String> =
        sqlx::query_scalar("SELECT phone FROM members WHERE id = $1").bind(member_id).fetch_one(connection).await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let e164 = String::from_utf8(secrets.open_personal(PHONE, &sealed)?)?;
    // Also one of a country that is no longer served.
    let phone = Phone::parse(&e164, &PhoneCountries::default());
    phone.map(Some).map_err(|_| anyhow::anyhow!("the number of the member {member_id} is none"))
}

/// Gives a member another number, which nobody else has. What was sent to the old one leads nowhere from now on.
pub(crate) async fn set_phone(connection: &mut AnyConnection, member_id: i64, phone: &KeptPhone) -> Result<()> {
    end_codes(connection, &phone.secrets, member_id).await?;
    let end = "UPDATE member_links SET until_ms = 0 WHERE card_id IN (SELECT id FROM cards WHERE member_id = $1)";
    sqlx::query(end).bind(member_id).execute(&mut *connection).await?;
    let set = sqlx::query("UPDATE members SET phone_digest = $2, phone = $3 WHERE id = $1");
    let digest = phone.digests(connection).await?.current;
    set.bind(member_id).bind(digest).bind(&phone.sealed).execute(connection).await?;
    Ok(())
}

/// Ends the codes that were sent to a member's number, also those that are found by the key before.
async fn end_codes(connection: &mut AnyConnection, secrets: &Secrets, member_id: i64) -> Result<()> {
    let end = "UPDATE phone_codes SET code_digest = ''
        WHERE phone_digest IN ((SELECT phone_digest FROM members WHERE id = $1), $2, $3)";
    // Where the number cannot be opened any more, what finds the member finds the codes.
    let phone = phone(connection, member_id, secrets).await.ok().flatten();
    let digests = match phone {
        Some(phone) => Some(phone_keys::digests(connection, secrets, phone).await?),
        None => None,
    };
    let (current, earlier) = digests.map(|digests| (digests.current, digests.earlier)).unzip();
    sqlx::query(end).bind(member_id).bind(current).bind(earlier).execute(connection).await?;
    Ok(())
}

/// Erases what leads to a member: the number, what they have told, what they want to buy, what they were offered, what
/// was photographed of their labels and goods, the cards with the links and phones that hang on them. The ledger stays
/// whole, of a member whom nobody can name.
/// Codes stay for the day in which they count, as digests that lead to nobody. No row goes that could be the last of
/// its table: its number would be given again, to somebody else.
pub(crate) async fn erase(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    member_id: i64,
    now_ms: i64,
) -> Result<()> {
    end_codes(connection, secrets, member_id).await?;
    let number = phone(connection, member_id, secrets).await?;
    if let Some(phone) = number {
        cases::forget_of(connection, secrets, phone).await?;
    }
    apology::photos::forget_of(connection, secrets, member_id, number).await?;
    let phones = sqlx::query_scalar(
        "SELECT own_phones.device_id FROM own_phones JOIN cards ON cards.id = own_phones.card_id
         WHERE cards.member_id = $1",
    );
    let phones: Vec<i64> = phones.bind(member_id).fetch_all(&mut *connection).await?;
    for id in phones {
        phone::end(connection, id, now_ms).await?;
    }
    for erase in [
        "UPDATE member_links SET until_ms = 0, token_digest = ''
         WHERE card_id IN (SELECT id FROM cards WHERE member_id = $1)",
        "DELETE FROM own_phones WHERE card_id IN (SELECT id FROM cards WHERE member_id = $1)",
        "DELETE FROM expired_report_photos
         WHERE report_id IN (SELECT id FROM expired_reports WHERE member_id = $1)",
        "UPDATE apologies SET customer_digest = NULL WHERE member_id = $1",
        "DELETE FROM receipt_lines WHERE EXISTS (
            SELECT 1 FROM receipts WHERE receipts.member_id = $1 AND receipts.store_id = receipt_lines.store_id
                AND receipts.number = receipt_lines.receipt_number)",
        "UPDATE member_proofs SET made_ms = 0 WHERE member_id = $1",
        "UPDATE cards SET number = 'gone-' || CAST(id AS TEXT) WHERE member_id = $1",
        "UPDATE personal_offers SET offer_key = ':' || CAST(id AS TEXT), gtin = 0, price = 0, first_day = '',
            last_day = '', activated_ms = NULL
         WHERE member_id = $1",
        "UPDATE members SET phone_digest = NULL, phone = NULL, profile = NULL, birthday_told_ms = NULL,
            shopping_list = NULL, shopping_list_ms = NULL
         WHERE id = $1",
    ] {
        sqlx::query(erase).bind(member_id).execute(&mut *connection).await?;
    }
    let erased = sqlx::query("UPDATE members SET erased_ms = $2 WHERE id = $1");
    erased.bind(member_id).bind(now_ms).execute(connection).await?;
    Ok(())
}
