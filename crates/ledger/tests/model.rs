//! Random histories of three members and their receipts, kept by a store as a server would keep them, beside a model
//! that knows nothing of accounts, lots and postings: there each point is a thing of its own and lies in one place.

use std::collections::BTreeMap;

use jiff::ToSpan;
use polka_domain::{Date, Points};
use polka_ledger::{
    Account, Accrual, Broken, Channel, Department, Draft, Hash, History, Kind, LotId, LotSum, MemberId, MemberState,
    Receipt, Record, Refusal, ReleaseExpiry, Return, Settings, Today, Transaction, accrue, accrue_pending, adjust,
    cancel_pending, cancel_reservation, chain, expire, merge, redeem, release, reserve, return_goods, verify,
};
use proptest::prelude::*;

const MEMBERS: usize = 3;
/// What each receipt comes to; the members take turns.
const RECEIPTS_MINOR_UNITS: [i64; 6] = [30_000, 9_990, 77_777, 12_345, 50_000, 3];

/// What somebody does. Receipts, rewards and earlier steps are named by a number, modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    Accrue { receipt: usize },
    Promise { member: usize, points: i64 },
    Confirm { reward: usize },
    Withdraw { reward: usize },
    Reserve { receipt: usize, points: i64 },
    Redeem { receipt: usize, points: i64 },
    CallOff { receipt: usize },
    Return { receipt: usize, percent: i64 },
    Expire { member: usize },
    Adjust { member: usize, points: i64 },
    Merge { from: usize, into: usize },
    DaysPass { days: i32 },
    Retry { step: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let receipt = 0..RECEIPTS_MINOR_UNITS.len();
    let member = 0..MEMBERS;
    prop_oneof![
        4 => receipt.clone().prop_map(|receipt| Step::Accrue { receipt }),
        2 => (member.clone(), -1i64..60).prop_map(|(member, points)| Step::Promise { member, points }),
        2 => (0usize..9).prop_map(|reward| Step::Confirm { reward }),
        1 => (0usize..9).prop_map(|reward| Step::Withdraw { reward }),
        4 => (receipt.clone(), -1i64..90).prop_map(|(receipt, points)| Step::Reserve { receipt, points }),
        4 => (receipt.clone(), 0i64..90).prop_map(|(receipt, points)| Step::Redeem { receipt, points }),
        1 => receipt.clone().prop_map(|receipt| Step::CallOff { receipt }),
        3 => (receipt, -5i64..101).prop_map(|(receipt, percent)| Step::Return { receipt, percent }),
        2 => member.clone().prop_map(|member| Step::Expire { member }),
        3 => (member.clone(), -40i64..80).prop_map(|(member, points)| Step::Adjust { member, points }),
        1 => (member.clone(), member).prop_map(|(from, into)| Step::Merge { from, into }),
        3 => (1i32..12).prop_map(|days| Step::DaysPass { days }),
        2 => (0usize..99).prop_map(|step| Step::Retry { step }),
    ]
}

/// Short times and round numbers, so that everything happens within a few steps.
fn settings(restarts: bool) -> Settings {
    Settings {
        accrual_step_minor_units: 1_000,
        store_payable_percent: 80,
        release_expiry: if restarts { ReleaseExpiry::Restart } else { ReleaseExpiry::Keep },
        member_day_cap_points: Some(70),
        ..Settings::default()
    }
}

fn points(count: i64) -> Points {
    Points::new(count).expect("within the range")
}

/// One number for each day.
fn moment(day: Date) -> i64 {
    i64::from(day.year()) * 1_000 + i64::from(day.day_of_year())
}

fn dairy() -> Department {
    "dairy".parse().expect("a department")
}

// The store: records that are only added to, and what a server keeps beside them.

struct Store {
    settings: Settings,
    today: Date,
    records: Vec<Record>,
    hashes: Vec<Hash>,
    lots: BTreeMap<LotId, Option<Date>>,
    /// The lots of rewards, with whom they were promised to.
    rewards: Vec<(MemberId, LotId)>,
    /// What came back of a receipt, and what was short.
    returns: BTreeMap<usize, (i64, Points)>,
    merged: BTreeMap<MemberId, MemberId>,
    outcomes: BTreeMap<String, Result<(), Refusal>>,
}

