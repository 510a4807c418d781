//! Who carries messages: one interface, and what can come of a try.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use polka_contract::{MessageChannel, ShownMessage};

use super::print::PrintCommand;
use super::sms_url::SmsUrl;
use super::smtp::Smtp;

/// So many messages are shown on the staff's tablets, where none are sent.
const SHOWN: usize = 50;

/// What came of a try. A reason is in plain words of our own, not of the carrier's: those may hold a number. (Of a
/// printer's command the first line is told, without words of the message.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The carrier has it.
    Taken,
    /// The carrier will never take it.
    Refused(String),
    /// The carrier does not have it, and may take it later.
    NotTaken(String),
    /// Nobody knows whether the carrier has it.
    InDoubt(String),
}

/// A message, open.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) kind: String,
    pub(crate) channel: MessageChannel,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// The same at each try, in letters and digits; it says nothing of the message.
    pub(crate) key: String,
    /// Where a gateway reports, without the status: `/api/v1/messages/17/delivery?key=…`.
    pub(crate) report: String,
}

/// Who carries messages of a channel.
pub(crate) enum Carrier<'a> {
    /// Nobody: they are shown on the staff's tablets.
    Log(&'a Shown),
    /// A gateway for SMS.
    SmsUrl(&'a SmsUrl),
    /// A mail server.
    Smtp(&'a Smtp),
    /// A command that prints.
    Print(&'a PrintCommand),
}

impl Carrier<'_> {
    /// As it is called where the staff read it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Log(_) => "log",
            Self::SmsUrl(_) => "sms-url",
            Self::Smtp(_) => "smtp",
            Self::Print(_) => "print",
        }
    }

    /// Tries once.
    pub(crate) async fn send(&self, letter: &Letter, now_ms: i64) -> Outcome {
        match self {
            Self::Log(shown) => {
                shown.show(letter, now_ms);
                Outcome::Taken
            }
            Self::SmsUrl(gateway) => gateway.send(letter).await,
            Self::Smtp(server) => server.send(letter).await,
            Self::Print(command) => command.send(letter).await,
        }
    }
}

/// The last messages that were shown. They are in memory alone, and end with the server.
#[derive(Default)]
pub(crate) struct Shown(Mutex<VecDeque<ShownMessage>>);

impl Shown {
    fn show(&self, letter: &Letter, now_ms: i64) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.truncate(SHOWN - 1);
        shown.push_front(ShownMessage {
            kind: letter.kind.clone(),
            channel: letter.channel,
            to: masked(&letter.to),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            shown_ms: now_ms,
        });
    }

    /// All, newest first.
    pub(crate) fn all(&self) -> Vec<ShownMessage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// An address of which only who knows it sees which it is: the last two digits of a number, the first letter of a
/// mailbox.
fn masked(to: &str) -> String {
    match to.split_once('@') {
        Some((mailbox, domain)) => format!("{}•••@{domain}", mailbox.chars().take(1).collect::<String>()),
        None => format!("•••{}", to.chars().skip(to.chars().count().saturating_sub(2)).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reads_a_whole_number_or_mailbox() {
        assert_eq!(masked("+79161234567"), "•••67");
        assert_eq!(masked("irina@example.org"), "i•••@example.org");
        assert_eq!(masked(""), "•••");
    }

    #[test]
    fn the_last_fifty_are_shown_newest_first() {
        let shown = Shown::default();
        for number in 0..60 {
            let letter = Letter {
                kind: "member_code".into(),
                channel: MessageChannel::Sms,
                to: "+79161234567".into(),
                subject: String::new(),
                text: number.to_string(),
                key: String::new(),
                report: String::new(),
            };
            shown.show(&letter, number);
        }
        let texts: Vec<String> = shown.all().into_iter().map(|message| message.text).collect();
        assert_eq!(texts, (10..60).rev().map(|number| number.to_string()).collect::<Vec<_>>());
    }
}
