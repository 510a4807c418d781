//! Whether the staff's desk was told what became of its tasks, and of the points of each report.

use std::collections::BTreeMap;

use anyhow::Result;
use polka_contract::{ExpiredReportOutcome, StaffRole};

use crate::count::Outcome;
use crate::desk::{Desk, Refused, STAFF};
use crate::server::Server;

/// Nobody's shift is longer.
const SHIFT_MS: i64 = 12 * 3_600_000;

/// A write as the server has kept it.
struct Kept {
    number: i64,
    device: i64,
    key: String,
    word: String,
    reference: i64,
    taken_ms: i64,
}

/// A task as the database has it; 0 and an empty text where it has nothing.
struct Row {
    claimed_by: i64,
    closed_ms: i64,
    closed_by: i64,
    outcome: String,
}

/// A report: its number, its state, its points, its lot, what waits, is released and is cancelled of that, and how many
/// decisions there are.
type ReportRow = (i64, String, i64, i64, i64, i64, i64, i64);

/// What has become of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    None,
    /// Somebody of the staff has done it: what is odd of it waits for a manager, if anything is.
    Done,
    /// Nothing may be done to it any more.
    Final,
}

/// What has become of a task, as the writes say that came one after the other.
#[derive(Default)]
struct Course {
    holder: Option<i64>,
    end: End,
    /// Who has ended it last, and how.
    ended: Option<(i64, String)>,
}

/// Who works where, as the writes say that came one after the other.
#[derive(Default)]
struct Work {
    /// By session.
    staff: BTreeMap<i64, i64>,
    /// By device: who, and since when.
    at: BTreeMap<i64, (i64, i64)>,
}

impl Work {
    fn is_here(&self, staff: i64, now_ms: i64) -> bool {
        self.at.values().any(|(who, begun_ms)| *who == staff && now_ms - begun_ms < SHIFT_MS)
    }

    /// Whether somebody may do a task: nobody else does, or whoever does is not at work, or a manager steps in.
    fn may_do(&self, course: &Course, staff: i64, now_ms: i64) -> bool {
        let is_free = course.holder.is_none_or(|holder| holder == staff || !self.is_here(holder, now_ms));
        match course.end {
            End::None => is_free || is_manager(staff),
            End::Done => is_manager(staff),
            End::Final => false,
        }
    }
}

/// The staff have the numbers of their places, from 1 on.
fn is_manager(staff: i64) -> bool {
    STAFF.iter().zip(1..).any(|((_, role), number)| number == staff && *role == StaffRole::Manager)
}

impl Outcome {
    /// Goes through what was done at the desk in the order in which it was kept, and compares with it what was
    /// answered and what has become of each task.
    pub(crate) fn count_tasks(&mut self, server: &Server, desk: &Desk) -> Result<()> {
        let kept: Vec<(i64, i64, String, String, i64, i64)> = server.rows(
            "SELECT rowid, device_id, idempotency_key, outcome, COALESCE(reference, 0), taken_ms
             FROM writes ORDER BY rowid",
        )?;
        let kept: Vec<Kept> = kept
            .into_iter()
            .map(|(number, device, key, word, reference, taken_ms)| Kept {
                number,
                device,
                key,
                word,
                reference,
                taken_ms,
            })
            .collect();
        let tablets: Vec<(i64,)> = server.rows("SELECT id FROM devices WHERE kind = 'tablet' ORDER BY id")?;
        let sessions: Vec<(i64, i64)> = server.rows("SELECT id, staff_id FROM staff_sessions")?;
        let reports: Vec<(i64, i64)> =
            server.rows("SELECT id, task_id FROM expired_reports WHERE task_id IS NOT NULL")?;
        let tasks: Vec<(i64, i64, i64, i64, String)> = server.rows(
            "SELECT id, COALESCE(claimed_by, 0), COALESCE(closed_ms, 0), COALESCE(closed_by, 0), COALESCE(outcome, '')
             FROM tasks",
        )?;
        let tasks: BTreeMap<i64, Row> = tasks
            .into_iter()
            .map(|(id, claimed_by, closed_ms, closed_by, outcome)| {
                (id, Row { claimed_by, closed_ms, closed_by, outcome })
            })
            .collect();
        let tablets: Vec<i64> = tablets.into_iter().map(|(id,)| id).collect();
        let reports: BTreeMap<i64, i64> = reports.into_iter().collect();

        self.count_told(&kept, &tablets, desk);
        let mut work = Work { staff: sessions.into_iter().collect(), ..Work::default() };
        let mut courses: BTreeMap<i64, Course> = BTreeMap::new();
        let mut refused = desk.refused.iter().peekable();
        for write in &kept {
            while let Some(refused) = refused.next_if(|refused| refused.after < write.number) {
                self.count_refused(refused, tablets[refused.tablet], &work, &courses, &tasks);
            }
            if tablets.contains(&write.device) {
                self.happened(write, &mut work, &mut courses);
            } else if let Some(task) = reported(write, &reports) {
                let course = courses.entry(task).or_default();
                match course.end {
                    End::None => {}
                    // There are more of them on the shelf.
                    End::Done => course.end = End::None,
                    End::Final => self.wrong.push(format!("a report is of the task {task}, which was over")),
                }
            }
        }
        for refused in refused {
            self.count_refused(refused, tablets[refused.tablet], &work, &courses, &tasks);
        }
        for (id, row) in &tasks {
            let none = Course::default();
            let Course { holder, end, ended } = courses.get(id).unwrap_or(&none);
            let (ended_by, word) = ended.clone().unwrap_or_default();
            let is_so = match end {
                End::None => {
                    let is_open = row.closed_ms == 0 && row.claimed_by == holder.unwrap_or_default();
                    is_open || row.outcome == "called_off"
                }
                // It is closed, or waits for a manager, whom it may wait for again.
                End::Done => {
                    (row.closed_by, &row.outcome) == (ended_by, &word)
                        && (row.closed_ms > 0 || row.claimed_by == holder.unwrap_or_default())
                }
                End::Final => row.closed_ms > 0 && (row.closed_by, &row.outcome) == (ended_by, &word),
            };
            if !is_so {
                self.lost += 1;
                self.wrong.push(format!("the task {id} is not as it was left: {end:?} by {ended_by}, {word:?}"));
            }
        }
        Ok(())
    }

