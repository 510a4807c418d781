//! Apologies and coupons: one of the staff gives points or coupons on paper, a manager agrees to what is much or takes
//! it back, and two registers redeem the same papers. Each asks one thing at a time, with its key, until it is answered.

use std::collections::{BTreeMap, VecDeque};

use anyhow::Result;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use polka_contract::{ApologiesResponse, ApologyResponse, ApologyState, CouponReservationResponse, paths};
use serde_json::json;

use super::{BEGIN_MS, BUSY_MS, DESK_STEPS, History, PATIENCE_MS, told};
use crate::bug::Bug;
use crate::count::Outcome;
use crate::desk::badge;
use crate::network::fate;
use crate::server::{Answer, Server};
use crate::till::{Asked, PHONES};

/// Who gives.
const GIVER: usize = 0;
/// Who agrees, and takes back.
const MANAGER: usize = 1;
/// Both registers of the till.
const REGISTERS: [usize; 2] = [2, 3];
/// What needs nobody's consent, and what does, in minor units.
const AMOUNTS: [i64; 3] = [5_000, 5_000, 60_000];
/// What is paid at a register.
const TOTAL: i64 = 20_000;

/// What happens at the counter.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// Somebody does something.
    Acts {
        actor: usize,
    },
    /// What is not answered is sent, again where it was before.
    Asks {
        actor: usize,
    },
    Arrives {
        sent: Sent,
    },
    IsAnswered {
        actor: usize,
        key: String,
        answer: Answer,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    ShowsBadge,
    Gives,
    /// An apology, and whether the answer is yes.
    Decides(i64, bool),
    TakesBack(i64),
    /// The same coupon goes out on paper again.
    PrintsAgain(i64),
    /// The paper, by its place.
    Reserves(usize),
    Commits(i64),
    Releases(i64),
}

/// A request as it leaves.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    actor: usize,
    deed: Deed,
    asked: Asked,
    cookies: String,
}

/// Somebody at a tablet, or a register.
struct Actor {
    device: String,
    session: String,
    /// What is not answered yet; the first is sent, the others wait for it.
    asks: VecDeque<(Deed, Asked)>,
    is_waiting_since: Option<f64>,
}

/// All of them, and what they know.
pub(super) struct Coupons {
    actors: Vec<Actor>,
    asked: usize,
    /// Coupons on paper in the customers' hands: the apology, and the code.
    papers: Vec<(i64, String)>,
    /// Apologies that the giver knows of.
    apologies: Vec<i64>,
    /// Those of them that waited when they were given.
    waiting: Vec<i64>,
    /// What was answered first, by the key.
    first_answers: BTreeMap<String, Answer>,
    /// How an apology was said to stand last.
    told: BTreeMap<i64, ApologyState>,
    /// How a reservation was said to stand last.
    reservations: BTreeMap<i64, &'static str>,
    answered: usize,
    wrong: Vec<String>,
}

impl Coupons {
    /// Nobody has given anything yet.
    pub(super) fn new(tablets: Vec<String>, till: &str) -> Self {
        let actor =
            |device: String| Actor { device, session: String::new(), asks: VecDeque::new(), is_waiting_since: None };
        let devices = tablets.into_iter().chain(REGISTERS.map(|_| till.to_owned()));
        Self {
            actors: devices.map(actor).collect(),
            asked: 0,
            papers: Vec::new(),
            apologies: Vec::new(),
            waiting: Vec::new(),
            first_answers: BTreeMap::new(),
            told: BTreeMap::new(),
            reservations: BTreeMap::new(),
            answered: 0,
            wrong: Vec::new(),
        }
    }

    fn cookies(&self, actor: usize) -> String {
        let Actor { device, session, .. } = &self.actors[actor];
        format!("{device}; {session}")
    }

    /// Before whatever waits.
    fn adds(&mut self, actor: usize, deed: Deed, path: String, body: serde_json::Value) {
        let key = format!("counter-{}", self.asked);
        self.asked += 1;
        self.actors[actor].asks.push_front((deed, Asked { path, key, body }));
    }

    fn shows_badge(&mut self, actor: usize) {
        // Behind those of the desk.
        let said = json!({ "badge_number": badge(crate::desk::STAFF.len() + actor).to_string() });
        self.adds(actor, Deed::ShowsBadge, paths::STAFF_SESSIONS.into(), said);
    }