impl Store {
    fn new(settings: Settings, today: Date) -> Self {
        Self {
            settings,
            today,
            records: Vec::new(),
            hashes: Vec::new(),
            lots: BTreeMap::new(),
            rewards: Vec::new(),
            returns: BTreeMap::new(),
            merged: BTreeMap::new(),
            outcomes: BTreeMap::new(),
        }
    }

    /// A step under a key: with a key that is known nothing happens, and the first outcome is told again.
    fn write(&mut self, key: &str, step: &Step) -> Result<(), Refusal> {
        if let Some(known) = self.outcomes.get(key) {
            return *known;
        }
        // Each fourth gift is good for ever.
        self.settings.expires_after_days = if self.lots.len() % 4 == 3 { 0 } else { 20 };
        let outcome = self.apply(key, step);
        self.outcomes.insert(key.to_owned(), outcome);
        outcome
    }

    fn apply(&mut self, key: &str, step: &Step) -> Result<(), Refusal> {
        let today = self.today;
        match *step {
            Step::Accrue { receipt } => {
                let state = self.state(self.owner(receipt));
                let Accrual { draft, .. } = accrue(&state, &self.settings, &self.receipt(receipt), &self.day(receipt))?;
                self.keep(key, Some(receipt), draft);
            }
            Step::Promise { member, points: count } => {
                let member = self.live(member);
                let draft = accrue_pending(&self.state(member), &self.settings, today, points(count), dairy())?;
                let lot = self.keep(key, None, draft).expect("a new lot");
                self.rewards.push((member, lot));
            }
            Step::Confirm { reward } => {
                let (state, lot) = self.reward(reward)?;
                let draft = release(&state, &self.settings, today, lot)?;
                self.keep(key, None, draft);
            }
            Step::Withdraw { reward } => {
                let (state, lot) = self.reward(reward)?;
                let draft = cancel_pending(&state, lot, dairy())?;
                self.keep(key, None, draft);
            }
            Step::Reserve { receipt, points: count } => {
                let state = self.state(self.owner(receipt));
                let draft = reserve(&state, &self.settings, &self.receipt(receipt), today, points(count))?;
                self.keep(key, Some(receipt), draft);
            }
            Step::Redeem { receipt, points: count } => {
                let draft = redeem(&self.state(self.owner(receipt)), &self.history(receipt), points(count))?;
                self.keep(key, Some(receipt), draft);
            }
            Step::CallOff { receipt } => {
                let draft = cancel_reservation(&self.state(self.owner(receipt)), &self.history(receipt))?;
                self.keep(key, Some(receipt), draft);
            }
            Step::Return { receipt, percent } => {
                let (before, short) = self.returns.get(&receipt).copied().unwrap_or_default();
                let goods = Return {
                    receipt_minor_units: RECEIPTS_MINOR_UNITS[receipt],
                    returned_before_minor_units: before,
                    short_before: short,
                    returning_minor_units: RECEIPTS_MINOR_UNITS[receipt] * percent / 100,
                };
                let state = self.state(self.owner(receipt));
                let returned = return_goods(&state, &self.history(receipt), &goods, today)?;
                let short = short.checked_add(returned.short).expect("within the range");
                self.returns.insert(receipt, (before + goods.returning_minor_units, short));
                if let Some(draft) = returned.draft {
                    self.keep(key, Some(receipt), draft);
                }
            }
            Step::Expire { member } => {
                let draft = expire(&self.state(self.live(member)), today)?;
                self.keep(key, None, draft);
            }
            Step::Adjust { member, points: count } => {
                let state = self.state(self.live(member));
                let draft = adjust(&state, &self.settings, today, points(count), None)?;
                self.keep(key, None, draft);
            }
            Step::Merge { from, into } => {
                let (from, into) = (self.live(from), self.live(into));
                let draft = merge(&self.state(from), &self.state(into))?;
                self.keep(key, None, draft);
                self.merged.insert(from, into);
            }
            Step::DaysPass { .. } | Step::Retry { .. } => {}
        }
        Ok(())
    }