    /// What was answered to the tablets is what may be, and all of it was.
    pub(crate) fn count_desk(&mut self, desk: &Desk) {
        self.wrong.extend(desk.wrong.iter().cloned());
        self.wrong.extend(desk.waiting().map(|key| format!("the desk still waits for {key}")));
        self.writes += desk.answered;
    }

    /// What was answered was kept.
    fn count_told(&mut self, kept: &[Kept], tablets: &[i64], desk: &Desk) {
        let by_key: BTreeMap<_, _> = kept.iter().map(|write| ((write.device, write.key.as_str()), write)).collect();
        for ((tablet, key), (task, word)) in &desk.told {
            let write = by_key.get(&(tablets[*tablet], key.as_str()));
            if write.is_none_or(|write| (write.reference, &write.word) != (*task, word)) {
                self.lost += 1;
                self.wrong.push(format!("{key} is lost: the task {task} was said to be {word}"));
            }
        }
    }

    /// Something was done at a tablet.
    fn happened(&mut self, write: &Kept, work: &mut Work, courses: &mut BTreeMap<i64, Course>) {
        let Kept { device, key, word, reference, taken_ms, .. } = write;
        if word == "signed_in" {
            let staff = work.staff.get(reference).copied().unwrap_or_default();
            work.at.insert(*device, (staff, *taken_ms));
            return;
        }
        if !matches!(word.as_str(), "claimed" | "open" | "done" | "not_found") {
            return;
        }
        let staff = work.at.get(device).map_or(0, |(staff, _)| *staff);
        let course = courses.entry(*reference).or_default();
        let may = match word.as_str() {
            "open" => course.end != End::Final && course.holder == Some(staff),
            _ => work.may_do(course, staff, *taken_ms),
        };
        if !may {
            self.doubled += 1;
            let Course { holder, end, .. } = course;
            let before = format!("had {holder:?} and the end {end:?}");
            self.wrong.push(format!("{key}: the task {reference} {before} when it was {word} by {staff}"));
        }
        match word.as_str() {
            "claimed" => course.holder = Some(staff),
            "open" => course.holder = None,
            _ => {
                let is_final = word == "not_found" || is_manager(staff);
                course.end = if is_final { End::Final } else { End::Done };
                course.holder = None;
                course.ended = Some((staff, word.clone()));
            }
        }
    }

    /// Nobody is refused what they may do.
    fn count_refused(
        &mut self,
        refused: &Refused,
        device: i64,
        work: &Work,
        courses: &BTreeMap<i64, Course>,
        tasks: &BTreeMap<i64, Row>,
    ) {
        let Some((task, word)) = refused.deed.of_task() else { return };
        let staff = work.at.get(&device).map_or(0, |(staff, _)| *staff);
        let none = Course::default();
        let course = courses.get(&task).unwrap_or(&none);
        let is_called_off = tasks
            .get(&task)
            .is_some_and(|row| row.outcome == "called_off" && (1..=refused.at_ms).contains(&row.closed_ms));
        let may = match word {
            "open" => course.holder == Some(staff),
            // Where nothing was odd, it is closed for a manager too.
            _ => course.end != End::Done && work.may_do(course, staff, refused.at_ms),
        };
        if may && !is_called_off {
            self.lost += 1;
            self.wrong.push(format!("{staff} was refused the task {task}, which they may do"));
        }
    }

