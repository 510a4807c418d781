//! `polka staff`. Phone numbers are read from the standard input, as in `polka member`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use polka_contract::StaffRole;
use polka_domain::{BadgeNumber, Text};
use serde_json::json;
use sqlx::AnyPool;

use super::rows::{self, Keys, StaffRow};
use super::{phone, pin, sign_in};
use crate::clock::Clock;
use crate::join_loyalty::members::KeptPhone;
use crate::member_card::command;
use crate::secrets::{Secrets, random};
use crate::settings::Settings;
use crate::store::Store;
use crate::{database, output, store};

/// What can be done with the list of who works in a store.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add somebody, and print their number, their PIN and the number of their badge.
    Add {
        /// What they are called
        name: String,
        /// What they may do
        #[arg(long)]
        role: Role,
        /// Customers may hear the name: "Anna is coming"
        #[arg(long)]
        named: bool,
        /// Read from the standard input by which phone number they collect points, as with `phone`
        #[arg(long)]
        phone: bool,
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a new PIN and a new badge for somebody who has lost theirs, or was locked out.
    Keys {
        /// Whose
        name: String,
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
    /// Say by which phone number somebody collects points: their own finds of expired items earn none. Reads the number
    /// from the standard input
    Phone {
        /// Whose
        name: String,
        /// They have none any more
        #[arg(long)]
        remove: bool,
    },
    /// Somebody works here no longer.
    Remove {
        /// Who
        name: String,
    },
    /// Show who works here.
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Role {
    /// Sits at a till.
    Cashier,
    /// Works in the store.
    Staff,
    /// Answers for it.
    Manager,
}

impl From<Role> for StaffRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Cashier => Self::Cashier,
            Role::Staff => Self::Staff,
            Role::Manager => Self::Manager,
        }
    }
}

/// Does what the command line says.
///
/// # Errors
/// Where there is nobody of that name, or somebody already.
pub async fn run(settings: &Settings, command: Command) -> Result<ExitCode> {
    let pool = database::open(settings.database()).await?;
    let store = store::find_or_add(&pool, settings.store()).await?;
    let now_ms = Clock::system().now_ms();
    let secrets = || Secrets::open(&settings.secrets()?, now_ms);
    match command {
        Command::Add { name, role, named, phone, json } => {
            let name = Text::parse(&name).map_err(|error| anyhow::anyhow!("the name {error}"))?.to_string();
            let phone = phone.then(|| asked_phone(settings, now_ms)).transpose()?;
            let (told, keys) = new_keys(&secrets()?)?;
            let id = rows::add(&pool, store.id, &name, role.into(), named, &keys).await?;
            if let Some(phone) = phone {
                set_phone(&pool, id, Some(&phone)).await?;
            }
            told.print(id, &name, json)?;
        }
        Command::Keys { name, json } => {
            let id = rows::find_by_name(&pool, store.id, &name).await?;
            let (told, keys) = new_keys(&secrets()?)?;
            rows::set_keys(&pool, id, &keys, now_ms).await?;
            told.print(id, &name, json)?;
        }
        Command::Phone { name, remove } => {
            let id = rows::find_by_name(&pool, store.id, &name).await?;
            let phone = (!remove).then(|| asked_phone(settings, now_ms)).transpose()?;
            set_phone(&pool, id, phone.as_ref()).await?;
        }
        Command::Remove { name } => leave(&pool, &store, &name, now_ms).await?,
        Command::List { json } => {
            let all = rows::all(&pool, store.id).await?;
            let listed = all.iter().map(|row| {
                json!({
                    "staff_number": row.id, "name": row.name, "role": row.role, "is_named": row.is_named == 1,
                    "has_phone": row.phone_digest.is_some(),
                })
            });
            let listed: Vec<_> = listed.collect();
            let lines: Vec<_> = all.iter().map(|row| line(row, now_ms)).collect();
            output::print(json, &listed, &lines.join("\n"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds somebody to a store, and gives their badge.
pub(crate) async fn hire(
    pool: &AnyPool,
    store: &Store,
    secrets: &Secrets,
    name: &str,
    role: StaffRole,
) -> Result<String> {
    let (told, keys) = new_keys(secrets)?;
    rows::add(pool, store.id, name, role, false, &keys).await?;
    Ok(told.badge.to_string())
}

/// Somebody works in a store no longer.
pub(crate) async fn leave(pool: &AnyPool, store: &Store, name: &str, now_ms: i64) -> Result<()> {
    let id = rows::find_by_name(pool, store.id, name).await?;
    rows::remove(pool, id, now_ms).await
}

fn asked_phone(settings: &Settings, now_ms: i64) -> Result<KeptPhone> {
    let secrets = Arc::new(Secrets::open(&settings.secrets()?, now_ms)?);
    command::asked_phone("Phone number: ", &settings.loyalty()?.phone_countries, &secrets)
}

async fn set_phone(pool: &AnyPool, id: i64, phone: Option<&KeptPhone>) -> Result<()> {
    let mut connection = pool.acquire().await?;
    let mut transaction = database::begin_write(&mut connection).await?;
    phone::set(&mut transaction, id, phone).await?;
    Ok(transaction.commit().await?)
}

/// What is printed once, and kept nowhere.
struct Told {
    pin: String,
    badge: BadgeNumber,
}

fn new_keys(secrets: &Secrets) -> Result<(Told, Keys)> {
    let told = Told { pin: pin::new()?, badge: BadgeNumber::from_random(random()?) };
    let badge_digest = sign_in::badge_digest(secrets, told.badge);
    let keys = Keys { badge_digest, pin_hash: pin::hash(secrets, &told.pin)? };
    Ok((told, keys))
}

impl Told {
    fn print(&self, staff_number: i64, name: &str, as_json: bool) -> Result<()> {
        let (pin, badge) = (&self.pin, self.badge.to_string());
        let outcome = json!({ "staff_number": staff_number, "name": name, "pin": pin, "badge_number": badge });
        let text = format!(
            "{name:?} has the number {staff_number}, the PIN {pin} and the badge {badge} (print it as Code 128).\n\
             None of them is shown again."
        );
        output::print(as_json, &outcome, &text)
    }
}

fn line(row: &StaffRow, now_ms: i64) -> String {
    let StaffRow { id, name, role, wrong_pins, .. } = row;
    let named = if row.is_named == 1 { ", customers hear the name" } else { "" };
    let locked =
        if row.locked_until_ms > now_ms { format!(", locked after {wrong_pins} wrong PINs") } else { String::new() };
    let phone = if row.phone_digest.is_some() { ", phone number known" } else { "" };
    format!("{id} {name} ({role}{named}{phone}){locked}")
}