    /// Gives the new lot its number and adds the record; tells the lot.
    fn keep(&mut self, key: &str, receipt: Option<usize>, draft: Draft) -> Option<LotId> {
        let lot = draft.new_lot().map(|new| {
            let id = LotId(i64::try_from(self.lots.len()).expect("few lots") + 1);
            self.lots.insert(id, new.expires_on);
            id
        });
        let record = Record {
            transaction: draft.book(lot).expect("what a rule drafts can be booked"),
            key: key.to_owned(),
            receipt: receipt.map(|number| number.to_string()),
            reason: "test".into(),
            actor: "till".into(),
            device: None,
            store: Some(1),
            made_ms: 0,
            recorded_ms: moment(self.today),
        };
        let last = self.hashes.last().copied().unwrap_or(Hash::START);
        self.hashes.push(chain(&last, &record));
        self.records.push(record);
        lot
    }

    /// The member that this one has become.
    fn live(&self, member: usize) -> MemberId {
        let mut id = MemberId(i64::try_from(member).expect("few members"));
        while let Some(into) = self.merged.get(&id) {
            id = *into;
        }
        id
    }

    fn owner(&self, receipt: usize) -> MemberId {
        self.live(receipt % MEMBERS)
    }

    fn state(&self, member: MemberId) -> MemberState {
        let postings = self.records.iter().flat_map(|record| record.transaction.postings());
        let sums = postings.filter(|posting| posting.member == member).map(|posting| LotSum {
            lot: posting.lot,
            expires_on: self.lots[&posting.lot],
            account: posting.account.clone(),
            points: posting.points.value(),
        });
        MemberState::from_sums(member, sums).expect("no account is below nought")
    }

    fn reward(&self, reward: usize) -> Result<(MemberState, LotId), Refusal> {
        if self.rewards.is_empty() {
            return Err(Refusal::NothingPending);
        }
        let (member, lot) = self.rewards[reward % self.rewards.len()];
        let member = self.live(usize::try_from(member.0).expect("a small number"));
        Ok((self.state(member), lot))
    }

    fn history(&self, receipt: usize) -> History {
        let name = receipt.to_string();
        let its = self.records.iter().filter(|record| record.receipt.as_deref() == Some(&name));
        History::of(its.map(|record| &record.transaction))
    }

    fn receipt(&self, receipt: usize) -> Receipt {
        Receipt {
            amount_minor_units: RECEIPTS_MINOR_UNITS[receipt],
            channel: Channel::Store,
            is_birthday: false,
            history: self.history(receipt),
        }
    }

    fn day(&self, receipt: usize) -> Today {
        let member = self.owner(receipt);
        let is_of_today =
            |record: &&Record| record.recorded_ms == moment(self.today) && record.transaction.kind() == Kind::Accrual;
        let accrued = |is_counted: &dyn Fn(MemberId) -> bool| {
            let postings = self.records.iter().filter(is_of_today).flat_map(|record| record.transaction.postings());
            let counted = postings.filter(|it| it.account == Account::MemberAvailable && is_counted(it.member));
            points(counted.map(|posting| posting.points.value()).sum())
        };
        Today { date: self.today, accrued_by_member: accrued(&|it| it == member), accrued_in_store: accrued(&|_| true) }
    }
}

// The model.

/// One point. The batch is the number of the gift it came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    /// The last day of all for points that are good for ever.
    expires_on: Date,
    batch: usize,
}

#[derive(Default)]
struct ReceiptModel {
    held: Vec<Point>,
    redeemed: Vec<Point>,
    redeemed_in_all: usize,
    /// Batches in the order in which they were first spent on the receipt.
    spent: Vec<usize>,
    accrued: Vec<(usize, usize)>,
    returned_minor_units: i64,
    /// Accrued points that went back, or were short.
    settled: usize,
}

