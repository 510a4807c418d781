//! A mail server that takes messages by SMTP.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::carrier::{Letter, Outcome};

/// Until there is a connection.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    is_readable_by_others: bool,
}

impl Smtp {
    /// The mail server at `smtp://user:password@host:port`, with `?tls=required` or `smtps://` over TLS, which
    /// sends from this mailbox.
    ///
    /// # Errors
    /// Where they are no such address and mailbox, or the password could be read on the way. What is told holds
    /// nothing of the address: there is a password in it.
    pub fn parse(url: &str, from: &str) -> Result<Self> {
        let form = "smtp-url is no address like smtps://user:password@host or smtp://host:port?tls=required";
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).ok().context(form)?;
        let (before, _) = url.split_once('?').unwrap_or((url, ""));
        let (user, host) = before.rsplit_once('@').map_or((None, before), |(user, host)| (Some(user), host));
        let host = host.trim_start_matches("smtp://");
        let is_here = ["127.0.0.1", "localhost", "[::1]"].iter().any(|here| host.starts_with(here));
        let has_tls = url.starts_with("smtps:") || url.contains("tls=required");
        if user.is_some() && !has_tls && !is_here {
            bail!("smtp-url sends a password that others could read: smtps://, or ?tls=required");
        }
        let from = from.parse().ok().context("email-from is no mailbox like Polka <polka@shop.example>")?;
        let transport = transport.timeout(Some(CONNECT_TIME)).build();
        Ok(Self { transport, from, is_readable_by_others: !has_tls && !is_here })
    }

    /// Whether what it carries could be read on the way to it.
    pub(super) fn is_readable_by_others(&self) -> bool {
        self.is_readable_by_others
    }

    pub(super) async fn send(&self, letter: &Letter) -> Outcome {
        let Ok(mail) = self.mail(letter) else {
            return Outcome::Refused("the mailbox is none".into());
        };
        match self.transport.send(mail).await {
            Ok(_) => Outcome::Taken,
            Err(error) => outcome(&error),
        }
    }

    fn mail(&self, letter: &Letter) -> Result<Message> {
        let to: Address = letter.to.parse()?;
        // The same at each try, so that a mailbox that gets it twice can tell.
        let message_id = format!("<{}@{}>", letter.key, self.from.email.domain());
        let mail = Message::builder().from(self.from.clone()).to(Mailbox::new(None, to)).subject(&*letter.subject);
        let parts = MultiPart::alternative_plain_html(letter.text.clone(), html(&letter.text));
        Ok(mail.message_id(Some(message_id)).multipart(parts)?)
    }
}

/// The same text for a program that shows HTML.
fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let paragraphs: String =
        text.split("\n\n").map(|paragraph| format!("<p>{}</p>\n", paragraph.replace('\n', "<br>\n"))).collect();
    format!("<!DOCTYPE html>\n<html>\n<body>\n{paragraphs}</body>\n</html>\n")
}

fn outcome(error: &Error) -> Outcome {
    let code = error.status().map(u16::from);
    match code {
        // RFC 4954: the server does not know us, or not so.
        Some(530 | 534 | 535 | 538) => Outcome::NotTaken("the mail server does not take the password".into()),
        Some(code @ 500..) => Outcome::Refused(format!("the mail server refused the message ({code})")),
        Some(code) => Outcome::NotTaken(format!("the mail server could not take the message ({code})")),
        None if error.is_tls() => Outcome::NotTaken("the mail server cannot be reached over TLS".into()),
        None if error.is_client() => Outcome::NotTaken("the mail server cannot do what is asked of it".into()),
        // lettre 0.11 tells by its text alone that there was no connection.
        None if error.to_string().starts_with("Connection error") => {
            Outcome::NotTaken("the mail server cannot be reached".into())
        }
        None => Outcome::InDoubt("the mail server broke off".into()),
    }
}

#[cfg(test)]
mod tests {
    use polka_contract::MessageChannel;

    use super::*;

    fn letter(to: &str) -> Letter {
        Letter {
            kind: "member_code".into(),
            channel: MessageChannel::Email,
            to: to.into(),
            subject: "Ваш код\r\nBcc: all@example.org".into(),
            text: "Ваш код: 4821.\n\n<b>Никому</b> & никогда.".into(),
            key: "abc".into(),
            report: String::new(),
        }
    }

    #[test]
    fn a_mail_has_the_same_id_each_time_and_both_parts() {
        let server = Smtp::parse("smtp://127.0.0.1:25", "Полка <polka@shop.example>").expect("a server");
        let mails = [(); 2].map(|()| server.mail(&letter("irina@example.org")).expect("a mail").formatted());
        for mail in mails {
            let mail = String::from_utf8(mail).expect("text");
            assert!(mail.contains("Message-ID: <abc@shop.example>\r\n"), "{mail}");
            assert!(mail.contains("text/plain; charset=utf-8") && mail.contains("text/html; charset=utf-8"), "{mail}");
            // A line end in the subject begins no header.
            assert!(!mail.contains("\nBcc:"), "{mail}");
        }
        assert!(server.mail(&letter("irina")).is_err());
    }

    #[tokio::test]
    async fn a_mail_server_that_is_not_there_has_not_taken_the_mail_and_one_that_breaks_off_may_have() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = Smtp::parse(&format!("smtp://{address}"), "polka@shop.example").expect("a server");
        let broken_off = tokio::spawn(async move {
            let (connection, _) = listener.accept().await.expect("a connection");
            drop((connection, listener));
        });
        let letter = letter("irina@example.org");
        assert_eq!(server.send(&letter).await, Outcome::InDoubt("the mail server broke off".into()));
        broken_off.await.expect("it was");
        assert_eq!(server.send(&letter).await, Outcome::NotTaken("the mail server cannot be reached".into()));
    }

    #[test]
    fn a_text_is_no_markup() {
        assert_eq!(
            html("one\ntwo\n\n<b>&\"").lines().skip(3).collect::<Vec<_>>(),
            ["<p>one<br>", "two</p>", "<p>&lt;b&gt;&amp;&quot;</p>", "</body>", "</html>"]
        );
    }

    #[test]
    fn a_mail_server_that_is_wrong_is_told_without_its_password() {
        let parse = |url: &str| Smtp::parse(url, "polka@shop.example").map(drop).map_err(|error| format!("{error:#}"));
        assert_eq!(parse("smtps://polka:hunter2@mail.example"), Ok(()));
        assert_eq!(parse("smtp://polka:hunter2@mail.example?tls=required"), Ok(()));
        assert_eq!(parse("smtp://polka:hunter2@127.0.0.1:1025"), Ok(()));
        assert_eq!(parse("smtp://mail.example"), Ok(()));
        for (url, told) in [
            ("smtp://polka:hunter2@mail.example", "others could read"),
            ("smtp://polka:hunter2@mail.example?tls=opportunistic", "others could read"),
            ("http://polka:hunter2@mail.example", "smtp-url is no address"),
            ("mail.example", "smtp-url is no address"),
        ] {
            let error = parse(url).expect_err("it is wrong");
            assert!(error.contains(told) && !error.contains("hunter2"), "{url}: {error}");
        }
        assert!(Smtp::parse("smtp://127.0.0.1", "polka").is_err());
    }
}
