//! One history: people write, everything goes wrong, everything heals, and then it is counted what took effect.

mod coupons;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result, bail, ensure};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fastrand::Rng;
use polka_app::offline::outbox::{self, Entry, Kind, Verdict};
use polka_contract::{
    DeviceKind, ErrorCode, ErrorResponse, IDEMPOTENCY_KEY, OpenTask, SEALED, TaskResponse, TasksResponse, paths,
    seal_context,
};
use polka_domain::CardNumber;
use polka_sealing::PublicKey;
use serde_json::json;
use tempfile::TempDir;

use self::coupons::Coupons;
use crate::count::Outcome;
use crate::desk::{self, Deed, Desk};
use crate::device::{Device, Doing, Page, Sent};
use crate::network::fate;
use crate::server::{self, Answer, Server};
use crate::till::{Asked, PHONES, Till};
use crate::world::World;

/// When a history begins, in milliseconds since 1970.
const BEGIN_MS: i64 = 1_800_000_000_000;
/// After so long without an answer a device gives a try up.
const PATIENCE_MS: f64 = 30_000.0;
/// The tries of an outage that is longer are all alike, and are not all played.
const LONG_OUTAGE_MS: f64 = 600_000.0;
/// Steps of the storage that a write may take; where the plug is pulled after the last, the answer is lost.
const STEPS: i64 = 120;
/// As long as a storage is full, or a device revoked, in which it asks every minute.
const LONGEST_STATE_MS: f64 = 7_200_000.0;
/// The same for what a till asks.
const TILL_STEPS: i64 = 600;
/// A till asks again after so long.
const TILL_PATIENCE_MS: f64 = 10_000.0;
/// The same for what a tablet of the staff asks.
const DESK_STEPS: i64 = 300;
/// As long as the staff are busy at a time.
const BUSY_MS: f64 = 1_800_000.0;
/// As long as somebody waits at a tablet at which they have shown their badge.
const LONGEST_SIGN_IN_MS: f64 = 60_000.0;
/// Within so long after all has healed the clock looks for the last time: some reports wait until then, some longer.
const LAST_LOOK_MS: f64 = 8.0 * 86_400_000.0;
/// So many sales a till has in a history at most.
const SALES: usize = 8;
/// More events than any history needs: one that has more does not come to rest.
const MOST_EVENTS: u64 = 100_000;
/// Two that the store has, one that it has not, and one that is none: the server refuses that.
const GTINS: [&str; 4] = ["9521247000444", "9521040000276", "4006381333931", "9521247000445"];

/// Long past, and of these days.
const LAST_DAYS: [&str; 5] = ["2025-01-01", "2025-01-02", "2027-01-11", "2027-01-12", "2027-01-13"];

/// Something wrong on purpose, to see that it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// The server says "taken" before it has committed.
    AnswersBeforeCommit,
    /// The server keeps keys in its memory alone.
    ForgetsKeys,
    /// A device makes a new key for each try.
    NewKeyEachTry,
    /// A device gives an entry up after some tries.
    GivesUp,
    /// A device thanks before the write is kept.
    ThanksBeforeKept,
    /// A device does not wait for the answer before it sends the next.
    DoesNotWait,
    /// The server gives a task to whoever asks last.
    GivesToTwo,
    /// The server decides about a report again when the end of its task comes again.
    DecidesTwice,
    /// The server gives a task to somebody, and says that somebody else has it.
    RefusesWhatItGives,
    /// The clock releases what was not found.
    ReleasesWhatIsDecided,
    /// The server gives a coupon to each register that asks.
    PaysTwice,
    /// The server books what a coupon has paid, and not what it has cost.
    BooksHalf,
}

/// The last decision is made once more, with all that it moved.
const DECIDE_AGAIN: &str = "INSERT INTO points_transactions (
        id, kind, write_key, receipt_id, reason, actor, device_id, store_id, opens_lot, expires_on, made_ms,
        recorded_ms, hash)
    SELECT (SELECT MAX(id) FROM points_transactions) + 1, kind, write_key, receipt_id, reason, actor, device_id,
        store_id, opens_lot, expires_on, made_ms, recorded_ms, hash FROM points_transactions
    WHERE kind IN ('release', 'cancellation') ORDER BY id DESC LIMIT 1";
const MOVE_AGAIN: &str = "INSERT INTO points_postings (transaction_id, place, member_id, lot_id, account, points)
    SELECT (SELECT MAX(id) FROM points_transactions), place, member_id, lot_id, account, points FROM points_postings
    WHERE transaction_id = (SELECT id FROM points_transactions WHERE kind IN ('release', 'cancellation')
        ORDER BY id DESC LIMIT 1 OFFSET 1)";

