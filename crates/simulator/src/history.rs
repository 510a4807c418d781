//! One history: people write, everything goes wrong, everything heals, and then it is counted what took effect.

mod coupons;
mod devices;
mod staff;
mod till;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result};
use fastrand::Rng;
use polka_app::offline::outbox::{self, Entry, Kind};
use polka_contract::{ErrorCode, ErrorResponse};
use polka_sealing::PublicKey;
use tempfile::TempDir;

use self::coupons::Coupons;
use self::till::opened_till;
use crate::bug::Bug;
use crate::count::Outcome;
use crate::desk::{self, Desk};
use crate::device::{Device, Page, Sent};
use crate::server::{self, Answer, Server};
use crate::till::{Asked, Till};
use crate::world::World;

/// When a history begins, in milliseconds since 1970.
const BEGIN_MS: i64 = 1_800_000_000_000;
/// After so long without an answer a device gives a try up.
const PATIENCE_MS: f64 = 30_000.0;
/// As long as a storage is full, or a device revoked, in which it asks every minute.
const LONGEST_STATE_MS: f64 = 7_200_000.0;
/// The same for what a tablet of the staff asks.
const DESK_STEPS: i64 = 300;
/// As long as the staff are busy at a time.
const BUSY_MS: f64 = 1_800_000.0;
/// Within so long after all has healed the clock looks for the last time: some reports wait until then, some longer.
const LAST_LOOK_MS: f64 = 8.0 * 86_400_000.0;
/// More events than any history needs: one that has more does not come to rest.
const MOST_EVENTS: u64 = 100_000;

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