    /// Looks through the points of each report, after the clock has looked at `looked_ms` last.
    pub(crate) fn count_decisions(&mut self, server: &Server, looked_ms: i64) -> Result<()> {
        let reports: Vec<ReportRow> = server.rows(
            "WITH decisions AS (
                SELECT points_postings.lot_id, points_transactions.id, points_transactions.kind,
                    points_postings.account, points_postings.points
                FROM points_postings JOIN points_transactions ON points_transactions.id = transaction_id
                WHERE points_transactions.kind IN ('release', 'cancellation'))
             SELECT id, state, points, COALESCE(lot_id, 0),
                (SELECT COALESCE(SUM(points), 0) FROM points_postings
                 WHERE points_postings.lot_id = expired_reports.lot_id AND account = 'member_pending'),
                (SELECT COALESCE(SUM(points), 0) FROM decisions
                 WHERE decisions.lot_id = expired_reports.lot_id AND kind = 'release' AND account = 'member_available'),
                (SELECT COALESCE(-SUM(points), 0) FROM decisions
                 WHERE decisions.lot_id = expired_reports.lot_id AND kind = 'cancellation'
                    AND account = 'member_pending'),
                (SELECT COUNT(DISTINCT id) FROM decisions WHERE decisions.lot_id = expired_reports.lot_id)
             FROM expired_reports ORDER BY id",
        )?;
        for (id, state, points, lot, pending, released, cancelled, decisions) in reports {
            // Whoever is no member has no points yet.
            let promised = if lot == 0 { 0 } else { points };
            let due = match state.as_str() {
                "waiting" | "second_look" => (promised, 0, 0, 0),
                "confirmed" | "released" => (0, promised, 0, i64::from(lot > 0)),
                "not_confirmed" => (0, 0, promised, i64::from(lot > 0)),
                _ => (0, 0, 0, 0),
            };
            self.decided += usize::from(matches!(state.as_str(), "confirmed" | "not_confirmed"));
            self.released += usize::from(state == "released");
            let is = (pending, released, cancelled, decisions);
            if is != due {
                let is_doubled = decisions > due.3 || pending + released + cancelled > promised;
                self.doubled += usize::from(is_doubled);
                self.lost += usize::from(!is_doubled);
                self.wrong.push(format!(
                    "the report {id} is {state}: {pending} points wait, {released} are released, {cancelled} are \
                     cancelled by {decisions} decisions, where it is to be {due:?}"
                ));
            }
        }
        let shared: Vec<(i64, i64)> =
            server.rows("SELECT lot_id, COUNT(*) FROM expired_reports GROUP BY lot_id HAVING COUNT(lot_id) > 1")?;
        self.wrong.extend(shared.iter().map(|(lot, reports)| format!("{reports} reports have the lot {lot}")));
        // Whoever joins by a slip may be odd, after the items were looked for.
        let undecided: Vec<(i64, i64)> = server.rows(
            "SELECT expired_reports.id, tasks.id FROM expired_reports JOIN tasks ON tasks.id = task_id
             WHERE state IN ('waiting', 'second_look') AND closed_ms IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM points_transactions WHERE points_transactions.id = lot_id
                    AND write_key LIKE 'expired-report:%')",
        )?;
        self.lost += undecided.len();
        self.wrong.extend(
            undecided.iter().map(|(report, task)| format!("the report {report} waits, and its task {task} is closed")),
        );
        let late: Vec<(i64, i64)> = server
            .rows("SELECT id, due_ms FROM expired_reports WHERE state IN ('waiting', 'second_look') ORDER BY id")?;
        let late: Vec<_> = late.into_iter().filter(|(_, due_ms)| *due_ms < looked_ms).collect();
        self.lost += late.len();
        self.wrong.extend(late.iter().map(|(id, _)| format!("the report {id} waits beyond its time")));
        Ok(())
    }
}

/// The task that a report of an expired item is of.
fn reported(write: &Kept, reports: &BTreeMap<i64, i64>) -> Option<i64> {
    let word = write.word.split(':').next().unwrap_or_default();
    ExpiredReportOutcome::from_code(word)?;
    reports.get(&write.reference).copied()
}