    fn settles(&mut self, actor: usize, deed: Deed, reservation: i64) {
        let path = if matches!(deed, Deed::Commits(_)) { paths::COUPON_COMMIT } else { paths::COUPON_RELEASE };
        self.adds(actor, deed, path.replace("{reservation_id}", &reservation.to_string()), json!({}));
    }

    fn on_apology(&mut self, actor: usize, deed: Deed, path: &str, id: i64, body: serde_json::Value) {
        self.adds(actor, deed, path.replace("{apology_id}", &id.to_string()), body);
    }

    /// Notes what the server says, whether it arrives or not.
    fn note(&mut self, sent: &Sent, answer: &Answer) {
        if sent.deed == Deed::ShowsBadge || answer.status != StatusCode::OK {
            return;
        }
        let first = self.first_answers.entry(sent.asked.key.clone()).or_insert_with(|| answer.clone());
        if first.body != answer.body {
            self.wrong.push(format!("{} was answered in two ways", sent.asked.key));
        }
        match sent.deed {
            Deed::ShowsBadge | Deed::Reserves(_) => {}
            // What was released is never paid again.
            Deed::Commits(id) => {
                self.reservations.entry(id).or_insert("committed");
            }
            Deed::Releases(id) => {
                self.reservations.insert(id, "released");
            }
            Deed::Gives | Deed::Decides(..) | Deed::TakesBack(_) | Deed::PrintsAgain(_) => {
                let Ok(said) = serde_json::from_slice::<ApologyResponse>(&answer.body) else {
                    return self.wrong.push(format!("{} was answered without an apology", sent.asked.key));
                };
                // What was taken back stays so, however late an older answer is made again.
                let told = self.told.entry(said.apology_id).or_insert(said.state);
                if *told != ApologyState::Cancelled && said.state != ApologyState::Waits {
                    *told = said.state;
                }
            }
        }
    }
}

impl History {
    /// When something is to happen at the counter: it is given, and then all come at about the same time.
    pub(super) fn plan_coupons(&mut self) {
        for _ in 0..self.world.apologies {
            let begin_ms = self.rng.f64() * self.world.lasts_ms;
            self.at(begin_ms, super::Event::Coupons(Event::Acts { actor: GIVER }));
            for actor in [MANAGER, GIVER, MANAGER] {
                let at_ms = begin_ms + self.rng.f64() * BUSY_MS;
                self.at(at_ms, super::Event::Coupons(Event::Acts { actor }));
            }
            for _ in 0..2 {
                let at_ms = begin_ms + self.rng.f64() * BUSY_MS;
                // Both at once, mostly.
                let registers = if self.rng.u8(0..3) > 0 { &REGISTERS[..] } else { &REGISTERS[..1] };
                for actor in registers {
                    self.at(at_ms, super::Event::Coupons(Event::Acts { actor: *actor }));
                }
            }
        }
    }

    /// Whatever waits is asked again.
    pub(super) fn heal_coupons(&mut self) {
        for actor in 0..self.coupons.actors.len() {
            self.at(self.now_ms + 3.0, super::Event::Coupons(Event::Asks { actor }));
        }
    }

