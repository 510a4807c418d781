//! The command line and the settings: by flag, by environment, by `polka.toml`, in that order.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use axum::http::Uri;
use clap::{Args, Parser, Subcommand, ValueEnum};
use polka_catalogue::search::Synonyms;
use polka_contract::{DeviceSettings, KeyFunction, KeyMap};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::apology::ApologySettings;
use crate::cases::CaseSettings;
use crate::loyalty::{Loyalty, LoyaltySettings};
use crate::messages::{Carriers, PrintSettings, SmsUrl, Smtp};
use crate::secrets::Secrets;
use crate::tasks::Escalation;
use crate::tls::Source;
use crate::webhooks::Webhook;
use crate::{backup, demo, devices, import, member_card, staff, store};

/// The store server of Polka.
#[derive(Debug, Parser)]
#[command(name = "polka", version, propagate_version = true)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// With which settings.
    #[command(flatten)]
    pub settings: Settings,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the app and the API until SIGTERM.
    Serve,
    /// Take in a file.
    #[command(subcommand)]
    Import(import::Command),
    /// Load the demo store's products.
    Demo(demo::Options),
    /// Copy the database and the secrets while the server serves.
    Backup(backup::Options),
    /// Keep the list of the store's devices.
    #[command(subcommand)]
    Device(devices::Command),
    /// Do for a member what they ask for: their data, its end, two members made one.
    #[command(subcommand)]
    Member(member_card::command::Command),
    /// Keep the list of who works in the store.
    #[command(subcommand)]
    Staff(staff::command::Command),
    /// Keep the list of stores.
    #[command(subcommand)]
    Store(store::Command),
}