struct Model {
    today: Date,
    restarts: bool,
    batches: usize,
    /// Whose the purse of each member is now.
    purse_of: [usize; MEMBERS],
    purses: [Vec<Point>; MEMBERS],
    rewards: Vec<(usize, Vec<Point>)>,
    receipts: [ReceiptModel; RECEIPTS_MINOR_UNITS.len()],
    accrued_today: [usize; MEMBERS],
}

impl Model {
    fn new(restarts: bool, today: Date) -> Self {
        Self {
            today,
            restarts,
            batches: 0,
            purse_of: std::array::from_fn(|member| member),
            purses: Default::default(),
            rewards: Vec::new(),
            receipts: Default::default(),
            accrued_today: [0; MEMBERS],
        }
    }

    fn new_points(&mut self, count: usize) -> Vec<Point> {
        self.batches += 1;
        let expires_on = match self.batches % 4 {
            0 => Date::MAX,
            _ => self.today.checked_add(20.days()).expect("a day"),
        };
        vec![Point { expires_on, batch: self.batches }; count]
    }

    fn is_good(&self, point: &Point) -> bool {
        point.expires_on >= self.today
    }

    /// Takes points that can be spent out of a purse, those that expire first; all or none.
    fn spend(&mut self, purse: usize, count: usize) -> Option<Vec<Point>> {
        self.purses[purse].sort();
        let good: Vec<Point> = self.purses[purse].iter().copied().filter(|point| self.is_good(point)).collect();
        let spent = good.get(..count)?.to_vec();
        remove(&mut self.purses[purse], &spent);
        Some(spent)
    }

    /// Does a step, where it can be done; tells whether.
    fn apply(&mut self, step: &Step) -> bool {
        match *step {
            Step::Accrue { receipt } => {
                let purse = self.purse_of[receipt % MEMBERS];
                let it = &self.receipts[receipt];
                let paid = it.held.len() + it.redeemed.len();
                let before: usize = it.accrued.iter().map(|(_, count)| count).sum();
                let whole = usize::try_from(RECEIPTS_MINOR_UNITS[receipt]).expect("an amount");
                let earned = (whole.saturating_sub(paid * 100) / 1_000).saturating_sub(before);
                let count = earned.min(70usize.saturating_sub(self.accrued_today[purse]));
                if count == 0 {
                    return false;
                }
                self.accrued_today[purse] += count;
                let new = self.new_points(count);
                self.receipts[receipt].accrued.push((self.batches, count));
                self.purses[purse].extend(new);
            }
            Step::Promise { member, points } => {
                let Ok(count @ 1..) = usize::try_from(points) else { return false };
                let new = self.new_points(count);
                self.rewards.push((member, new));
            }
            Step::Confirm { reward } | Step::Withdraw { reward } => {
                let count = self.rewards.len();
                if count == 0 {
                    return false;
                }
                let (member, promised) = &mut self.rewards[reward % count];
                let purse = self.purse_of[*member];
                let promised = std::mem::take(promised);
                if promised.is_empty() {
                    return false;
                }
                if matches!(step, Step::Confirm { .. }) {
                    let confirmed = if self.restarts { self.new_points(promised.len()) } else { promised };
                    self.purses[purse].extend(confirmed);
                }
            }
            Step::Reserve { receipt, points } => {
                let Ok(count @ 1..) = usize::try_from(points) else { return false };
                let it = &self.receipts[receipt];
                let share_minor_units = RECEIPTS_MINOR_UNITS[receipt] * 80 / 100;
                let payable = usize::try_from(share_minor_units / 100).expect("an amount");
                if !it.held.is_empty() || count + it.redeemed.len() > payable {
                    return false;
                }
                let Some(spent) = self.spend(self.purse_of[receipt % MEMBERS], count) else { return false };
                self.receipts[receipt].held = spent;
            }
            Step::Redeem { receipt, points } => {
                let it = &mut self.receipts[receipt];
                let Ok(count @ 1..) = usize::try_from(points) else { return false };
                if count > it.held.len() {
                    return false;
                }
                let rest = it.held.split_off(count);
                for point in it.held.drain(..) {
                    if !it.spent.contains(&point.batch) {
                        it.spent.push(point.batch);
                    }
                    it.redeemed.push(point);
                    it.redeemed_in_all += 1;
                }
                self.purses[self.purse_of[receipt % MEMBERS]].extend(rest);
            }
            Step::CallOff { receipt } => {
                let held = std::mem::take(&mut self.receipts[receipt].held);
                let was_held = !held.is_empty();
                self.purses[self.purse_of[receipt % MEMBERS]].extend(held);
                return was_held;
            }
            Step::Return { receipt, percent } => return self.return_goods(receipt, percent),
            Step::Expire { member } => {
                let today = self.today;
                let purse = &mut self.purses[self.purse_of[member]];
                let before = purse.len();
                purse.retain(|point| point.expires_on >= today);
                return purse.len() < before;
            }
            Step::Adjust { member, points } => {
                let purse = self.purse_of[member];
                let Ok(count) = usize::try_from(points) else {
                    let taken = usize::try_from(-points).expect("a number");
                    return self.spend(purse, taken).is_some();
                };
                if count == 0 {
                    return false;
                }
                let new = self.new_points(count);
                self.purses[purse].extend(new);
            }
            Step::Merge { from, into } => {
                let (from, into) = (self.purse_of[from], self.purse_of[into]);
                let has_something = !self.purses[from].is_empty()
                    || self.rewards.iter().any(|(member, it)| self.purse_of[*member] == from && !it.is_empty())
                    || (0..self.receipts.len()).any(|receipt| {
                        self.purse_of[receipt % MEMBERS] == from && !self.receipts[receipt].held.is_empty()
                    });
                if from == into || !has_something {
                    return false;
                }
                let moved = std::mem::take(&mut self.purses[from]);
                self.purses[into].extend(moved);
                for purse in &mut self.purse_of {
                    if *purse == from {
                        *purse = into;
                    }
                }
            }
            Step::DaysPass { .. } | Step::Retry { .. } => {}
        }
        true
    }