    pub(super) fn coupons_happen(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Acts { actor } => return self.counter_acts(actor),
            Event::Asks { actor } => self.counter_asks(actor),
            Event::Arrives { sent } => return self.counter_arrives(sent),
            Event::IsAnswered { actor, key, answer } => {
                self.counter_takes(actor, &key, &answer);
                self.after(0.0, super::Event::Coupons(Event::Asks { actor }));
            }
        }
        Ok(())
    }

    fn counter_acts(&mut self, actor: usize) -> Result<()> {
        let Some(server) = self.server.as_ref().filter(|_| !self.is_network_down()) else { return Ok(()) };
        if !self.coupons.actors[actor].asks.is_empty() {
            return Ok(());
        }
        let coupons = &mut self.coupons;
        match actor {
            GIVER => {
                if !look_at_papers(server, coupons)? {
                    coupons.shows_badge(actor);
                } else {
                    match self.rng.u8(0..6) {
                        0 if !coupons.apologies.is_empty() => {
                            let id = coupons.apologies[self.rng.usize(0..coupons.apologies.len())];
                            let why = json!({ "why": "A slip of the finger" });
                            coupons.on_apology(actor, Deed::TakesBack(id), paths::APOLOGY_CANCELLATION, id, why);
                        }
                        1 if !coupons.papers.is_empty() => {
                            let id = coupons.papers[self.rng.usize(0..coupons.papers.len())].0;
                            let way = json!({ "way": "paper", "language": "ru" });
                            coupons.on_apology(actor, Deed::PrintsAgain(id), paths::APOLOGY_WAY, id, way);
                        }
                        _ => {
                            let way = match self.rng.u8(0..3) {
                                0 => json!({ "points": { "phone": PHONES[self.rng.usize(0..PHONES.len())] } }),
                                _ => json!("paper"),
                            };
                            let minor_units = AMOUNTS[self.rng.usize(0..AMOUNTS.len())];
                            let said = json!({
                                "reason": "queue", "minor_units": minor_units, "way": way, "language": "ru",
                                "made_ms": BEGIN_MS + self.now_ms as i64,
                            });
                            coupons.adds(actor, Deed::Gives, paths::APOLOGIES.into(), said);
                        }
                    }
                }
            }
            MANAGER => match waiting(server, &coupons.cookies(actor))? {
                None => coupons.shows_badge(actor),
                Some(waiting) if !waiting.is_empty() => {
                    let (id, is_yes) = (waiting[self.rng.usize(0..waiting.len())], self.rng.u8(0..4) > 0);
                    let path = if is_yes { paths::APOLOGY_APPROVAL } else { paths::APOLOGY_REFUSAL };
                    coupons.on_apology(actor, Deed::Decides(id, is_yes), path, id, json!({}));
                }
                Some(_) if !coupons.apologies.is_empty() && self.rng.u8(0..3) == 0 => {
                    let id = coupons.apologies[self.rng.usize(0..coupons.apologies.len())];
                    let why = json!({ "why": "It was too much" });
                    coupons.on_apology(actor, Deed::TakesBack(id), paths::APOLOGY_CANCELLATION, id, why);
                }
                Some(_) => {}
            },
            _ if coupons.papers.is_empty() => {}
            _ => {
                // Mostly the last: so both registers have the same.
                let last = coupons.papers.len() - 1;
                let paper = if self.rng.u8(0..3) > 0 { last } else { self.rng.usize(0..=last) };
                let said = json!({
                    "code": coupons.papers[paper].1, "receipt_number": format!("coupon-{}", coupons.asked),
                    "total_minor_units": TOTAL,
                });
                coupons.adds(actor, Deed::Reserves(paper), paths::COUPON_RESERVATIONS.into(), said);
            }
        }
        self.after(0.0, super::Event::Coupons(Event::Asks { actor }));
        Ok(())
    }

    fn counter_asks(&mut self, actor: usize) {
        let cookies = self.coupons.cookies(actor);
        let Actor { asks, is_waiting_since, .. } = &mut self.coupons.actors[actor];
        let Some((deed, asked)) = asks.front() else { return };
        if is_waiting_since.is_some_and(|since| self.now_ms < since + PATIENCE_MS) {
            return;
        }
        *is_waiting_since = Some(self.now_ms);
        let sent = Sent { actor, deed: *deed, asked: asked.clone(), cookies };
        // Not what is said: a code is another each time.
        self.tell(format_args!("at the counter {actor} asks {}: {:?}", sent.asked.key, sent.deed));
        self.outcome.requests += 1;
        let copies = fate(&self.world, self.is_network_down(), &mut self.rng);
        self.outcome.lost_on_the_way += usize::from(copies.is_empty());
        for way_ms in copies {
            self.after(way_ms, super::Event::Coupons(Event::Arrives { sent: sent.clone() }));
        }
        let rest_ms = PATIENCE_MS.max(self.network_comes_ms - self.now_ms);
        self.after(rest_ms, super::Event::Coupons(Event::Asks { actor }));
    }

    fn counter_arrives(&mut self, sent: Sent) -> Result<()> {
        let Some(server) = &self.server else { return Ok(()) };
        let mut all = vec![sent];
        if let Deed::Reserves(_) = all[0].deed {
            // Who shows the same paper at this time does so at the same moment, in one transaction of the server.
            for event in self.planned.values() {
                if let super::Event::Coupons(Event::Arrives { sent }) = event
                    && sent.deed == all[0].deed
                {
                    all.push(sent.clone());
                }
            }
            if self.bug == Some(Bug::PaysTwice) {
                server.execute("UPDATE coupons SET uses = 0")?;
            }
        }
        let requests =
            all.iter().map(|sent| super::till::till_request(&sent.asked, &sent.cookies)).collect::<Result<_>>()?;
        let kill_at_step = (self.rng.f64() < self.world.server_kill).then(|| self.rng.i64(0..DESK_STEPS));
        let answers = server.answer_all(requests, kill_at_step)?;
        if let Some(step) = kill_at_step {
            self.server_is_killed(format_args!("at step {step} of {}", all[0].asked.key));
            return Ok(());
        }
        for (sent, answer) in all.into_iter().zip(answers) {
            self.tell(format_args!("{} is answered: {}", sent.asked.key, answer.status));
            if answer.status.is_server_error() {
                self.outcome.wrong.push(format!("a fault of the server: {}", told(&answer)));
            }
            self.coupons.note(&sent, &answer);
            for way_ms in fate(&self.world, self.is_network_down(), &mut self.rng) {
                let (actor, key, answer) = (sent.actor, sent.asked.key.clone(), answer.clone());
                self.after(way_ms, super::Event::Coupons(Event::IsAnswered { actor, key, answer }));
            }
        }
        Ok(())
    }

    /// Takes an answer to the request with this key; what comes late or again is passed over.
    fn counter_takes(&mut self, actor: usize, key: &str, answer: &Answer) {
        let coupons = &mut self.coupons;
        let own = &mut coupons.actors[actor];
        let Some((deed, asked)) = own.asks.pop_front_if(|(_, asked)| asked.key == key) else { return };
        own.is_waiting_since = None;
        coupons.answered += 1;
        match (deed, answer.status) {
            (Deed::ShowsBadge, StatusCode::OK) => own.session = answer.cookie.clone().unwrap_or_default(),
            (Deed::ShowsBadge, StatusCode::UNAUTHORIZED) => coupons.shows_badge(actor),
            // The shift is over: they show their badge, and send the same.
            (_, StatusCode::UNAUTHORIZED) => {
                own.asks.push_front((deed, asked));
                coupons.shows_badge(actor);
            }
            (Deed::Gives, StatusCode::OK) => {
                let Ok(given) = serde_json::from_slice::<ApologyResponse>(&answer.body) else { return };
                coupons.apologies.push(given.apology_id);
                match given.coupon_code {
                    Some(code) => coupons.papers.push((given.apology_id, code)),
                    None if given.state == ApologyState::Waits => coupons.waiting.push(given.apology_id),
                    None => {}
                }
            }
            (Deed::PrintsAgain(id), StatusCode::OK) => {
                let said = serde_json::from_slice::<ApologyResponse>(&answer.body).ok();
                let code = said.and_then(|said| said.coupon_code);
                if !coupons.papers.iter().any(|(paper, known)| *paper == id && code.as_ref() == Some(known)) {
                    coupons.wrong.push(format!("{key} was answered with another code"));
                }
            }
            (Deed::Reserves(_), StatusCode::OK) => {
                let said = serde_json::from_slice::<CouponReservationResponse>(&answer.body);
                let Ok(CouponReservationResponse { reservation_id: id, .. }) = said else { return };
                let pays = self.rng.u8(0..4) > 0;
                coupons.settles(actor, if pays { Deed::Commits(id) } else { Deed::Releases(id) }, id);
            }
            // Now and then the sale is voided.
            (Deed::Commits(id), StatusCode::OK) => {
                if self.rng.u8(0..4) == 0 {
                    coupons.settles(actor, Deed::Releases(id), id);
                }
            }
            // It is paid otherwise: a copy of the commit that comes late must not take the coupon.
            (Deed::Commits(id), StatusCode::CONFLICT) => coupons.settles(actor, Deed::Releases(id), id),
            (Deed::Decides(..) | Deed::TakesBack(_) | Deed::Releases(_), StatusCode::OK) => {}
            (
                Deed::Decides(..) | Deed::TakesBack(_) | Deed::PrintsAgain(_) | Deed::Reserves(_),
                StatusCode::CONFLICT,
            ) => {}
            (_, status) => coupons.wrong.push(format!("{key}, {deed:?}, was answered {status}")),
        }
    }
}

