//! What time it is, for whoever must know: one clock, so that a test can set it.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// In milliseconds.
pub(crate) const MINUTE_MS: i64 = 60_000;
pub(crate) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;

/// What must not tell how long it took is answered at a multiple of this.
const STEP: Duration = Duration::from_millis(50);
/// The last part of that wait, for which a thread sleeps.
const LAST: Duration = Duration::from_millis(3);

/// Gives milliseconds since 1970.
#[derive(Clone)]
pub struct Clock {
    now_ms: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Whether it goes by itself.
    is_system: bool,
}

impl Clock {
    /// The machine's.
    #[must_use]
    pub fn system() -> Self {
        let clock = Self::new(|| {
            // Before 1970 no clock of a server stands; as well 1970 then.
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_millis() as i64)
        });
        Self { is_system: true, ..clock }
    }

    /// One that somebody else sets.
    pub fn new(now_ms: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self { now_ms: Arc::new(now_ms), is_system: false }
    }

    /// The time now.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        (self.now_ms)()
    }

    /// Does what must not tell by its time what it has found, such as whether a number is a member's: its end is put
    /// off until 50 ms after its start or, where it took longer, until the next multiple of that. A few microseconds
    /// of the database would else be seen by whoever asks often enough. Under a clock that somebody sets nothing is
    /// put off.
    pub(crate) async fn evenly<T>(&self, work: impl Future<Output = T>) -> T {
        let started = Instant::now();
        let done = work.await;
        if self.is_system {
            let end = started + even(started.elapsed());
            tokio::time::sleep_until(end - LAST).await;
            // The runtime wakes at a whole millisecond after it fell asleep, and so would tell when the work was done. A
            // thread wakes when it is to.
            let rest = move || std::thread::sleep(end.saturating_duration_since(Instant::now()));
            let _ = tokio::task::spawn_blocking(rest).await;
        }
        done
    }
}

/// The next multiple of [`STEP`] after so long.
fn even(passed: Duration) -> Duration {
    let steps = passed.as_nanos() / STEP.as_nanos() + 1;
    STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_little_longer_is_answered_at_the_same_time() {
        let even_ms = |us: u64| even(Duration::from_micros(us)).as_millis();
        assert_eq!([0, 700, 49_999].map(even_ms), [50; 3]);
        assert_eq!([50_000, 99_000].map(even_ms), [100; 2]);
    }
}