/// What can be set; what is not set has a default. Each is also a key of `polka.toml`, with `_` for `-`.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The settings' file [default: polka.toml, where it is there]
    #[arg(long, global = true, env = "POLKA_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// The database, sqlite://FILE or postgres://… [default: sqlite://data/polka.db]
    #[arg(long, global = true, env = "POLKA_DATABASE", value_name = "URL")]
    database: Option<String>,
    /// The folder of the server's secrets [default: beside the database, polka.secrets for polka.db]
    #[arg(long, global = true, env = "POLKA_SECRETS", value_name = "FOLDER")]
    secrets: Option<PathBuf>,
    /// Which store, by its name, where the database has several
    #[arg(long, global = true, env = "POLKA_STORE", value_name = "NAME")]
    store: Option<String>,
    /// The address to serve at [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "POLKA_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Serve over TLS, with a certificate of the store's own authority: auto [default: off]
    #[arg(long, global = true, env = "POLKA_TLS", value_name = "auto|off")]
    tls: Option<Tls>,
    /// A further name or address by which devices call the server, for that certificate; may be given again
    #[arg(long, global = true, env = "POLKA_TLS_NAME", value_name = "NAME", value_delimiter = ',')]
    tls_name: Option<Vec<String>>,
    /// Serve over TLS, with this certificate and those that lead to its root, PEM
    #[arg(long, global = true, env = "POLKA_TLS_CERTIFICATE", value_name = "FILE")]
    tls_certificate: Option<PathBuf>,
    /// The private key of that certificate, PEM
    #[arg(long, global = true, env = "POLKA_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// How the log is written [default: text]
    #[arg(long, global = true, env = "POLKA_LOG_FORMAT", value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// The language of a visit's start [default: ru]
    #[arg(long, global = true, env = "POLKA_LANGUAGE", value_name = "ru|en", value_parser = ["ru", "en"])]
    language: Option<String>,
    /// Seconds without a touch or scan until the end of the visit is announced [default: 60]
    #[arg(long, global = true, env = "POLKA_IDLE_TIMEOUT_S", value_name = "SECONDS")]
    idle_timeout_s: Option<u32>,
    /// Seconds that this warning leaves, at least 20 [default: 20]
    #[arg(long, global = true, env = "POLKA_IDLE_WARNING_S", value_name = "SECONDS")]
    idle_warning_s: Option<u32>,
    /// Keys at most this many milliseconds apart come from a scanner [default: 50]
    #[arg(long, global = true, env = "POLKA_SCANNER_KEY_GAP_MS", value_name = "MS")]
    scanner_key_gap_ms: Option<u32>,
    /// A scan with no Enter or Tab at its end is over after this many milliseconds [default: 80]
    #[arg(long, global = true, env = "POLKA_SCANNER_PAUSE_MS", value_name = "MS")]
    scanner_pause_ms: Option<u32>,
    /// What scanners type before each code
    #[arg(long, global = true, env = "POLKA_SCANNER_PREFIX", value_name = "TEXT")]
    scanner_prefix: Option<String>,
    /// What scanners type behind each code, before Enter or Tab
    #[arg(long, global = true, env = "POLKA_SCANNER_SUFFIX", value_name = "TEXT")]
    scanner_suffix: Option<String>,
    /// What scanners type for the separator (FNC1, GS), where that is no such character
    #[arg(long, global = true, env = "POLKA_SCANNER_SEPARATOR", value_name = "CHARACTER")]
    scanner_separator: Option<char>,
    /// How the serial lines of scanners are set [default: 9600 8N1]
    #[arg(long, global = true, env = "POLKA_SCANNER_SERIAL", value_name = "LINE")]
    scanner_serial: Option<String>,
    /// What stands in the chain's own numbers, as "22 iiiii wwwww c; 23 iiiii ppppp c"
    #[arg(long, global = true, env = "POLKA_RESTRICTED_NUMBERS", value_name = "RULES")]
    restricted_numbers: Option<String>,
    /// Seconds between two requests of a device for new prices [default: 60]
    #[arg(long, global = true, env = "POLKA_CATALOGUE_POLL_S", value_name = "SECONDS")]
    catalogue_poll_s: Option<u32>,
    /// A second strike of a function key within this many milliseconds is ignored [default: 200]
    #[arg(long, global = true, env = "POLKA_DOUBLE_STRIKE_MS", value_name = "MS")]
    double_strike_ms: Option<u32>,
    /// What the keys of the store's keypads do, as JSON: {"F20": "audio"}; other keys stay as they are
    #[arg(long, global = true, env = "POLKA_KEY_MAP", value_name = "FILE")]
    key_map: Option<PathBuf>,
    /// What opens the set-up page of a device: 6 to 12 digits [default: nothing is asked]
    #[arg(long, global = true, env = "POLKA_INSTALLER_PIN", value_name = "DIGITS", hide_env_values = true)]
    installer_pin: Option<String>,
    /// Words of this store that mean the same, beside those that come with the program
    #[arg(long, global = true, env = "POLKA_SYNONYMS", value_name = "FILE")]
    synonyms: Option<PathBuf>,
    /// Where shoppers' own phones reach this server: https, with a certificate that every phone trusts
    #[arg(long, global = true, env = "POLKA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// The folder of the voice pack [default: voices, beside the program]
    #[arg(long, global = true, env = "POLKA_VOICES", value_name = "FOLDER")]
    voices: Option<PathBuf>,
    /// The loyalty programme; in the file alone
    #[arg(skip)]
    #[serde(default)]
    loyalty: LoyaltySettings,
    /// How long a task may wait; in the file alone
    #[arg(skip)]
    #[serde(default)]
    escalation: Escalation,
    /// What is given for what went wrong, in the file alone
    #[arg(skip)]
    #[serde(default)]
    apologies: ApologySettings,
    /// What customers complain of, in the file alone
    #[arg(skip)]
    #[serde(default)]
    cases: CaseSettings,
    /// What becomes of messages to people: log shows them on the staff's tablets, for trying out
    /// [default: send; log while the products are the demo's and nobody carries messages]
    #[arg(long, global = true, env = "POLKA_MESSAGES", value_name = "log|send")]
    #[serde(skip)]
    messages: Option<MessageMode>,
    /// The same in the file, and what is in the file alone
    #[arg(skip)]
    #[serde(default, rename = "messages")]
    message_table: MessageTable,
    /// A gateway for SMS: its address with {to}, {text} and perhaps {dlr} in it
    #[arg(long, global = true, env = "POLKA_SMS_URL", value_name = "URL", hide_env_values = true)]
    sms_url: Option<String>,
    /// Where that gateway reaches this server with its reports [default: the address to serve at]
    #[arg(long, global = true, env = "POLKA_SMS_REPORT_URL", value_name = "URL")]
    sms_report_url: Option<String>,
    /// SMS in a day of the store; more are refused [default: 500]
    #[arg(long, global = true, env = "POLKA_SMS_DAILY_LIMIT", value_name = "NUMBER")]
    sms_daily_limit: Option<u32>,
    /// A mail server: smtps://user:password@host, or smtp://host:port?tls=required
    #[arg(long, global = true, env = "POLKA_SMTP_URL", value_name = "URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// From whom mail comes: Polka <polka@shop.example>
    #[arg(long, global = true, env = "POLKA_EMAIL_FROM", value_name = "MAILBOX")]
    email_from: Option<String>,
    /// What tells another system what happens; in the file the table `webhook`
    #[command(flatten)]
    #[serde(default)]
    webhook: WebhookSettings,
}