/// The giver looks what has become of what waited, and prints it where it is given; whether they are at work there.
fn look_at_papers(server: &Server, coupons: &mut Coupons) -> Result<bool> {
    let cookies = coupons.cookies(GIVER);
    if waiting(server, &cookies)?.is_none() {
        return Ok(false);
    }
    for id in std::mem::take(&mut coupons.waiting) {
        let path = paths::APOLOGY.replace("{apology_id}", &id.to_string());
        let request = Request::get(path).header(header::COOKIE, &cookies).body(Body::empty())?;
        let said: ApologyResponse = serde_json::from_slice(&server.answer(request, None)?.body)?;
        match said.coupon_code {
            Some(code) => coupons.papers.push((id, code)),
            None if said.state == ApologyState::Waits => coupons.waiting.push(id),
            None => {}
        }
    }
    Ok(true)
}

/// What waits for a second person, as a tablet with these cookies shows it; none where nobody has shown who they are.
fn waiting(server: &Server, cookies: &str) -> Result<Option<Vec<i64>>> {
    let request = Request::get(paths::APOLOGIES).header(header::COOKIE, cookies).body(Body::empty())?;
    let answer = server.answer(request, None)?;
    if answer.status == StatusCode::UNAUTHORIZED {
        return Ok(None);
    }
    let said: ApologiesResponse = serde_json::from_slice(&answer.body)?;
    Ok(Some(said.apologies.iter().map(|apology| apology.apology_id).collect()))
}

