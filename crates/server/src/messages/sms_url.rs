//! A gateway for SMS that takes a message as a `GET` of an address, as Kannel's smsbox does.

use anyhow::{Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::Uri;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::carrier::{Letter, Outcome};
use crate::http_client::{Client, client_for};

/// An answer is a line.
const ANSWER_BYTES: usize = 4 << 10;

/// A gateway for SMS.
#[derive(Clone)]
pub struct SmsUrl {
    /// With `{to}`, `{text}` and perhaps `{dlr}` in the places of the values.
    template: String,
    /// Where the gateway reaches this server, without a slash at its end.
    reports_at: String,
    client: Client<Empty<Bytes>>,
}

impl SmsUrl {
    /// The gateway at an address with `{to}`, `{text}` and perhaps `{dlr}` in the places of the values, that
    /// reaches this server at `reports_at`.
    ///
    /// # Errors
    /// Where it is no such address. What is told holds nothing of the address: there is a password in it.
    pub fn parse(template: &str, reports_at: Option<&str>) -> Result<Self> {
        for piece in template.split('{').skip(1) {
            if !["to}", "text}", "dlr}"].iter().any(|name| piece.starts_with(name)) {
                bail!("sms-url has a {{ that begins neither {{to}} nor {{text}} nor {{dlr}}");
            }
        }
        for name in ["{to}", "{text}"] {
            if !template.contains(name) {
                bail!("sms-url has no {name}, so no message can be put in");
            }
        }
        let has_reports = template.contains("{dlr}");
        if has_reports && reports_at.is_none() {
            bail!("sms-url has a {{dlr}}, so sms-report-url must say where the gateway reaches this server");
        }
        let filled = fill(template, "+79161234567", "text", "http://localhost/");
        let (_, client) = client_for("sms-url", &filled)?;
        Ok(Self { template: template.to_owned(), reports_at: reports_at.unwrap_or_default().to_owned(), client })
    }

    /// Whether what it carries could be read on the way to it.
    pub(super) fn is_readable_by_others(&self) -> bool {
        let rest = self.template.strip_prefix("http://");
        rest.is_some_and(|rest| !["127.0.0.1", "localhost", "[::1]"].iter().any(|host| rest.starts_with(host)))
    }

    pub(super) async fn send(&self, letter: &Letter) -> Outcome {
        // Kannel puts the status in the place of %d.
        let report = format!("{}{}&status=%d", self.reports_at, letter.report);
        let Ok(uri) = fill(&self.template, &letter.to, &letter.text, &report).parse::<Uri>() else {
            return Outcome::Refused("the message is too long for the gateway's address".into());
        };
        let response = match self.client.get(uri).await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Outcome::NotTaken("the gateway cannot be reached".into()),
            Err(_) => return Outcome::InDoubt("the gateway broke off".into()),
        };
        let status = response.status().as_u16();
        match Limited::new(response.into_body(), ANSWER_BYTES).collect().await {
            Ok(body) => outcome(status, &String::from_utf8_lossy(&body.to_bytes())),
            Err(_) => Outcome::InDoubt("the gateway broke off".into()),
        }
    }
}

/// The address of one message. The values are encoded, so none can hold another's place.
fn fill(template: &str, to: &str, text: &str, report: &str) -> String {
    let encoded = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    template.replace("{to}", &encoded(to)).replace("{text}", &encoded(text)).replace("{dlr}", &encoded(report))
}

/// What an answer says. A refusal of our password is no refusal of the message: it must not cost all that wait.
fn outcome(status: u16, body: &str) -> Outcome {
    // Kannel's smsbox: "0: Accepted for delivery", "3: Queued for later delivery".
    let is_taken = ["0:", "3:"].iter().any(|word| body.trim_start().starts_with(word));
    match status {
        200..=299 if is_taken => Outcome::Taken,
        200..=299 => Outcome::Refused("the gateway's answer is none that is known".into()),
        401 | 407 => Outcome::NotTaken("the gateway does not take the password".into()),
        // "Authorization failed for sendsms"; but "Not routable. Do not try again." has the same status.
        403 if body.contains("Authorization") => Outcome::NotTaken("the gateway does not take the password".into()),
        408 | 429 => Outcome::NotTaken("the gateway has too much to do".into()),
        400..=499 => Outcome::Refused(format!("the gateway refused the message ({status})")),
        // Whoever stands before the gateway does not know what it did.
        502 | 504 => Outcome::InDoubt(format!("the gateway did not answer ({status})")),
        _ => Outcome::NotTaken(format!("the gateway could not take the message ({status})")),
    }
}