    fn return_goods(&mut self, receipt: usize, percent: i64) -> bool {
        let whole = RECEIPTS_MINOR_UNITS[receipt];
        let returning = whole * percent / 100;
        let purse = self.purse_of[receipt % MEMBERS];
        let today = self.today;
        let it = &mut self.receipts[receipt];
        if returning < 1 || it.returned_minor_units + returning > whole {
            return false;
        }
        it.returned_minor_units += returning;
        let part = |count: usize| {
            let whole = usize::try_from(whole).expect("an amount");
            count * usize::try_from(it.returned_minor_units).expect("an amount") / whole
        };

        let stays = (it.redeemed_in_all - part(it.redeemed_in_all)).min(it.redeemed.len());
        let accrued: usize = it.accrued.iter().map(|(_, count)| count).sum();
        let due = part(accrued).saturating_sub(it.settled);
        it.settled += due;
        let turn = |point: &Point| it.spent.iter().position(|batch| *batch == point.batch);
        it.redeemed.sort_by_key(turn);
        let mut given = it.redeemed.split_off(stays);

        self.purses[purse].sort();
        let (own, others): (Vec<Point>, Vec<Point>) =
            self.purses[purse].iter().partition(|point| it.accrued.iter().any(|(batch, _)| *batch == point.batch));
        let good = others.into_iter().filter(|point| point.expires_on >= today);
        let owed: Vec<Point> = own.into_iter().chain(good).take(due).collect();
        remove(&mut self.purses[purse], &owed);
        let from_given = (due - owed.len()).min(given.len());
        given.truncate(given.len() - from_given);
        self.purses[purse].extend(given);
        true
    }

    /// For each expiry how many points of a member are available, pending and held.
    fn sums(&self, member: usize) -> BTreeMap<Date, [i64; 3]> {
        let mut sums: BTreeMap<Date, [i64; 3]> = BTreeMap::new();
        let mut count = |points: &[Point], place: usize| {
            points.iter().for_each(|point| sums.entry(point.expires_on).or_default()[place] += 1);
        };
        count(&self.purses[member], 0);
        for (promised_to, points) in &self.rewards {
            if self.purse_of[*promised_to] == member {
                count(points, 1);
            }
        }
        for (number, receipt) in self.receipts.iter().enumerate() {
            if self.purse_of[number % MEMBERS] == member {
                count(&receipt.held, 2);
            }
        }
        sums
    }
}

