//! `polka member`: what somebody of the store does for a member who asks for it.
//!
//! Numbers are read from the standard input, a line each: a command line is seen by others and kept by shells.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Subcommand;
use indicatif::ProgressBar;
use polka_domain::{Phone, PhoneCountries};
use serde_json::json;
use sqlx::AnyConnection;

use super::merge::{By, merge_members};
use super::own_data;
use crate::clock::Clock;
use crate::join_loyalty::members::{self, KeptPhone};
use crate::join_loyalty::phone_keys;
use crate::secrets::Secrets;
use crate::settings::Settings;
use crate::{database, output, points};

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print all that is kept of a member, as JSON. Reads the phone number from the standard input
    Export,
    /// Erase a member: the number, the cards and what leads to them. Reads the phone number from the standard input
    Erase {
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make two members one, with the cards, receipts and points of both. Reads two phone numbers from the standard
    /// input, a line each: that which goes, and that which stays
    Merge {
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
    /// Find all phone numbers by a new key, and seal them anew, while servers serve. Where it was stopped it goes on
    Rekey {
        /// Make the key alone, for servers that have a copy of the secrets' folder
        #[arg(long)]
        prepare: bool,
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Does what the command line says.
///
/// # Errors
/// Where a number is none, or no member has it.
pub async fn run(settings: &Settings, command: Command) -> Result<ExitCode> {
    let pool = database::open(settings.database()).await?;
    let now_ms = Clock::system().now_ms();
    let secrets = Arc::new(Secrets::open(&settings.secrets()?, now_ms)?);
    let countries = settings.loyalty()?.phone_countries;
    let phone = |what: &str| asked_phone(what, &countries, &secrets);
    let mut connection = pool.acquire().await?;
    match command {
        Command::Export => {
            let phone = phone("Phone number: ")?;
            let mut transaction = database::begin_read(&mut connection).await?;
            let member_id = known(&mut transaction, &phone).await?;
            let today = points::earliest_day(&mut transaction, now_ms).await?;
            let data = own_data::collect(&mut transaction, &secrets, member_id, today).await?;
            transaction.commit().await?;
            output::print(true, &data, "")?;
        }
        Command::Erase { json } => {
            let phone = phone("Phone number: ")?;
            let mut transaction = database::begin_write(&mut connection).await?;
            let member_id = known(&mut transaction, &phone).await?;
            members::erase(&mut transaction, &secrets, member_id, now_ms).await?;
            transaction.commit().await?;
            output::print(json, &json!({ "member_id": member_id }), "The member was erased.")?;
        }
        Command::Merge { json } => {
            let (from, into) = (phone("Phone number that goes: ")?, phone("Phone number that stays: ")?);
            let mut transaction = database::begin_write(&mut connection).await?;
            let ids = (known(&mut transaction, &from).await?, known(&mut transaction, &into).await?);
            let by = By { actor: "command", device_id: None };
            merge_members(&mut transaction, &secrets, ids.0, ids.1, by, now_ms).await?;
            transaction.commit().await?;
            let outcome = json!({ "member_id": ids.1, "merged_member_id": ids.0 });
            output::print(json, &outcome, "The two members are one.")?;
        }
        Command::Rekey { prepare: true, json } => {
            let file = phone_keys::prepare(&mut connection, &secrets, now_ms).await?;
            let text = format!("Copy {file} into the secrets' folder of each server, then run polka member rekey.");
            output::print(json, &json!({ "file": file }), &text)?;
        }
        Command::Rekey { prepare: false, json } => {
            let made_ms = phone_keys::begin(&mut connection, &secrets, now_ms).await?;
            let all: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members").fetch_one(&mut *connection).await?;
            drop(connection);
            let bar = if json { ProgressBar::hidden() } else { ProgressBar::new(all.unsigned_abs()) };
            let now_ms = || Clock::system().now_ms();
            let changed = phone_keys::finish(&pool, &secrets, made_ms, now_ms, |done| bar.set_position(done)).await?;
            bar.finish_and_clear();
            let file = Secrets::phone_key_file(made_ms);
            let text = format!("{changed} numbers are found by {file} now.");
            output::print(json, &json!({ "file": file, "members": changed }), &text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A phone number from the standard input.
pub(crate) fn asked_phone(what: &str, countries: &PhoneCountries, secrets: &Arc<Secrets>) -> Result<KeptPhone> {
    let phone = Phone::parse(&output::ask(what)?, countries).map_err(|error| anyhow::anyhow!("the number {error}"))?;
    KeptPhone::new(phone, secrets)
}

async fn known(connection: &mut AnyConnection, phone: &KeptPhone) -> Result<i64> {
    members::find(connection, phone).await?.context("no member has this number")
}
