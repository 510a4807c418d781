//! What came of a history: what took effect, once, twice or never.

use std::collections::BTreeMap;

use anyhow::Result;
use polka_app::offline::outbox::Entry;
use polka_contract::ExpiredReportOutcome;

use crate::bug::Bug;
use crate::history::Written;
use crate::server::Server;
use crate::till::Till;

/// What came of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) seed: u64,
    pub(crate) story: Vec<String>,
    /// What must not be; empty where all is right.
    pub(crate) wrong: Vec<String>,
    /// Writes for which somebody was thanked.
    pub(crate) writes: usize,
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    /// Writes that a device keeps for the staff with a reason.
    pub(crate) refused: usize,
    /// Reports of expired items that the staff have decided about, and that nobody has in time.
    pub(crate) decided: usize,
    pub(crate) released: usize,
    /// Coupons that were issued, and redemptions that have paid.
    pub(crate) coupons: usize,
    pub(crate) redeemed: usize,
    pub(crate) requests: usize,
    pub(crate) lost_on_the_way: usize,
    pub(crate) server_kills: usize,
    pub(crate) device_kills: usize,
    pub(crate) simulated_ms: u64,
}

impl Outcome {
    pub(crate) fn is_right(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Counts what took effect of what was written, on a server that has come to rest, while these entries are
    /// still on the devices.
    pub(crate) fn count(
        &mut self,
        server: &Server,
        entries: &[Entry],
        written: &[Written],
        bug: Option<Bug>,
    ) -> Result<()> {
        let effects: Vec<(i64, String, String)> =
            server.rows("SELECT device_id, idempotency_key, outcome FROM writes ORDER BY rowid")?;
        let reports: Vec<(i64, i64)> = server.rows(
            "SELECT made_ms, COUNT(*)
             FROM (SELECT made_ms FROM label_reports UNION ALL SELECT made_ms FROM missing_reports
                   UNION ALL SELECT made_ms FROM consents UNION ALL SELECT made_ms FROM expired_reports)
             GROUP BY made_ms",
        )?;
        let totals: Vec<(i64, i64, i64)> = server.rows(
            "SELECT (SELECT COUNT(*) FROM calls),
                    (SELECT COUNT(*) FROM label_reports) + (SELECT COUNT(*) FROM missing_reports)
                        + (SELECT COUNT(*) FROM cards) + (SELECT COUNT(*) FROM consents)
                        + (SELECT COUNT(*) FROM expired_reports),
                    (SELECT COUNT(*) FROM calls WHERE called_off_ms IS NOT NULL)
                        - (SELECT COUNT(*) FROM tasks WHERE kind = 'call' AND closed_by IS NOT NULL)",
        )?;

        let waiting = entries.iter().filter(|entry| entry.refusal.is_none());
        let mut wrong: Vec<String> = waiting.map(|entry| format!("{} still waits", entry.key)).collect();
        let is_kept = |key: &str| entries.iter().any(|entry| entry.key == key);
        let count = |outcomes: &[&str]| effects.iter().filter(|(.., word)| outcomes.contains(&word.as_str())).count();
        let is_expired_report =
            |word: &str| ExpiredReportOutcome::from_code(word.split(':').next().unwrap_or(word)).is_some();
        let expired_reports = effects.iter().filter(|(.., word)| is_expired_report(word)).count();
        let has_own_keys = !matches!(bug, Some(Bug::ForgetsKeys));
        let in_keys = (
            count(&["opened"]),
            count(&["task_opened", "task_known", "product_gone"])
                + count(&["card"])
                + count(&["kept"])
                + expired_reports,
            count(&["called_off"]),
        );
        if let Some((calls, reports, called_off)) = totals.first()
            && has_own_keys
            && in_keys != (*calls as usize, *reports as usize, *called_off as usize)
        {
            wrong.push(format!("keys and effects do not agree: {in_keys:?}, {totals:?}"));
        }
        let mut doubled: Vec<String> = Vec::new();
        for (mark, times) in reports {
            if times > 1 {
                doubled.push(format!("report {mark}"));
            }
        }
        let mut last = BTreeMap::new();
        for write in written {
            let places: Vec<usize> =
                effects.iter().enumerate().filter(|(_, (_, key, _))| *key == write.key).map(|(at, _)| at).collect();
            if places.len() > 1 {
                doubled.push(write.key.clone());
            }
            let is_missing = places.is_empty() && !is_kept(&write.key);
            if write.is_thanked && is_missing && !matches!(bug, Some(Bug::NewKeyEachTry | Bug::ForgetsKeys)) {
                wrong.push(format!("{} is lost", write.key));
                self.lost += 1;
            }
            // As another device it is another order.
            if let Some(place) = places.first()
                && let Some((number, before)) = last.insert((effects[*place].0, write.kind), (write.number, *place))
                && number < write.number
                && before > *place
            {
                wrong.push(format!("{} overtook the one before it", write.key));
            }
        }
        self.writes += written.iter().filter(|write| write.is_thanked).count();
        self.refused = entries.len();
        self.doubled = doubled.len();
        wrong.extend(doubled.into_iter().map(|key| format!("{key} took effect twice")));
        self.wrong.append(&mut wrong);
        Ok(())
    }

    /// Compares what members can spend with what the till was told, what was released for reports and what was given as
    /// an apology, and looks through the ledger.
    pub(crate) fn count_points(&mut self, server: &Server, till: &Till) -> Result<()> {
        self.wrong.extend(till.wrong.iter().cloned());
        if let Some(asked) = &till.asked {
            self.wrong.push(format!("the till still waits for {}", asked.key));
        }
        let earned: i64 = till.available.values().sum();
        let released: Vec<(i64,)> = server.rows(
            "SELECT COALESCE(SUM(points), 0) FROM expired_reports
             WHERE lot_id IS NOT NULL AND state IN ('confirmed', 'released')",
        )?;
        let apologies: Vec<(i64,)> = server
            .rows("SELECT COALESCE(SUM(points), 0) FROM apologies WHERE points IS NOT NULL AND state = 'given'")?;
        let told = earned + released.iter().chain(&apologies).map(|(points,)| points).sum::<i64>();
        let sums: Vec<(i64, i64, i64, i64)> = server.rows(
            "SELECT COALESCE(SUM(CASE WHEN account = 'member_available' THEN points ELSE 0 END), 0),
                    COALESCE(SUM(CASE WHEN account = 'member_held' THEN points ELSE 0 END), 0),
                    COALESCE(SUM(points), 0), (SELECT COUNT(*) FROM members) FROM points_postings",
        )?;
        // Two of the three numbers are the same.
        if sums != [(told, 0, 0, 2)] {
            let kind = if sums.first().is_some_and(|(available, ..)| *available > told) { "doubled" } else { "lost" };
            self.doubled += usize::from(kind == "doubled");
            self.lost += usize::from(kind == "lost");
            self.wrong
                .push(format!("points are {kind}: the till and the reports know of {told}, the ledger is {sums:?}"));
        }
        let balances: Vec<(i64, i64)> = server.rows(
            "SELECT member_id, SUM(points) FROM points_postings WHERE account LIKE 'member_%'
             GROUP BY member_id, lot_id, account HAVING SUM(points) < 0",
        )?;
        self.wrong.extend(balances.iter().map(|(member, points)| format!("member {member} has {points} points")));
        let pending: Vec<(i64, i64)> = server.rows(
            "SELECT (SELECT COALESCE(SUM(points), 0) FROM points_postings WHERE account = 'member_pending'),
                    (SELECT COALESCE(SUM(points), 0) FROM expired_reports
                     WHERE member_id IS NOT NULL AND state IN ('waiting', 'second_look'))",
        )?;
        if let Some((points, promised)) = pending.first()
            && points != promised
        {
            self.wrong.push(format!("{points} points wait, and {promised} were promised"));
        }
        let rewards: Vec<(i64, i64)> = server.rows(
            "SELECT gtin, COUNT(*) FROM expired_reports WHERE is_whole = 1 AND state <> 'not_confirmed'
             GROUP BY gtin, last_day HAVING COUNT(*) > 1",
        )?;
        self.wrong.extend(rewards.iter().map(|(gtin, times)| format!("{gtin} was rewarded {times} times")));
        self.writes += till.answered;
        if let Err(error) = server.verify_ledger() {
            self.wrong.push(error.to_string());
        }
        Ok(())
    }
}
