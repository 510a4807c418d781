//! A till: it asks one thing at a time, with its key, until it is answered.

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fastrand::Rng;
use polka_contract::{DeviceKind, IDEMPOTENCY_KEY, paths};
use polka_domain::CardNumber;
use serde_json::json;

use super::{BEGIN_MS, Event, History, told};
use crate::network::fate;
use crate::server::Server;
use crate::till::{Asked, PHONES, Till};

/// The same for what a till asks.
const TILL_STEPS: i64 = 600;
/// A till asks again after so long.
const TILL_PATIENCE_MS: f64 = 10_000.0;
/// So many sales a till has in a history at most.
const SALES: usize = 8;

impl History {
    pub(super) fn till_asks(&mut self) -> Result<()> {
        let made_ms = BEGIN_MS + self.now_ms as i64;
        let before = self.till.asked.as_ref().map(|asked| asked.key.clone());
        let Some(asked) = self.till.ask(&mut self.rng, made_ms) else { return Ok(()) };
        if before.as_ref() != Some(&asked.key) {
            // A first try; each further one is planned by the one before.
            self.tell(format_args!("the till asks {} {}", asked.key, asked.path));
        } else if self.till_is_waiting_since.is_some_and(|since| self.now_ms < since + TILL_PATIENCE_MS) {
            return Ok(());
        }
        self.till_is_waiting_since = Some(self.now_ms);
        self.outcome.requests += 1;
        let copies = fate(&self.world, self.is_network_down(), &mut self.rng);
        self.outcome.lost_on_the_way += usize::from(copies.is_empty());
        for way_ms in copies {
            self.after(way_ms, Event::TillArrives { asked: asked.clone() });
        }
        // A month without the network is not asked through.
        let rest_ms = TILL_PATIENCE_MS.max(self.network_comes_ms - self.now_ms);
        self.after(rest_ms, Event::TillAsks);
        Ok(())
    }

    pub(super) fn till_arrives(&mut self, asked: &Asked) -> Result<()> {
        let Some(server) = &self.server else { return Ok(()) };
        let request = till_request(asked, &self.till.cookie)?;
        let kill_at_step = (self.rng.f64() < self.world.server_kill).then(|| self.rng.i64(0..TILL_STEPS));
        let answer = server.answer(request, kill_at_step)?;
        if let Some(step) = kill_at_step {
            self.server_is_killed(format_args!("at step {step} of {}", asked.key));
            return Ok(());
        }
        let text = told(&answer);
        self.tell(format_args!("{} is answered: {} {text}", asked.key, answer.status));
        if answer.status.is_server_error() {
            self.outcome.wrong.push(format!("a fault of the server: {text}"));
        }
        for way_ms in fate(&self.world, self.is_network_down(), &mut self.rng) {
            let (key, answer) = (asked.key.clone(), answer.clone());
            self.after(way_ms, Event::TillIsAnswered { key, answer });
        }
        Ok(())
    }
}

/// A till that is enrolled, with a card for each number that may spend.
pub(super) fn opened_till(server: &Server, rng: &mut Rng) -> Result<Till> {
    let ask = |path: &str, key: &str, body: serde_json::Value, cookie: &str| {
        server.answer(till_request(&Asked { path: path.into(), key: key.into(), body }, cookie)?, None)
    };
    let enrolled = server.enrol("Till", DeviceKind::Till, "till", BEGIN_MS)?;
    let cookie = enrolled.cookie.context("a till gets a credential")?;
    let mut cards = Vec::new();
    for (place, phone) in PHONES.iter().enumerate() {
        let mut chance = [0; 16];
        rng.fill(&mut chance);
        let card = CardNumber::from_random(chance).to_string();
        let said = json!({ "phone": phone, "card_number": card, "made_ms": BEGIN_MS });
        let answer = ask(paths::MEMBERS, &format!("join-{place}"), said, &cookie)?;
        ensure!(answer.status == StatusCode::OK, "no card: {}", String::from_utf8_lossy(&answer.body));
        cards.push(card);
    }
    server.execute("UPDATE cards SET proved_ms = 1")?;
    Ok(Till::new(cookie, cards, rng.usize(0..=SALES)))
}

pub(super) fn till_request(asked: &Asked, cookie: &str) -> Result<Request<Body>> {
    let request = Request::post(asked.path.as_str())
        .header(IDEMPOTENCY_KEY, &asked.key)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, cookie);
    Ok(request.body(Body::from(asked.body.to_string()))?)
}