/// An apology: its number, its state, its points, what the ledger has of them, and how many coupons it has.
type ApologyRow = (i64, String, i64, i64, i64);
/// A coupon: its uses, how many it may have, those that are reserved or have paid, how many have paid, how many apologies
/// it is of, and whether those and it were taken back.
type CouponRow = (i64, i64, i64, i64, i64, i64, i64);
/// A redemption: its number, its state, its sum, the sum of its postings, what of them was redeemed, and how often the
/// webhook was told that it has paid and was voided.
type RedemptionRow = (i64, String, i64, i64, i64, i64, i64);

impl Outcome {
    /// Compares what was answered at the counter with what the database has, and looks through coupons and postings.
    pub(super) fn count_coupons(&mut self, server: &Server, coupons: &Coupons, has_own_keys: bool) -> Result<()> {
        self.wrong.extend(coupons.wrong.iter().cloned());
        let waiting = coupons.actors.iter().flat_map(|actor| &actor.asks);
        self.wrong.extend(waiting.map(|(_, asked)| format!("the counter still waits for {}", asked.key)));
        self.writes += coupons.answered;

        let apologies: Vec<ApologyRow> = server.rows(
            "SELECT id, state, COALESCE(points, 0),
                (SELECT COALESCE(SUM(points_postings.points), 0) FROM points_postings
                 JOIN points_transactions ON points_transactions.id = transaction_id
                 WHERE account = 'member_available'
                    AND write_key IN ('apology:' || apologies.id, 'apology:' || apologies.id || ':back')),
                (SELECT COUNT(*) FROM coupons WHERE coupons.id = coupon_id)
             FROM apologies ORDER BY id",
        )?;
        let kept: Vec<(i64,)> = server.rows(
            "SELECT COUNT(DISTINCT reference) FROM writes JOIN devices ON devices.id = device_id
             WHERE devices.name LIKE 'Counter %' AND outcome IN ('waits', 'given', 'given_on_paper')",
        )?;
        if has_own_keys && kept != [(apologies.len() as i64,)] {
            self.doubled += 1;
            self.wrong.push(format!("{} apologies are there, of {kept:?} writes", apologies.len()));
        }
        let mut states = BTreeMap::new();
        for (id, state, points, in_ledger, coupon) in apologies {
            let due = match (state.as_str(), points > 0) {
                ("given", true) => (points, 0),
                ("given", false) => (0, 1),
                ("cancelled", _) => (0, coupon),
                _ => (0, 0),
            };
            if (in_ledger, coupon) != due {
                self.lost += 1;
                self.wrong.push(format!("the apology {id} is {state}: {in_ledger} points, {coupon} coupons"));
            }
            states.insert(id, state);
        }
        for (id, told) in &coupons.told {
            let is_so = match (states.get(id).map(String::as_str), told) {
                (Some(_), ApologyState::Waits) | (Some("given" | "cancelled"), ApologyState::Given) => true,
                (Some(state), told) => state == told.code(),
                (None, _) => false,
            };
            if !is_so {
                self.lost += 1;
                self.wrong.push(format!("the apology {id} was said to be {told:?}, and is {:?}", states.get(id)));
            }
        }
        self.count_coupon_rows(server)?;
        self.count_redemptions(server, coupons)
    }