/// Who is told what happens in the store.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookSettings {
    /// An address that is told when staff have found expired items
    #[arg(
        id = "webhook_url",
        long = "webhook-url",
        global = true,
        env = "POLKA_WEBHOOK_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    url: Option<String>,
    /// By which it knows that this server tells it: at least 32 characters
    #[arg(
        id = "webhook_secret",
        long = "webhook-secret",
        global = true,
        env = "POLKA_WEBHOOK_SECRET",
        value_name = "TEXT",
        hide_env_values = true
    )]
    secret: Option<String>,
}

/// What becomes of messages to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum MessageMode {
    /// They are shown on the staff's tablets.
    Log,
    /// They are sent.
    Send,
}

/// What the file says of messages: how they go, `messages = "log"`, or a table of that and of the printer.
#[derive(Clone, Debug, Default)]
struct MessageTable {
    mode: Option<MessageMode>,
    print: Option<PrintSettings>,
}

impl<'de> Deserialize<'de> for MessageTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            mode: Option<MessageMode>,
            print: Option<PrintSettings>,
        }

        struct WordOrTable;

        impl<'de> Visitor<'de> for WordOrTable {
            type Value = MessageTable;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("log, send, or a table with mode and print")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<MessageTable, E> {
                let mode = MessageMode::deserialize(serde::de::value::StrDeserializer::new(word))?;
                Ok(MessageTable { mode: Some(mode), print: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<MessageTable, A::Error> {
                let Table { mode, print } = Table::deserialize(MapAccessDeserializer::new(table))?;
                Ok(MessageTable { mode, print })
            }
        }

        deserializer.deserialize_any(WordOrTable)
    }
}

/// Whether the server makes itself a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// No TLS, whatever else is set.
    Off,
    /// It does, signed by an authority of its own.
    Auto,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// A line for a person.
    #[default]
    Text,
    /// A line of JSON.
    Json,
}