/// Takes each of these points out once.
fn remove(from: &mut Vec<Point>, points: &[Point]) {
    for point in points {
        let place = from.iter().position(|it| it == point).expect("it is there");
        from.remove(place);
    }
}

fn sums(state: &MemberState) -> BTreeMap<Date, [i64; 3]> {
    let mut sums: BTreeMap<Date, [i64; 3]> = BTreeMap::new();
    for lot in state.lots() {
        let sum = sums.entry(lot.expires_on.unwrap_or(Date::MAX)).or_default();
        for (sum, points) in sum.iter_mut().zip([lot.available, lot.pending, lot.held]) {
            *sum += points.value();
        }
    }
    sums
}

fn sum_of(transaction: &Transaction) -> i64 {
    transaction.postings().iter().map(|posting| posting.points.value()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_history_leaves_each_member_what_a_count_of_single_points_leaves(
        steps in prop::collection::vec(step(), 1..80),
        restarts in any::<bool>(),
        tampered in any::<prop::sample::Index>(),
    ) {
        let start = "2028-02-20".parse().expect("a day");
        let (mut store, mut model) = (Store::new(settings(restarts), start), Model::new(restarts, start));
        let mut done: Vec<(String, Step)> = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            let before = store.records.len();
            match step {
                Step::DaysPass { days } => {
                    store.today = store.today.checked_add(days.days()).expect("a day");
                    model.today = store.today;
                    model.accrued_today = [0; MEMBERS];
                }
                Step::Retry { step } => {
                    if let Some((key, step)) = done.get(step % done.len().max(1)).cloned() {
                        let first = store.outcomes[&key];
                        prop_assert_eq!(store.write(&key, &step), first);
                        prop_assert_eq!(store.records.len(), before, "a retry was kept");
                    }
                }
                step => {
                    let key = format!("key {number}");
                    let outcome = store.write(&key, &step);
                    prop_assert_eq!(outcome.is_ok(), model.apply(&step), "{:?}: {:?}", step, outcome);
                    done.push((key, step));
                }
            }

            let last = before.checked_sub(1).map_or(Hash::START, |last| store.hashes[last]);
            let new = store.records[before..].iter().zip(&store.hashes[before..]);
            prop_assert!(verify(&last, new).is_ok());
            for record in &store.records[before..] {
                prop_assert_eq!(sum_of(&record.transaction), 0);
            }
            for member in 0..MEMBERS {
                let state = store.state(MemberId(i64::try_from(member).expect("few members")));
                for lot in state.lots() {
                    prop_assert!(lot.available.min(lot.pending).min(lot.held) >= Points::ZERO);
                }
                let expected = model.sums(member);
                let balance: i64 = expected.values().flatten().sum();
                prop_assert_eq!(state.balance().value(), balance);
                prop_assert_eq!(sums(&state), expected);
            }
        }

        let kept = || store.hashes.iter();
        prop_assert_eq!(
            verify(&Hash::START, store.records.iter().zip(kept())),
            Ok(store.hashes.last().copied().unwrap_or(Hash::START))
        );
        if !store.records.is_empty() {
            let index = tampered.index(store.records.len());
            let mut records = store.records.clone();
            records[index].transaction = with_other_points(&records[index].transaction);
            prop_assert_eq!(verify(&Hash::START, records.iter().zip(kept())), Err(Broken { index }));
        }
    }
}

/// The same transaction with each number of points doubled.
fn with_other_points(transaction: &Transaction) -> Transaction {
    let mut postings = transaction.postings().to_vec();
    for posting in &mut postings {
        posting.points = points(posting.points.value() * 2);
    }
    Transaction::new(transaction.kind(), postings, transaction.opened_lot()).expect("a transaction")
}
