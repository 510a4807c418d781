//! Digits that change, which a member's own phone shows behind the card's number: whoever has the barcode of this
//! minute has the phone at hand. A photograph of it is worth nothing a minute or two later, nor once it was taken.

use anyhow::Result;
use polka_contract::CardCode;
use sqlx::AnyConnection;

use crate::clock::MINUTE_MS;
use crate::secrets::Secrets;

/// So long each is shown.
const STEP_MS: i64 = MINUTE_MS;
/// A phone gets those of an hour, for a store without a network.
const STEPS_AHEAD: i64 = 60;

fn code(secrets: &Secrets, card: &str, step: i64) -> String {
    secrets.six_digits("card-code", &[card.as_bytes(), &step.to_be_bytes()])
}

/// Those of the card with a number that are shown in the next hour, the present one first.
pub(super) fn ahead(secrets: &Secrets, card: &str, now_ms: i64) -> Vec<CardCode> {
    let now = now_ms / STEP_MS;
    let shown = |step: i64| CardCode { code: code(secrets, card, step), from_ms: step * STEP_MS };
    (now..now + STEPS_AHEAD).map(shown).collect()
}

/// In which step a card shows a code: in the present one, the one before, or the next, for a phone whose clock is fast.
/// `None` where it does not, was taken already, or no phone shows this card any more.
pub(crate) async fn step_of(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    card_id: i64,
    shown: &str,
    now_ms: i64,
) -> Result<Option<i64>> {
    let card = sqlx::query_as(
        "SELECT cards.number, cards.code_step FROM cards WHERE cards.id = $1 AND EXISTS (
            SELECT 1 FROM own_phones JOIN devices ON devices.id = own_phones.device_id
            WHERE own_phones.card_id = cards.id AND own_phones.proved_ms IS NOT NULL AND devices.revoked_ms IS NULL
         )",
    );
    let card: Option<(String, Option<i64>)> = card.bind(card_id).fetch_optional(connection).await?;
    let Some((number, taken)) = card else { return Ok(None) };
    let now = now_ms / STEP_MS;
    let is_it = |step: &i64| taken.is_none_or(|taken| *step > taken) && code(secrets, &number, *step) == shown;
    Ok([now, now - 1, now + 1].into_iter().find(is_it))
}

/// Takes the code of a step: neither it nor one before it is right any more.
pub(crate) async fn take(connection: &mut AnyConnection, card_id: i64, step: i64) -> Result<()> {
    let taken = sqlx::query("UPDATE cards SET code_step = $2 WHERE id = $1");
    taken.bind(card_id).bind(step).execute(connection).await?;
    Ok(())
}
