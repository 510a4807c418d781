//! The stores that a database holds.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use jiff::tz::TimeZone;
use polka_catalogue::Edition;
use polka_domain::{Currency, Text};
use serde_json::json;
use sqlx::{AnyExecutor, AnyPool};

use crate::settings::Settings;
use crate::{database, output};

/// What can be done with stores.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a store.
    Add {
        /// Its name, by which the other commands find it
        name: String,
        /// The IANA name of its time zone, as in Europe/Moscow
        #[arg(long, value_name = "ZONE")]
        time_zone: String,
        /// The currency of its prices
        #[arg(long, default_value = "RUB")]
        currency: String,
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
}

/// A store.
#[derive(Clone, Debug)]
pub struct Store {
    /// By which its rows are found.
    pub id: i64,
    /// By which people find it.
    pub name: String,
    /// What "today" is there.
    pub time_zone: String,
    /// In which it prices.
    pub currency: Currency,
    /// The version of its product list; 0 before the first import.
    pub catalogue_version: u64,
}

impl Store {
    /// The edition of its product list as the database has it now.
    #[must_use]
    pub fn edition(&self) -> Edition {
        Edition { version: self.catalogue_version, currency: self.currency, time_zone: self.time_zone.clone() }
    }
}

/// Does what the command line says.
///
/// # Errors
/// Where a name is taken or a time zone or currency is unknown.
pub async fn run(settings: &Settings, command: Command) -> Result<ExitCode> {
    let Command::Add { name, time_zone, currency, json: as_json } = command;
    let pool = database::open(settings.database()).await?;
    let store = add(&pool, &name, &time_zone, &currency).await?;
    let (name, time_zone, currency) = (&store.name, &store.time_zone, store.currency.code());
    let outcome = json!({ "id": store.id, "name": name, "time_zone": time_zone, "currency": currency });
    output::print(as_json, &outcome, &format!("The store {name:?} was added ({time_zone}, {currency})."))?;
    Ok(ExitCode::SUCCESS)
}

async fn add(pool: &AnyPool, name: &str, time_zone: &str, currency: &str) -> Result<Store> {
    let name = Text::parse(name).map_err(|error| anyhow::anyhow!("the store's name {error}"))?.to_string();
    if TimeZone::get(time_zone).is_err() || time_zone == "Etc/Unknown" {
        bail!("{time_zone:?} is not a time zone of the IANA list, as Europe/Moscow is");
    }
    let currency: Currency = currency.parse().map_err(|error| anyhow::anyhow!("the currency {currency:?} {error}"))?;
    sqlx::query(
        "INSERT INTO stores (id, name, time_zone, currency, catalogue_version)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, 0 FROM stores",
    )
    .bind(&name)
    .bind(time_zone)
    .bind(currency.code())
    .execute(pool)
    .await
    .map_err(|error| match error.as_database_error().is_some_and(|it| it.is_unique_violation()) {
        true => anyhow::anyhow!("there is a store {name:?} already"),
        false => error.into(),
    })?;
    find(pool, Some(&name)).await?.context("the store that was just added")
}

/// The store with this name; without a name the only one, or `None` where there is none yet.
///
/// # Errors
/// Where there is no store with the name, or several and none was named.
pub async fn find(executor: impl AnyExecutor<'_>, name: Option<&str>) -> Result<Option<Store>> {
    let rows: Vec<(i64, String, String, String, i64)> = sqlx::query_as(
        "SELECT id, name, time_zone, currency, catalogue_version FROM stores
         WHERE $1 IS NULL OR name = $1 ORDER BY id LIMIT 2",
    )
    .bind(name)
    .fetch_all(executor)
    .await?;
    if rows.len() > 1 {
        bail!("the database has several stores; say which with --store NAME");
    }
    let Some((id, name, time_zone, currency, version)) = rows.into_iter().next() else {
        return match name {
            Some(name) => bail!("there is no store {name:?}; `polka store add` adds one"),
            None => Ok(None),
        };
    };
    let currency = currency.parse().map_err(|_| anyhow::anyhow!("the store's currency {currency:?} is unknown"))?;
    Ok(Some(Store { id, name, time_zone, currency, catalogue_version: u64::try_from(version)? }))
}

/// The store that the settings mean; a database without any gets one, so that a first try needs one command.
///
/// # Errors
/// As [`find`].
pub async fn find_or_add(pool: &AnyPool, name: Option<&str>) -> Result<Store> {
    match find(pool, name).await? {
        Some(store) => Ok(store),
        None => match add(pool, "Polka", "Europe/Moscow", "RUB").await {
            Ok(store) => Ok(store),
            // Another program may have had the same idea.
            Err(error) => find(pool, name).await?.ok_or(error),
        },
    }
}