impl Settings {
    /// These settings, with those of the file where they are silent.
    ///
    /// # Errors
    /// Where a file that was asked for is missing, or a file or value is not right.
    pub fn with_file(self) -> Result<Self> {
        let path = self.config.clone().unwrap_or_else(|| "polka.toml".into());
        let file = match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse_file(&text).with_context(|| format!("{} is not right", path.display()))?,
            Err(_) if self.config.is_none() && !Path::new("polka.toml").exists() => Self::default(),
            Err(error) => bail!("{} cannot be read: {error}", path.display()),
        };
        let settings = Self {
            config: self.config,
            database: self.database.or(file.database),
            secrets: self.secrets.or(file.secrets),
            store: self.store.or(file.store),
            listen: self.listen.or(file.listen),
            tls: self.tls.or(file.tls),
            tls_name: self.tls_name.or(file.tls_name),
            tls_certificate: self.tls_certificate.or(file.tls_certificate),
            tls_key: self.tls_key.or(file.tls_key),
            log_format: self.log_format.or(file.log_format),
            language: self.language.or(file.language),
            idle_timeout_s: self.idle_timeout_s.or(file.idle_timeout_s),
            idle_warning_s: self.idle_warning_s.or(file.idle_warning_s),
            scanner_key_gap_ms: self.scanner_key_gap_ms.or(file.scanner_key_gap_ms),
            scanner_pause_ms: self.scanner_pause_ms.or(file.scanner_pause_ms),
            scanner_prefix: self.scanner_prefix.or(file.scanner_prefix),
            scanner_suffix: self.scanner_suffix.or(file.scanner_suffix),
            scanner_separator: self.scanner_separator.or(file.scanner_separator),
            scanner_serial: self.scanner_serial.or(file.scanner_serial),
            restricted_numbers: self.restricted_numbers.or(file.restricted_numbers),
            catalogue_poll_s: self.catalogue_poll_s.or(file.catalogue_poll_s),
            double_strike_ms: self.double_strike_ms.or(file.double_strike_ms),
            key_map: self.key_map.or(file.key_map),
            synonyms: self.synonyms.or(file.synonyms),
            installer_pin: self.installer_pin.or(file.installer_pin),
            public_url: self.public_url.or(file.public_url),
            voices: self.voices.or(file.voices),
            loyalty: file.loyalty,
            escalation: file.escalation,
            apologies: file.apologies,
            cases: file.cases,
            messages: self.messages.or(file.message_table.mode),
            message_table: file.message_table,
            sms_url: self.sms_url.or(file.sms_url),
            sms_report_url: self.sms_report_url.or(file.sms_report_url),
            sms_daily_limit: self.sms_daily_limit.or(file.sms_daily_limit),
            smtp_url: self.smtp_url.or(file.smtp_url),
            email_from: self.email_from.or(file.email_from),
            webhook: WebhookSettings {
                url: self.webhook.url.or(file.webhook.url),
                secret: self.webhook.secret.or(file.webhook.secret),
            },
        };
        settings.check()?;
        Ok(settings)
    }

    fn parse_file(text: &str) -> Result<Self> {
        Ok(toml::from_str(text)?)
    }

    fn check(&self) -> Result<()> {
        self.tls()?;
        self.loyalty()?;
        self.escalation()?;
        self.apologies()?;
        self.cases()?;
        self.carriers()?;
        self.webhook()?;
        let device = self.device()?;
        if !matches!(device.language.as_str(), "ru" | "en") {
            bail!("language is {:?}, but only ru and en are spoken", device.language);
        }
        let is_pin = |pin: &String| (6..=12).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit());
        if !self.installer_pin.iter().all(is_pin) {
            bail!("installer-pin is not 6 to 12 digits");
        }
        for (name, value, range) in [
            ("idle-timeout-s", device.idle_timeout_s, 5..=3600),
            // At least 20 s: WCAG 2.2.1.
            ("idle-warning-s", device.idle_warning_s, 20..=600),
            ("scanner-key-gap-ms", device.scanner_key_gap_ms, 5..=500),
            ("scanner-pause-ms", device.scanner_pause_ms, 10..=1000),
            ("catalogue-poll-s", device.catalogue_poll_s, 1..=86_400),
            ("double-strike-ms", device.double_strike_ms, 0..=2000),
        ] {
            if !range.contains(&value) {
                bail!("{name} is {value}, but must be {} to {}", range.start(), range.end());
            }
        }
        for (name, text) in [("scanner-prefix", &device.scanner_prefix), ("scanner-suffix", &device.scanner_suffix)] {
            if text.chars().count() > 8 || text.contains(char::is_control) {
                bail!("{name} is {text:?}, but must be at most 8 characters that can be seen");
            }
        }
        if let Some(separator) = self.scanner_separator.filter(|it| !polka_scan::is_separator(*it)) {
            bail!("scanner-separator is {separator:?}, which may stand in a code; ~ may not");
        }
        if let Some(Err(error)) =
            self.scanner_serial.as_ref().map(|line| line.parse::<polka_scan::serial::SerialLine>())
        {
            bail!("scanner-serial {error}");
        }
        for rule in device.restricted_numbers.split(';').filter(|rule| !rule.trim().is_empty()) {
            if let Err(error) = rule.parse::<polka_scan::RestrictedRule>() {
                bail!("restricted-numbers: {:?} {error}", rule.trim());
            }
        }
        if device.scanner_pause_ms < device.scanner_key_gap_ms {
            bail!("scanner-pause-ms must not be below scanner-key-gap-ms, or a slow scanner's code ends with each key");
        }
        Ok(())
    }

    /// The database's address.
    #[must_use]
    pub fn database(&self) -> &str {
        self.database.as_deref().unwrap_or("sqlite://data/polka.db")
    }

    /// Where the server's secrets are.
    ///
    /// # Errors
    /// Where it was not said, and the database is no file beside which they could be.
    pub fn secrets(&self) -> Result<PathBuf> {
        self.secrets.clone().map_or_else(|| Secrets::folder_of(self.database()), Ok)
    }

    /// Which store, where it was said.
    #[must_use]
    pub fn store(&self) -> Option<&str> {
        self.store.as_deref()
    }

    /// Where to serve. By default this machine alone: who opens a store's network to it does so knowingly.
    #[must_use]
    pub fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 8080).into())
    }

    /// From where the certificate comes; `None` without TLS.
    ///
    /// # Errors
    /// Where what is set does not go together.
    pub fn tls(&self) -> Result<Option<Source>> {
        let names = self.tls_name.clone().unwrap_or_default();
        match (self.tls, &self.tls_certificate, &self.tls_key) {
            (Some(Tls::Off), ..) | (None, None, None) => Ok(None),
            (Some(Tls::Auto), None, None) => Ok(Some(Source::Authority { names })),
            (None, Some(certificate), Some(key)) => {
                Ok(Some(Source::Files { certificate: certificate.clone(), key: key.clone() }))
            }
            (Some(Tls::Auto), ..) => bail!("tls is auto, so there is no use for tls-certificate and tls-key"),
            (None, ..) => bail!("tls-certificate and tls-key go together"),
        }
    }

    /// How to write the log.
    #[must_use]
    pub fn log_format(&self) -> LogFormat {
        self.log_format.unwrap_or_default()
    }

    /// What opens the set-up page of a device.
    #[must_use]
    pub fn installer_pin(&self) -> Option<&str> {
        self.installer_pin.as_deref()
    }

    /// The folder of the voice pack, where there is one.
    #[must_use]
    pub fn voices(&self) -> Option<PathBuf> {
        let folder = match &self.voices {
            Some(folder) => folder.clone(),
            None => std::env::current_exe().ok()?.parent()?.join("voices"),
        };
        ["worker.js", "espeak-ng.js", "espeak-ng.wasm"]
            .iter()
            .all(|file| folder.join("espeak-ng").join(file).exists())
            .then_some(folder)
    }

    /// What the chain has set about its loyalty programme.
    ///
    /// # Errors
    /// Where something of it is not right.
    pub fn loyalty(&self) -> Result<Loyalty> {
        self.loyalty.check()
    }

    /// How long a task may wait.
    ///
    /// # Errors
    /// Where it is out of its range.
    pub fn escalation(&self) -> Result<Escalation> {
        self.escalation.check().context("escalation is not right")?;
        Ok(self.escalation.clone())
    }

    /// What is given for what went wrong.
    ///
    /// # Errors
    /// Where it is not right.
    pub fn apologies(&self) -> Result<ApologySettings> {
        self.apologies.check().context("apologies are not right")?;
        Ok(self.apologies.clone())
    }

    /// What customers complain of.
    ///
    /// # Errors
    /// Where it is not right.
    pub fn cases(&self) -> Result<CaseSettings> {
        self.cases.check().context("cases are not right")?;
        Ok(self.cases.clone())
    }

    fn key_map(&self) -> Result<KeyMap> {
        let mut keys = KeyMap::default();
        let Some(file) = &self.key_map else { return Ok(keys) };
        let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let own: BTreeMap<String, String> =
            serde_json::from_str(&text).with_context(|| format!("{} is not a map of keys", file.display()))?;
        for (code, name) in own {
            // As `KeyboardEvent.code` names places: F20, ArrowUp.
            if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                bail!("{}: {code:?} is the place of no key", file.display());
            }
            let function = KeyFunction::from_name(&name)
                .with_context(|| format!("{}: {code} is to do {name:?}, which no key does", file.display()))?;
            keys.learn(&code, function);
        }
        Ok(keys)
    }

    /// Words that mean the same to the search: those that come with the program, and the store's.
    ///
    /// # Errors
    /// Where the store's cannot be read.
    pub fn synonyms(&self) -> Result<Synonyms> {
        let Some(file) = &self.synonyms else { return Ok(Synonyms::built_in()) };
        let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        Synonyms::built_in_and(&text).with_context(|| file.display().to_string())
    }

    /// Where shoppers' own phones reach this server, without a slash at its end; empty where they do not.
    ///
    /// # Errors
    /// Where it is no such address.
    fn public_url(&self) -> Result<String> {
        let Some(url) = &self.public_url else { return Ok(String::new()) };
        let uri: Uri = url.parse().with_context(|| format!("public-url is {url:?}, which is no address"))?;
        // A phone trusts no other; but a browser of this machine does, for who tries it out.
        let is_trusted = match (uri.scheme_str(), uri.host()) {
            (Some("https"), _) => true,
            (Some("http"), host) => matches!(host, Some("localhost" | "127.0.0.1")),
            _ => false,
        };
        match (uri.scheme_str(), uri.authority()) {
            (Some(scheme), Some(authority)) if is_trusted && uri.path() == "/" && uri.query().is_none() => {
                Ok(format!("{scheme}://{authority}"))
            }
            _ => bail!("public-url is {url:?}, but must be like https://shop.example, without a path"),
        }
    }

    /// Who carries messages to people.
    ///
    /// # Errors
    /// Where an address is not right, or what is set does not go together.
    pub fn carriers(&self) -> Result<Carriers> {
        let reports_at = self.sms_report_url()?;
        let sms = self.sms_url.as_ref().map(|url| SmsUrl::parse(url, reports_at.as_deref())).transpose()?;
        let email = match (&self.smtp_url, &self.email_from) {
            (Some(url), Some(from)) => Some(Smtp::parse(url, from)?),
            (None, None) => None,
            _ => bail!("smtp-url and email-from go together"),
        };
        let print = self.message_table.print.as_ref().map(PrintSettings::check).transpose()?;
        if self.messages == Some(MessageMode::Log) && (sms.is_some() || email.is_some() || print.is_some()) {
            bail!("messages is log, so there is no use for sms-url, smtp-url and messages.print");
        }
        let are_shown = self.messages.map(|mode| mode == MessageMode::Log);
        Ok(Carriers { sms, email, print, are_shown, sms_daily_limit: self.sms_daily_limit })
    }

    /// Who is told what happens in the store; `None` where nobody is.
    ///
    /// # Errors
    /// Where the address or the secret is not right, or one of them is missing.
    pub fn webhook(&self) -> Result<Option<Webhook>> {
        match (&self.webhook.url, &self.webhook.secret) {
            (Some(url), Some(secret)) => Ok(Some(Webhook::new(url, secret)?)),
            (None, None) => Ok(None),
            _ => bail!("webhook-url and webhook-secret go together"),
        }
    }

    /// Where a gateway reaches this server, without a slash at its end. By default it is on this machine; with a
    /// certificate of our own it would not trust us.
    fn sms_report_url(&self) -> Result<Option<String>> {
        let Some(url) = &self.sms_report_url else {
            let listen = self.listen();
            let here: IpAddr = Ipv4Addr::LOCALHOST.into();
            let address = SocketAddr::new(if listen.ip().is_unspecified() { here } else { listen.ip() }, listen.port());
            return Ok(self.tls()?.is_none().then(|| format!("http://{address}")));
        };
        let uri: Uri = url.parse().with_context(|| format!("sms-report-url is {url:?}, which is no address"))?;
        match (uri.scheme_str(), uri.authority()) {
            (Some(scheme @ ("http" | "https")), Some(authority)) if uri.path() == "/" && uri.query().is_none() => {
                Ok(Some(format!("{scheme}://{authority}")))
            }
            _ => bail!("sms-report-url is {url:?}, but must be like http://10.0.0.5:8080, without a path"),
        }
    }

    /// What devices are told.
    ///
    /// # Errors
    /// Where the map of keys cannot be read.
    pub fn device(&self) -> Result<DeviceSettings> {
        let default = DeviceSettings::default();
        Ok(DeviceSettings {
            language: self.language.clone().unwrap_or(default.language),
            idle_timeout_s: self.idle_timeout_s.unwrap_or(default.idle_timeout_s),
            idle_warning_s: self.idle_warning_s.unwrap_or(default.idle_warning_s),
            scanner_key_gap_ms: self.scanner_key_gap_ms.unwrap_or(default.scanner_key_gap_ms),
            scanner_pause_ms: self.scanner_pause_ms.unwrap_or(default.scanner_pause_ms),
            scanner_prefix: self.scanner_prefix.clone().unwrap_or_default(),
            scanner_suffix: self.scanner_suffix.clone().unwrap_or_default(),
            scanner_separator: self.scanner_separator.map(String::from).unwrap_or_default(),
            scanner_serial: self.scanner_serial.clone().unwrap_or_default(),
            restricted_numbers: self.restricted_numbers.clone().unwrap_or_default(),
            catalogue_poll_s: self.catalogue_poll_s.unwrap_or(default.catalogue_poll_s),
            double_strike_ms: self.double_strike_ms.unwrap_or(default.double_strike_ms),
            key_map: self.key_map()?,
            has_voice_pack: self.voices().is_some(),
            has_installer_pin: self.installer_pin.is_some(),
            public_url: self.public_url()?,
            phone_countries: self.loyalty()?.phone_countries.to_string(),
            // The server writes these in when it serves.
            expired_items: default.expired_items,
            sealing_key: default.sealing_key,
            index_edition: default.index_edition,
            app_version: default.app_version,
        })
    }

    /// Settings that say nothing but the database, for tests and tools.
    #[must_use]
    pub fn for_database(url: &str) -> Self {
        Self { database: Some(url.into()), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_command_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    fn from_file(text: &str) -> Result<Settings> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("polka.toml");
        std::fs::write(&path, text).expect("a file");
        Settings { config: Some(path), idle_timeout_s: Some(90), ..Settings::default() }.with_file()
    }

    #[test]
    fn a_flag_goes_before_the_file_and_the_file_before_the_default() {
        let settings = from_file("idle_timeout_s = 30\nlanguage = \"en\"").expect("settings");
        let device = settings.device().expect("a device");
        assert_eq!(device.idle_timeout_s, 90);
        assert_eq!(device.language, "en");
        assert_eq!(settings.listen().port(), 8080);
    }

    #[test]
    fn a_slip_in_the_file_is_told_and_not_ignored() {
        for (text, told) in [
            ("idle_timeout = 30", "idle_timeout"),
            ("idle_warning_s = 5", "idle-warning-s is 5, but must be 20 to 600"),
            ("language = \"de\"", "only ru and en are spoken"),
            ("listen = 8080", "listen"),
            ("scanner_key_gap_ms = 100", "scanner-pause-ms must not be below"),
            ("scanner_serial = \"9600\"", "scanner-serial is not like 9600 8N1"),
        ] {
            let error = format!("{:#}", from_file(text).expect_err("it is wrong"));
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn a_map_of_keys_changes_the_keys_it_names_and_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        let with = |text: &str| {
            std::fs::write(&path, text).expect("a file");
            Settings { key_map: Some(path.clone()), ..Settings::default() }.device()
        };
        let device = with(r#"{"F20": "audio", "ArrowUp": "help"}"#).expect("a device");
        assert_eq!(device.key_map.function("F20"), Some(KeyFunction::Audio));
        assert_eq!(device.key_map.function("ArrowUp"), Some(KeyFunction::Help));
        assert_eq!(device.key_map.function("ArrowDown"), Some(KeyFunction::Down));
        assert!(with(r#"{"F20": "dance"}"#).is_err());
        assert!(with(r#"{"F 20": "help"}"#).is_err());
    }

    #[test]
    fn phones_are_sent_to_an_address_that_they_trust_alone() {
        let with = |url: &str| {
            let settings = Settings { public_url: Some(url.into()), ..Settings::default() };
            settings.device().map(|device| device.public_url).map_err(|error| error.to_string())
        };
        assert_eq!(with("https://shop.example/"), Ok("https://shop.example".into()));
        assert_eq!(with("https://shop.example:8443"), Ok("https://shop.example:8443".into()));
        assert_eq!(with("http://localhost:8080"), Ok("http://localhost:8080".into()));
        for wrong in
            ["shop.example", "http://shop.example", "https://shop.example/list", "ftp://localhost", "", "https://"]
        {
            assert!(with(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_gateway_is_told_an_address_at_which_it_reaches_this_server() {
        let gateway = "http://127.0.0.1:13013/?to={to}&text={text}&dlr={dlr}";
        let with = |settings: Settings| {
            let reports_at = settings.sms_report_url().expect("an address");
            let settings = Settings { sms_url: Some(gateway.into()), ..settings };
            settings.carriers().map(|_| reports_at.unwrap_or_default()).map_err(|error| error.to_string())
        };
        let listen = Some("0.0.0.0:8080".parse().expect("an address"));
        let reached = Settings { sms_report_url: Some("http://10.0.0.5:8080/".into()), ..Settings::default() };
        assert_eq!(with(Settings { listen, ..Settings::default() }), Ok("http://127.0.0.1:8080".into()));
        assert_eq!(with(reached), Ok("http://10.0.0.5:8080".into()));
        let with_tls = Settings { tls: Some(Tls::Auto), ..Settings::default() };
        assert!(with(with_tls).is_err_and(|error| error.contains("sms-report-url")));
    }

    #[test]
    fn who_carries_messages_is_said_whole_or_not_at_all() {
        let carriers = |settings: Settings| settings.carriers().map(drop).map_err(|error| error.to_string());
        let gateway = Some("http://127.0.0.1:13013/?to={to}&text={text}".to_owned());
        let (server, from) = (Some("smtp://127.0.0.1".to_owned()), Some("polka@shop.example".to_owned()));
        let whole = Settings { smtp_url: server.clone(), email_from: from, ..Settings::default() };
        assert_eq!(carriers(whole), Ok(()));
        let half = Settings { smtp_url: server, ..Settings::default() };
        assert!(carriers(half).is_err_and(|error| error.contains("go together")));
        let both = Settings { messages: Some(MessageMode::Log), sms_url: gateway, ..Settings::default() };
        assert!(carriers(both).is_err_and(|error| error.contains("messages is log")));
    }

    #[test]
    fn a_printer_is_set_in_the_file_beside_how_messages_go() {
        let printer = "[messages.print]\ncommand = [\"lp\", \"-d\", \"slip\"]";
        let carriers = from_file(printer).expect("settings").carriers().expect("carriers");
        assert!(carriers.print.is_some() && carriers.are_shown.is_none());
        assert_eq!(from_file("messages = \"send\"").expect("settings").messages, Some(MessageMode::Send));
        let both = from_file(&format!("messages.mode = \"send\"\n{printer}\ntime_limit_s = 5")).expect("settings");
        assert_eq!(both.messages, Some(MessageMode::Send));
        for (text, told) in [
            (format!("messages.mode = \"log\"\n{printer}"), "messages is log"),
            (format!("{printer}\ntime_limit = 5"), "time_limit"),
            ("[messages.print]\ncommand = []".to_owned(), "names no program"),
            ("[messages.print]\ncommand = \"lp\"".to_owned(), "command"),
            ("[messages.paint]".to_owned(), "paint"),
            ("messages = \"print\"".to_owned(), "print"),
        ] {
            let error = format!("{:#}", from_file(&text).expect_err("it is wrong"));
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn whoever_is_told_what_happens_has_an_address_and_a_secret_that_nobody_guesses() {
        let secret = format!("secret = \"{}\"", "s".repeat(32));
        let table = |lines: &str| from_file(&format!("[webhook]\n{lines}"));
        let right = table(&format!("url = \"https://till.example/hunter2\"\n{secret}")).expect("settings");
        assert!(right.webhook().expect("a webhook").is_some());
        assert!(from_file("").expect("settings").webhook().expect("none").is_none());
        for (lines, told) in [
            ("url = \"https://till.example/hunter2\"".to_owned(), "go together"),
            (secret.clone(), "go together"),
            (format!("url = \"ftp://till.example/hunter2\"\n{secret}"), "must begin with http:// or https://"),
            (format!("url = \"https://polka:hunter2@till.example\"\n{secret}"), "a user before its host"),
            (format!("url = \"till example/hunter2\"\n{secret}"), "webhook-url is no address"),
            ("url = \"https://till.example/\"\nsecret = \"hunter2\"".to_owned(), "at least 32 characters"),
            (format!("link = \"https://till.example/\"\n{secret}"), "link"),
        ] {
            let error = format!("{:#}", table(&lines).expect_err("it is wrong"));
            assert!(error.contains(told) && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_file_that_was_asked_for_must_be_there() {
        let settings = Settings { config: Some("/nowhere/polka.toml".into()), ..Settings::default() };
        assert!(settings.with_file().is_err());
    }
}