#[derive(Clone, Debug)]
enum Event {
    /// Somebody writes something at a device.
    Writes {
        device: usize,
    },
    /// A device looks at its outbox.
    Looks {
        device: usize,
    },
    /// A request reaches the server.
    Arrives {
        device: usize,
        attempt: u64,
        sent: Sent,
    },
    /// Something reaches a device, or nothing did in time.
    ComesBack {
        device: usize,
        attempt: u64,
        sent: Sent,
        answer: outbox::Answer,
    },
    ServerStarts,
    Reloads {
        device: usize,
    },
    Starts {
        device: usize,
    },
    NetworkGoes {
        for_ms: f64,
    },
    ClockJumps {
        device: usize,
    },
    StorageFills {
        device: usize,
    },
    StorageEmpties {
        device: usize,
    },
    IsRevoked {
        device: usize,
    },
    IsEnrolled {
        device: usize,
    },
    IsReplaced {
        device: usize,
    },
    /// The till sends what it asks, again where it has no answer.
    TillAsks,
    TillArrives {
        asked: Asked,
    },
    TillIsAnswered {
        key: String,
        answer: Answer,
    },
    /// Somebody of the staff does something at a tablet.
    StaffActs {
        tablet: usize,
    },
    /// A tablet sends what it asks, again where it has no answer.
    TabletAsks {
        tablet: usize,
    },
    TabletArrives {
        sent: desk::Sent,
    },
    TabletIsAnswered {
        tablet: usize,
        key: String,
        answer: Answer,
    },
    /// The clock looks for points whose time is over.
    ClockLooks,
    /// Something with apologies and coupons.
    Coupons(coupons::Event),
}

/// A write, as the one who watches everything knows it.
pub(crate) struct Written {
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    pub(crate) key: String,
    pub(crate) is_thanked: bool,
}

struct History {
    rng: Rng,
    world: World,
    bug: Option<Bug>,
    folder: TempDir,
    server: Option<Server>,
    sealing_key: PublicKey,
    /// The server's wall clock.
    clock: Arc<AtomicI64>,
    devices: Vec<Device>,
    till: Till,
    desk: Desk,
    coupons: Coupons,
    /// Whether the server has met the end of a task that it had answered.
    has_ended_again: bool,
    /// When the clock has looked last.
    looked_ms: i64,
    /// Cards that were printed on slips, and that nobody has joined with.
    slips: Vec<String>,
    now_ms: f64,
    events: BinaryHeap<Reverse<(u64, u64)>>,
    planned: BTreeMap<u64, Event>,
    next_event: u64,
    network_comes_ms: f64,
    attempts: u64,
    till_is_waiting_since: Option<f64>,
    steps: u64,
    written: Vec<Written>,
    /// By their marks, which stand in the rows as the time at which they were made.
    bodies: BTreeMap<i64, String>,
    first_answers: BTreeMap<String, Answer>,
    tries: BTreeMap<String, u32>,
    outcome: Outcome,
}

/// Plays the history of a seed.
pub(crate) fn play(seed: u64, bug: Option<Bug>) -> Result<Outcome> {
    let mut history = History::begin(seed, bug)?;
    let played = history.goes_wrong().and_then(|()| history.heals()).and_then(|()| history.counts());
    played.with_context(|| format!("seed {seed}"))?;
    Ok(history.outcome)
}

impl History {
    fn begin(seed: u64, bug: Option<Bug>) -> Result<Self> {
        let mut rng = Rng::with_seed(seed);
        let world = World::draw(&mut rng);
        let folder = tempfile::tempdir()?;
        let mut tablets = server::copy_of_first_database(folder.path(), BEGIN_MS)?;
        let of_counter = tablets.split_off(desk::TABLETS);
        let clock = Arc::new(AtomicI64::new(BEGIN_MS));
        let sealing_key = polka_server::secrets::Secrets::open(&folder.path().join("polka.secrets"), BEGIN_MS)?;
        let sealing_key = sealing_key.sealing_key().clone();
        let server = Server::start(folder.path(), Arc::clone(&clock))?;
        let till = opened_till(&server, &mut rng)?;
        let coupons = Coupons::new(of_counter, &till.cookie);
        let mut history = Self {
            rng,
            bug,
            folder,
            server: Some(server),
            sealing_key,
            clock,
            devices: Vec::new(),
            till,
            desk: Desk::new(tablets),
            coupons,
            has_ended_again: false,
            looked_ms: 0,
            slips: Vec::new(),
            now_ms: 0.0,
            events: BinaryHeap::new(),
            planned: BTreeMap::new(),
            next_event: 0,
            network_comes_ms: 0.0,
            attempts: 0,
            till_is_waiting_since: None,
            steps: 0,
            written: Vec::new(),
            bodies: BTreeMap::new(),
            first_answers: BTreeMap::new(),
            tries: BTreeMap::new(),
            outcome: Outcome { seed, ..Outcome::default() },
            world,
        };
        history.plan();
        Ok(history)
    }

