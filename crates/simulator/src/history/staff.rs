//! The staff at their tablets: they show who they are, take tasks and end them.

use anyhow::{Result, bail};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use polka_contract::{OpenTask, TaskResponse, TasksResponse, paths};

use super::till::till_request;
use super::{BEGIN_MS, DESK_STEPS, Event, History, PATIENCE_MS, told};
use crate::bug::Bug;
use crate::desk::{self, Deed};
use crate::network::fate;
use crate::server::{Answer, Server};

/// As long as somebody waits at a tablet at which they have shown their badge.
const LONGEST_SIGN_IN_MS: f64 = 60_000.0;

impl History {
    /// Somebody looks at what a tablet shows, and does something.
    pub(super) fn staff_acts(&mut self, tablet: usize) -> Result<()> {
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

    pub(super) fn tablet_asks(&mut self, tablet: usize) {
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

    pub(super) fn tablet_arrives(&mut self, sent: desk::Sent) -> Result<()> {
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