    fn count_coupon_rows(&mut self, server: &Server) -> Result<()> {
        let coupons: Vec<CouponRow> = server.rows(
            "SELECT uses, most_uses,
                (SELECT COUNT(*) FROM coupon_redemptions
                 WHERE coupon_id = coupons.id AND state IN ('reserved', 'committed')),
                (SELECT COUNT(*) FROM coupon_redemptions WHERE coupon_id = coupons.id AND state = 'committed'),
                (SELECT COUNT(*) FROM apologies WHERE coupon_id = coupons.id),
                (SELECT COUNT(*) FROM apologies WHERE coupon_id = coupons.id AND state = 'cancelled'),
                cancelled_ms IS NOT NULL
             FROM coupons ORDER BY (SELECT MIN(id) FROM apologies WHERE coupon_id = coupons.id)",
        )?;
        let issued: Vec<(i64,)> = server.rows("SELECT COUNT(*) FROM webhook_events WHERE kind = 'coupon.issued'")?;
        if issued != [(coupons.len() as i64,)] {
            self.wrong.push(format!("the webhook is told of {issued:?} coupons, of {}", coupons.len()));
        }
        self.coupons += coupons.len();
        for (place, (uses, most, open, paid, apologies, taken_back, is_cancelled)) in coupons.into_iter().enumerate() {
            if paid > most {
                self.doubled += 1;
                self.wrong.push(format!("the coupon {place} has paid {paid} times"));
            }
            if (uses, apologies, taken_back) != (open, 1, is_cancelled) || (is_cancelled > 0 && open > 0) {
                self.wrong.push(format!(
                    "the coupon {place} has {uses} uses of {open}, {apologies} apologies, {taken_back} taken back"
                ));
            }
        }
        Ok(())
    }

    fn count_redemptions(&mut self, server: &Server, coupons: &Coupons) -> Result<()> {
        let redemptions: Vec<RedemptionRow> = server.rows(
            "SELECT id, state, minor_units,
                (SELECT COALESCE(SUM(coupon_postings.minor_units), 0) FROM coupon_postings
                 WHERE redemption_id = coupon_redemptions.id),
                (SELECT COALESCE(SUM(coupon_postings.minor_units), 0) FROM coupon_postings
                 WHERE redemption_id = coupon_redemptions.id AND account = 'redeemed'),
                (SELECT COUNT(*) FROM webhook_events WHERE about = 'coupon.redeemed:' || coupon_redemptions.id),
                (SELECT COUNT(*) FROM webhook_events WHERE about = 'coupon.voided:' || coupon_redemptions.id)
             FROM coupon_redemptions ORDER BY id",
        )?;
        let mut states = BTreeMap::new();
        for (id, state, minor_units, sum, redeemed, told, told_voided) in redemptions {
            let is_paid = state == "committed";
            self.redeemed += usize::from(is_paid);
            if sum != 0 {
                self.wrong.push(format!("the postings of the redemption {id} do not come to nought: {sum}"));
            }
            if redeemed != if is_paid { minor_units } else { 0 } {
                self.wrong.push(format!("the redemption {id} is {state}, and {redeemed} are redeemed"));
            }
            if told - told_voided != i64::from(is_paid) {
                self.wrong.push(format!("the redemption {id} is {state}, and the webhook is told otherwise"));
            }
            states.insert(id, state);
        }
        for (id, told) in &coupons.reservations {
            if states.get(id).map(String::as_str) != Some(told) {
                self.lost += 1;
                self.wrong.push(format!("the redemption {id} was said to be {told}, and is {:?}", states.get(id)));
            }
        }
        Ok(())
    }
}