    fn plan(&mut self) {
        let world = self.world.clone();
        self.tell(format_args!("{world:?}"));
        let mut writes_ms = Vec::with_capacity(world.devices * world.writes);
        for device in 0..world.devices {
            let name = format!("Device {device}");
            let page = Some(Page::default());
            self.devices.push(Device { name, storage: Default::default(), page, wall_clock_error_ms: 0 });
            self.at(0.0, Event::IsEnrolled { device });
            for _ in 0..world.writes {
                let at_ms = self.rng.f64() * world.lasts_ms;
                self.at(at_ms, Event::Writes { device });
                writes_ms.push(at_ms);
            }
        }
        let some = |history: &mut Self, count: usize, event: fn(usize) -> Event| {
            for _ in 0..count {
                let (at_ms, device) = (history.rng.f64() * world.lasts_ms, history.rng.usize(0..world.devices));
                history.at(at_ms, event(device));
            }
        };
        some(self, world.reloads, |device| Event::Reloads { device });
        some(self, world.clock_jumps, |device| Event::ClockJumps { device });
        some(self, world.full_storages, |device| Event::StorageFills { device });
        some(self, world.revocations, |device| Event::IsRevoked { device });
        some(self, world.replacements, |device| Event::IsReplaced { device });
        let opens_ms = self.rng.f64() * world.lasts_ms;
        self.at(opens_ms, Event::TillAsks);
        for _ in 0..world.outages {
            let at_ms = self.rng.f64() * world.lasts_ms;
            let for_ms = self.rng.f64() * world.longest_outage_ms;
            self.at(at_ms, Event::NetworkGoes { for_ms });
        }
        for _ in 0..world.busy_times {
            // When there is something new.
            let begin_ms = writes_ms[self.rng.usize(0..writes_ms.len())];
            for _ in 0..world.deeds {
                let at_ms = begin_ms + self.rng.f64() * BUSY_MS;
                let tablet = self.rng.usize(0..world.tablets);
                // Alone, or all at once.
                let tablets = if self.rng.bool() { tablet..tablet + 1 } else { 0..world.tablets };
                tablets.for_each(|tablet| self.at(at_ms, Event::StaffActs { tablet }));
            }
        }
        for _ in 0..world.releases {
            let at_ms = self.rng.f64() * world.lasts_ms;
            self.at(at_ms, Event::ClockLooks);
        }
        self.plan_coupons();
    }

    fn is_network_down(&self) -> bool {
        self.now_ms < self.network_comes_ms
    }

    fn at(&mut self, at_ms: f64, event: Event) {
        // Events of one moment come in the order in which they were planned; none comes before its time.
        self.events.push(Reverse(((at_ms * 1000.0) as u64 + 1, self.next_event)));
        self.planned.insert(self.next_event, event);
        self.next_event += 1;
    }

    fn after(&mut self, ms: f64, event: Event) {
        self.at(self.now_ms + ms, event);
    }

    fn tell(&mut self, what: std::fmt::Arguments<'_>) {
        let mut line = String::new();
        let _ = write!(line, "{:>15.3} s  {what}", self.now_ms / 1000.0);
        self.outcome.story.push(line);
    }

    fn step(&mut self) -> Result<bool> {
        let Some(Reverse((at_us, number))) = self.events.pop() else { return Ok(false) };
        self.steps += 1;
        if self.steps > MOST_EVENTS {
            self.outcome.wrong.push("it does not come to rest".into());
            self.events.clear();
            return Ok(false);
        }
        let event = self.planned.remove(&number).context("it was planned")?;
        self.now_ms = self.now_ms.max(at_us as f64 / 1000.0);
        self.clock.store(BEGIN_MS + self.now_ms as i64, Ordering::Relaxed);
        self.happens(event)?;
        Ok(true)
    }

    fn goes_wrong(&mut self) -> Result<()> {
        while self.now_ms < self.world.lasts_ms && self.step()? {}
        Ok(())
    }