#[cfg(test)]
mod tests {
    use polka_contract::MessageChannel;

    use super::*;

    const KANNEL: &str = "http://127.0.0.1:13013/cgi-bin/sendsms?username=polka&password=se%26cret&to={to}&text={text}\
                          &coding=2&charset=UTF-8&dlr-mask=31&dlr-url={dlr}";

    #[test]
    fn a_message_cannot_add_to_the_address_it_is_put_in() {
        let filled = fill(KANNEL, "+79161234567", "код {dlr} 48&21 #%\n", "http://127.0.0.1/r?key=a&status=%d");
        assert_eq!(
            filled,
            "http://127.0.0.1:13013/cgi-bin/sendsms?username=polka&password=se%26cret&to=%2B79161234567\
             &text=%D0%BA%D0%BE%D0%B4%20%7Bdlr%7D%2048%2621%20%23%25%0A&coding=2&charset=UTF-8&dlr-mask=31\
             &dlr-url=http%3A%2F%2F127%2E0%2E0%2E1%2Fr%3Fkey%3Da%26status%3D%25d"
        );
    }

    #[test]
    fn an_address_that_could_carry_no_message_is_told_without_its_password() {
        assert!(SmsUrl::parse(KANNEL, Some("http://127.0.0.1:8080")).is_ok());
        for (template, told) in [
            ("http://gateway/?password=hunter2&text={text}", "sms-url has no {to}"),
            ("http://gateway/?password=hunter2&to={to}", "sms-url has no {text}"),
            ("http://gateway/?password=hunter2&to={to}&text={text}&from={from}", "neither {to} nor"),
            ("http://gateway/?password=hunter2&to={to}&text={text}&dlr={dlr}", "sms-report-url"),
            ("ftp://gateway/?password=hunter2&to={to}&text={text}", "http:// or https://"),
            ("http://gate way/?password=hunter2&to={to}&text={text}", "is no address"),
            ("http://polka:hunter2@gateway/?to={to}&text={text}", "a user before its host"),
        ] {
            let error = SmsUrl::parse(template, None).err().map(|error| format!("{error:#}")).unwrap_or_default();
            assert!(error.contains(told) && !error.contains("hunter2"), "{template}: {error}");
        }
    }

    #[test]
    fn a_gateway_that_refuses_us_does_not_refuse_the_message() {
        for (status, body, taken) in [
            (202, "0: Accepted for delivery", Outcome::Taken),
            (202, "3: Queued for later delivery", Outcome::Taken),
            (403, "Not routable. Do not try again.", Outcome::Refused("the gateway refused the message (403)".into())),
            (400, "Coding field misformed, rejected", Outcome::Refused("the gateway refused the message (400)".into())),
            (200, "ERROR = 3 (no money)", Outcome::Refused("the gateway's answer is none that is known".into())),
            (
                403,
                "Authorization failed for sendsms",
                Outcome::NotTaken("the gateway does not take the password".into()),
            ),
            (429, "", Outcome::NotTaken("the gateway has too much to do".into())),
            (
                503,
                "Temporal failure, try again later.",
                Outcome::NotTaken("the gateway could not take the message (503)".into()),
            ),
            (504, "", Outcome::InDoubt("the gateway did not answer (504)".into())),
        ] {
            assert_eq!(outcome(status, body), taken, "{status} {body}");
        }
    }

    #[test]
    fn a_gateway_on_another_machine_without_tls_can_be_listened_to() {
        let is_readable = |host: &str| {
            let gateway = SmsUrl::parse(&format!("{host}/?to={{to}}&text={{text}}"), None);
            gateway.expect("an address").is_readable_by_others()
        };
        assert!(!is_readable("http://127.0.0.1:13013"));
        assert!(!is_readable("https://gateway.example"));
        assert!(is_readable("http://gateway.example"));
    }

    #[tokio::test]
    async fn a_gateway_that_is_not_there_has_not_taken_the_message() {
        let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("it");
        let gateway = SmsUrl::parse(&format!("http://{nobody}/?to={{to}}&text={{text}}"), None).expect("an address");
        let letter = Letter {
            kind: "member_code".into(),
            channel: MessageChannel::Sms,
            to: "+79161234567".into(),
            subject: String::new(),
            text: "4821".into(),
            key: "a".into(),
            report: String::new(),
        };
        assert_eq!(gateway.send(&letter).await, Outcome::NotTaken("the gateway cannot be reached".into()));
    }
}