    /// Everybody is there again, and all that waits comes through.
    fn heals(&mut self) -> Result<()> {
        self.tell(format_args!("everything heals"));
        self.world.heal();
        self.network_comes_ms = self.now_ms;
        self.at(self.now_ms, Event::ServerStarts);
        self.at(self.now_ms + 3.0, Event::TillAsks);
        for tablet in 0..self.world.tablets {
            self.at(self.now_ms + 3.0, Event::TabletAsks { tablet });
        }
        self.heal_coupons();
        let looks_ms = self.now_ms + self.rng.f64() * LAST_LOOK_MS;
        self.at(looks_ms, Event::ClockLooks);
        for device in 0..self.devices.len() {
            self.at(self.now_ms, Event::StorageEmpties { device });
            self.at(self.now_ms + 1.0, Event::Starts { device });
            self.at(self.now_ms + 2.0, Event::IsEnrolled { device });
        }
        while self.step()? {}
        self.outcome.simulated_ms = self.now_ms as u64;
        Ok(())
    }

    fn happens(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Writes { device } => self.writes(device),
            Event::Looks { device } => self.looks(device),
            Event::Arrives { device, attempt, sent } => return self.arrives(device, attempt, sent),
            Event::ComesBack { device, attempt, sent, answer } => self.comes_back(device, attempt, &sent, &answer),
            Event::ServerStarts => {
                if self.server.is_none() {
                    self.tell(format_args!("the server starts"));
                    self.server = Some(Server::start(self.folder.path(), Arc::clone(&self.clock))?);
                    if self.bug == Some(Bug::ForgetsKeys)
                        && let Some(server) = &self.server
                    {
                        server.execute("DELETE FROM writes")?;
                    }
                }
            }
            Event::Reloads { device } => {
                self.tell(format_args!("device {device} is switched off"));
                self.outcome.device_kills += 1;
                self.devices[device].page = None;
                let off_ms = self.rng.f64() * 600_000.0;
                self.after(off_ms, Event::Starts { device });
            }
            Event::Starts { device } => {
                self.devices[device].page.get_or_insert_default();
                self.after(0.0, Event::Looks { device });
            }
            Event::NetworkGoes { for_ms } => {
                self.tell(format_args!("the network goes for {:.0} s", for_ms / 1000.0));
                self.network_comes_ms = self.network_comes_ms.max(self.now_ms + for_ms);
            }
            Event::ClockJumps { device } => {
                let jump_ms = self.rng.i64(-400 * 86_400_000..400 * 86_400_000);
                self.tell(format_args!("the clock of device {device} is wrong by {jump_ms} ms"));
                self.devices[device].wall_clock_error_ms = jump_ms;
            }
            Event::StorageFills { device } => {
                self.tell(format_args!("the storage of device {device} is full"));
                self.devices[device].storage.is_full = true;
                let for_ms = self.rng.f64() * LONGEST_STATE_MS;
                self.after(for_ms, Event::StorageEmpties { device });
            }
            Event::StorageEmpties { device } => {
                self.devices[device].storage.is_full = false;
                self.after(0.0, Event::Looks { device });
            }
            Event::IsRevoked { device } => {
                let name = self.devices[device].name.clone();
                let Some(server) = &self.server else { return Ok(()) };
                let is_revoked = server.revoke(&name);
                self.tell(format_args!("device {device} is revoked: {is_revoked}"));
                let for_ms = self.rng.f64() * LONGEST_STATE_MS;
                self.after(for_ms, Event::IsEnrolled { device });
            }
            Event::IsEnrolled { device } => return self.enrol(device),
            Event::TillAsks => return self.till_asks(),
            Event::TillArrives { asked } => return self.till_arrives(&asked),
            Event::TillIsAnswered { key, answer } => {
                let told = serde_json::from_slice(&answer.body).unwrap_or_default();
                self.till.take(&key, answer.status.as_u16(), &told, &mut self.rng);
                self.after(0.0, Event::TillAsks);
            }
            Event::StaffActs { tablet } => return self.staff_acts(tablet),
            Event::TabletAsks { tablet } => self.tablet_asks(tablet),
            Event::TabletArrives { sent } => return self.tablet_arrives(sent),
            Event::TabletIsAnswered { tablet, key, answer } => {
                self.desk.take(tablet, &key, &answer, &mut self.rng);
                self.after(0.0, Event::TabletAsks { tablet });
            }
            Event::ClockLooks => return self.clock_looks(),
            Event::Coupons(event) => return self.coupons_happen(event),
            Event::IsReplaced { device } => {
                let name = format!("{}, again", self.devices[device].name);
                self.tell(format_args!("the browser of device {device} is to be {name:?}"));
                self.devices[device].name = name;
                return self.enrol(device);
            }
        }
        Ok(())
    }

    /// The installer types a code at the device, and stays until it is enrolled.
    fn enrol(&mut self, device: usize) -> Result<()> {
        let name = self.devices[device].name.clone();
        let key = self.new_key(device);
        let Some(server) = &self.server else {
            self.after(60_000.0, Event::IsEnrolled { device });
            return Ok(());
        };
        let answer = server.enrol(&name, DeviceKind::Kiosk, &key, BEGIN_MS + self.now_ms as i64)?;
        let told: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let storage = &mut self.devices[device].storage;
        storage.cookie = answer.cookie.with_context(|| format!("no credential: {told}"))?;
        storage.enrolled_as = told["id"].as_i64().context("a device has an id")?;
        let enrolled_as = storage.enrolled_as;
        self.tell(format_args!("device {device} is enrolled as {enrolled_as}"));
        self.after(0.0, Event::Looks { device });
        Ok(())
    }

    /// As the app makes them: a UUID of version 7, of a clock that may be wrong.
    fn new_key(&mut self, device: usize) -> String {
        let wall_ms = BEGIN_MS + self.now_ms as i64 + self.devices[device].wall_clock_error_ms;
        let mut chance = [0; 10];
        self.rng.fill(&mut chance);
        uuid::Builder::from_unix_timestamp_millis(wall_ms.max(0) as u64, &chance).into_uuid().to_string()
    }

    fn writes(&mut self, device: usize) {
        if self.devices[device].page.is_none() {
            return;
        }
        let mark = self.bodies.len() as i64 + 1;
        let gtin = GTINS[self.rng.usize(0..GTINS.len())];
        let mut chance = [0; 16];
        self.rng.fill(&mut chance);
        let card = CardNumber::from_random(chance).to_string();
        let phone = PHONES[self.rng.usize(0..PHONES.len())];
        let (kind, body) = match self.rng.usize(0..11) {
            0 => (Kind::Call, json!({ "state": "wanted", "made_ms": mark })),
            1 => (Kind::Call, json!({ "state": "called_off", "made_ms": mark })),
            2 => (Kind::LabelReport, json!({ "gtin": gtin, "till_price_minor_units": 8990, "made_ms": mark })),
            3 => (Kind::MissingReport, json!({ "gtin": gtin, "made_ms": mark })),
            4 => (Kind::ShoppingList, json!({ "card_number": card, "items": format!("{gtin}-2") })),
            5 => {
                // By a slip, or with a new card.
                let slip = if self.rng.bool() { self.slips.pop() } else { None };
                (Kind::Member, json!({ "phone": phone, "card_number": slip.unwrap_or(card), "made_ms": mark }))
            }
            6..10 => {
                // Few dates, so that several find the same; by a number, or by a slip.
                let day = LAST_DAYS[self.rng.usize(0..LAST_DAYS.len())];
                let finder = if self.rng.bool() { ("phone", phone) } else { ("card_number", card.as_str()) };
                if finder.0 == "card_number" {
                    self.slips.push(card.clone());
                }
                let report = json!({
                    "gtin": gtin, "last_day": day, "date_kind": "use_by", "quantity": 1, finder.0: finder.1,
                    "made_ms": mark,
                });
                (Kind::ExpiredReport, report)
            }
            _ => (
                Kind::Consent,
                json!({
                    "card_number": card, "kind": "marketing", "text_version": "1", "is_given": true, "made_ms": mark,
                }),
            ),
        };
        let body = body.to_string();
        self.bodies.insert(mark, body.clone());
        let key = self.new_key(device);
        let mut seed = [0; 32];
        self.rng.fill(&mut seed);
        // The plug of the device is pulled before the write is stored, or after it and before the thanks.
        let is_killed = self.rng.f64() < self.world.device_kill;
        let is_before = is_killed && self.rng.bool();
        let thanks_early = self.bug == Some(Bug::ThanksBeforeKept);
        if is_before && !thanks_early {
            self.tell(format_args!("device {device} is killed before it keeps write {mark}"));
            return self.is_killed(device);
        }
        let kept = if is_before {
            None
        } else {
            self.devices[device].keep(&self.sealing_key, kind, &body, key.clone(), mark, seed)
        };
        let is_thanked = (kept.is_some() && !is_killed) || thanks_early;
        self.tell(format_args!("device {device}: write {mark}, {kind:?} {key}, kept {kept:?}, thanked {is_thanked}"));
        if kept.is_some() || is_thanked {
            let number = kept.unwrap_or(u64::MAX);
            self.written.push(Written { number, kind, key, is_thanked });
        }
        if is_killed {
            return self.is_killed(device);
        }
        self.after(0.0, Event::Looks { device });
    }

    fn is_killed(&mut self, device: usize) {
        self.outcome.device_kills += 1;
        self.devices[device].page = None;
        let off_ms = self.rng.f64() * 120_000.0;
        self.after(off_ms, Event::Starts { device });
    }

    fn looks(&mut self, device: usize) {
        match self.devices[device].work(self.now_ms) {
            Doing::Send(sent) => self.send(device, sent),
            Doing::Wait { until_ms } => {
                // The tries of a month without the network are all alike: only the first and the last are played.
                let is_long = self.network_comes_ms - until_ms > LONG_OUTAGE_MS;
                let until_ms = if is_long { self.network_comes_ms - self.rng.f64() * 300_000.0 } else { until_ms };
                self.at(until_ms, Event::Looks { device });
            }
            Doing::Nothing => {}
        }
    }

    fn send(&mut self, device: usize, mut sent: Sent) {
        self.attempts += 1;
        let attempt = self.attempts;
        if self.bug == Some(Bug::NewKeyEachTry) {
            self.changes_key(device, &mut sent);
        }
        let tries = self.tries.entry(sent.key.clone()).or_default();
        *tries += 1;
        let has_given_up = self.bug == Some(Bug::GivesUp) && *tries > 4;
        if let Some(page) = &mut self.devices[device].page {
            page.sent = Some((sent.number, attempt));
        }
        if has_given_up {
            let answer = outbox::Answer::Taken;
            return self.after(0.0, Event::ComesBack { device, attempt, sent, answer });
        }
        self.outcome.requests += 1;
        let copies = fate(&self.world, self.is_network_down(), &mut self.rng);
        self.tell(format_args!("device {device} sends {} as try {attempt}, arrives after {copies:.0?} ms", sent.key));
        self.outcome.lost_on_the_way += usize::from(copies.is_empty());
        for way_ms in copies {
            self.after(way_ms, Event::Arrives { device, attempt, sent: sent.clone() });
        }
        let is_impatient = self.bug == Some(Bug::DoesNotWait);
        let answer = if is_impatient { outbox::Answer::Taken } else { outbox::Answer::None };
        // With several kinds in line a device never waits between two tries: those of a long outage are passed over
        // here too.
        let outage_ms = self.network_comes_ms - self.now_ms;
        let patience_ms = match is_impatient {
            true => 0.0,
            false if outage_ms > LONG_OUTAGE_MS => outage_ms - self.rng.f64() * 300_000.0,
            false => PATIENCE_MS,
        };
        self.after(patience_ms, Event::ComesBack { device, attempt, sent, answer });
    }

    /// The bug of many a client: the key is made when the request is.
    fn changes_key(&mut self, device: usize, sent: &mut Sent) {
        let mark = self.devices[device].entries().into_iter().find(|(number, _)| *number == sent.number);
        let body = mark.and_then(|(_, entry)| self.bodies.get(&entry.made_ms).cloned()).unwrap_or_default();
        sent.key = self.new_key(device);
        let context = seal_context(sent.kind.path(), &sent.key);
        sent.sealed = self.sealing_key.seal(&context, body.as_bytes(), [9; 32]).unwrap_or_default();
    }

    fn arrives(&mut self, device: usize, attempt: u64, sent: Sent) -> Result<()> {
        let Some(server) = &self.server else {
            self.tell(format_args!("try {attempt} meets no server"));
            return Ok(());
        };
        let request = Request::post(sent.kind.path())
            .header(IDEMPOTENCY_KEY, &sent.key)
            .header(header::CONTENT_TYPE, SEALED)
            .header(header::COOKIE, &sent.cookie)
            .body(Body::from(sent.sealed.clone()))?;
        let kill_at_step = (self.rng.f64() < self.world.server_kill).then(|| self.rng.i64(0..STEPS));
        let answer = server.answer(request, kill_at_step)?;
        let answer = match kill_at_step {
            Some(step) => {
                self.server_is_killed(format_args!("at step {step} of try {attempt}"));
                if self.bug != Some(Bug::AnswersBeforeCommit) {
                    return Ok(());
                }
                Answer { status: StatusCode::OK, body: Vec::new(), cookie: None }
            }
            None => answer,
        };
        let code = error_code(&answer);
        let text = told(&answer);
        self.tell(format_args!("try {attempt} is answered: {} {text}", answer.status));
        if answer.status == StatusCode::OK && self.bug != Some(Bug::AnswersBeforeCommit) {
            let first = self.first_answers.entry(sent.key.clone()).or_insert_with(|| answer.clone());
            if *first != answer {
                self.outcome.wrong.push(format!("{} was answered in two ways", sent.key));
            }
        }
        if answer.status.is_server_error() {
            self.outcome.wrong.push(format!("a fault of the server: {text}"));
        }
        let meaning = match answer.status.is_success() {
            true => outbox::Answer::Taken,
            false => outbox::Answer::Rejected { status: answer.status.as_u16(), code },
        };
        for way_ms in fate(&self.world, self.is_network_down(), &mut self.rng) {
            let (sent, answer) = (sent.clone(), meaning.clone());
            self.after(way_ms, Event::ComesBack { device, attempt, sent, answer });
        }
        Ok(())
    }

    fn till_asks(&mut self) -> Result<()> {
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

    fn till_arrives(&mut self, asked: &Asked) -> Result<()> {
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

    /// Somebody looks at what a tablet shows, and does something.
    fn staff_acts(&mut self, tablet: usize) -> Result<()> {
        let Some(server) = self.server.as_ref().filter(|_| !self.is_network_down()) else { return Ok(()) };
        if self.desk.is_free(tablet) {
            let tasks = open_tasks(server, &self.desk.cookies(tablet))?;
            self.desk.act(tablet, tasks.as_deref(), &mut self.rng);
            self.after(0.0, Event::TabletAsks { tablet });
            if tasks.is_none() {
                // Whoever shows a badge has come to do something.
                let in_ms = self.rng.f64() * LONGEST_SIGN_IN_MS;
                self.after(in_ms, Event::StaffActs { tablet });
            }
        }
        Ok(())
    }

    fn tablet_asks(&mut self, tablet: usize) {
        let Some(sent) = self.desk.send(tablet, self.now_ms, PATIENCE_MS) else { return };
        self.tell(format_args!("tablet {tablet} asks {}: {:?}", sent.asked.key, sent.deed));
        self.outcome.requests += 1;
        let copies = fate(&self.world, self.is_network_down(), &mut self.rng);
        self.outcome.lost_on_the_way += usize::from(copies.is_empty());
        for way_ms in copies {
            self.after(way_ms, Event::TabletArrives { sent: sent.clone() });
        }
        let rest_ms = PATIENCE_MS.max(self.network_comes_ms - self.now_ms);
        self.after(rest_ms, Event::TabletAsks { tablet });
    }

    fn tablet_arrives(&mut self, sent: desk::Sent) -> Result<()> {
        let Some(server) = &self.server else { return Ok(()) };
        let mut all = vec![sent];
        if let Deed::Claims(_) = all[0].deed {
            // Who claims the same at this time does so at the same moment, in one transaction of the server.
            for event in self.planned.values() {
                if let Event::TabletArrives { sent } = event
                    && sent.deed == all[0].deed
                {
                    all.push(sent.clone());
                }
            }
            if self.bug == Some(Bug::GivesToTwo) {
                server.execute("UPDATE tasks SET claimed_by = NULL, claimed_ms = NULL WHERE closed_ms IS NULL")?;
            }
        }
        let requests = all.iter().map(|sent| till_request(&sent.asked, &sent.cookies)).collect::<Result<_>>()?;
        let kill_at_step = (self.rng.f64() < self.world.server_kill).then(|| self.rng.i64(0..DESK_STEPS));
        let mut answers = server.answer_all(requests, kill_at_step)?;
        if let Some(step) = kill_at_step {
            self.server_is_killed(format_args!("at step {step} of {}", all[0].asked.key));
            if self.bug != Some(Bug::AnswersBeforeCommit) {
                return Ok(());
            }
            all.retain(|sent| sent.deed.of_task().is_some());
            answers = all.iter().filter_map(|sent| taken(sent.deed)).collect();
        }
        let kept: i64 = match &self.server {
            Some(server) => server.rows::<(i64,)>("SELECT COALESCE(MAX(rowid), 0) FROM writes")?[0].0,
            None => 0,
        };
        for (sent, mut answer) in all.into_iter().zip(answers) {
            if self.bug == Some(Bug::RefusesWhatItGives) && matches!(sent.deed, Deed::Claims(_)) {
                answer.status = StatusCode::CONFLICT;
            }
            let text = told(&answer);
            self.tell(format_args!("{} is answered: {} {text}", sent.asked.key, answer.status));
            if answer.status.is_server_error() {
                self.outcome.wrong.push(format!("a fault of the server: {text}"));
            }
            let is_again = self.desk.told.contains_key(&(sent.tablet, sent.asked.key.clone()));
            self.has_ended_again |= is_again && matches!(sent.deed, Deed::Ends(..));
            self.desk.note(&sent, &answer, kept, BEGIN_MS + self.now_ms as i64);
            for way_ms in fate(&self.world, self.is_network_down(), &mut self.rng) {
                let (tablet, key, answer) = (sent.tablet, sent.asked.key.clone(), answer.clone());
                self.after(way_ms, Event::TabletIsAnswered { tablet, key, answer });
            }
        }
        Ok(())
    }

    fn clock_looks(&mut self) -> Result<()> {
        let Some(server) = &self.server else { return Ok(()) };
        if self.bug == Some(Bug::ReleasesWhatIsDecided) {
            server.execute("UPDATE OR IGNORE expired_reports SET state = 'released' WHERE state = 'not_confirmed'")?;
        }
        let now_ms = BEGIN_MS + self.now_ms as i64;
        let kill_at_step = (self.rng.f64() < self.world.server_kill).then(|| self.rng.i64(0..DESK_STEPS));
        let looked = server.release_late(now_ms, kill_at_step);
        match kill_at_step {
            Some(step) => self.server_is_killed(format_args!("at step {step} as the clock looks")),
            None => {
                self.tell(format_args!("the clock looks"));
                self.looked_ms = now_ms;
                looked?;
            }
        }
        Ok(())
    }

    /// It starts again after a while.
    fn server_is_killed(&mut self, when: std::fmt::Arguments<'_>) {
        self.tell(format_args!("the server is killed {when}"));
        self.outcome.server_kills += 1;
        if let Some(server) = self.server.take() {
            server.kill();
        }
        let off_ms = self.rng.f64() * 300_000.0;
        self.after(off_ms, Event::ServerStarts);
    }

    fn comes_back(&mut self, device: usize, attempt: u64, sent: &Sent, answer: &outbox::Answer) {
        let waits = self.devices[device].page.as_ref().and_then(|page| page.sent);
        if waits != Some((sent.number, attempt)) {
            return;
        }
        let chance = self.rng.f64();
        let verdict = self.devices[device].take(sent.number, sent.kind, answer, self.now_ms, chance);
        if verdict != Verdict::Later {
            self.tell(format_args!("device {device}: {} is {verdict:?}", sent.key));
        }
        self.after(0.0, Event::Looks { device });
    }

    fn counts(&mut self) -> Result<()> {
        let server = self.server.take().context("the server was healed")?;
        if self.bug == Some(Bug::DecidesTwice) && self.has_ended_again {
            // At once, the rules of the ledger would refuse all that comes after it.
            server.execute(DECIDE_AGAIN)?;
            server.execute(MOVE_AGAIN)?;
        }
        let entries: Vec<Entry> = self.devices.iter().flat_map(Device::entries).map(|(_, entry)| entry).collect();
        self.outcome.count(&server, &entries, &self.written, self.bug)?;
        self.outcome.count_points(&server, &self.till)?;
        self.outcome.count_desk(&self.desk);
        if self.bug != Some(Bug::ForgetsKeys) {
            self.outcome.count_tasks(&server, &self.desk)?;
        }
        self.outcome.count_decisions(&server, self.looked_ms)?;
        if self.bug == Some(Bug::BooksHalf) {
            server.execute("DELETE FROM coupon_postings WHERE account LIKE 'department_cost:%'")?;
        }
        self.outcome.count_coupons(&server, &self.coupons, self.bug != Some(Bug::ForgetsKeys))?;
        server.kill();
        Ok(())
    }
}

fn error_code(answer: &Answer) -> Option<ErrorCode> {
    serde_json::from_slice::<ErrorResponse>(&answer.body).ok().map(|told| told.error.code)
}

/// What an answer says: an error has a request's id in it, which is another each time.
fn told(answer: &Answer) -> String {
    let text = || String::from_utf8_lossy(&answer.body).into_owned();
    error_code(answer).map_or_else(text, |code| format!("{code:?}"))
}

/// The open tasks, as a tablet with these cookies shows them; none where nobody has shown who they are.
fn open_tasks(server: &Server, cookies: &str) -> Result<Option<Vec<OpenTask>>> {
    let request = Request::get(paths::TASKS).header(header::COOKIE, cookies).body(Body::empty())?;
    let answer = server.answer(request, None)?;
    match answer.status {
        StatusCode::OK => Ok(Some(serde_json::from_slice::<TasksResponse>(&answer.body)?.tasks)),
        StatusCode::UNAUTHORIZED => Ok(None),
        status => bail!("tasks were answered {status} {}", told(&answer)),
    }
}

/// What the server says once it has kept what somebody does.
fn taken(deed: Deed) -> Option<Answer> {
    let (task_id, state) = deed.of_task()?;
    let body = serde_json::to_vec(&TaskResponse { task_id, state: state.into() }).ok()?;
    Some(Answer { status: StatusCode::OK, body, cookie: None })
}

/// A till that is enrolled, with a card for each number that may spend.
fn opened_till(server: &Server, rng: &mut Rng) -> Result<Till> {
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

fn till_request(asked: &Asked, cookie: &str) -> Result<Request<Body>> {
    let request = Request::post(asked.path.as_str())
        .header(IDEMPOTENCY_KEY, &asked.key)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, cookie);
    Ok(request.body(Body::from(asked.body.to_string()))?)
}
