//! What Prometheus is told of messages.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::Result;
use polka_contract::MessageChannel;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::Messages;
use super::carrier::Outcome;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ChannelLabel {
    channel: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TryLabels {
    channel: &'static str,
    outcome: &'static str,
}

/// What is counted as it happens.
#[derive(Default)]
pub(super) struct Counters {
    pub(super) over_limit: Counter,
    tries: Family<TryLabels, Counter>,
}

impl Counters {
    /// Counts a try.
    pub(super) fn count(&self, channel: MessageChannel, outcome: &Outcome) {
        let outcome = match outcome {
            Outcome::Taken => "taken",
            Outcome::Refused(_) => "refused",
            Outcome::NotTaken(_) => "not_taken",
            Outcome::InDoubt(_) => "in_doubt",
        };
        self.tries.get_or_create(&TryLabels { channel: channel.code(), outcome }).inc();
    }
}

/// What is looked up when somebody asks.
pub(crate) struct Measurements {
    messages: Arc<Messages>,
    waiting: Family<ChannelLabel, Gauge<u64, AtomicU64>>,
    waiting_seconds: Family<ChannelLabel, Gauge<u64, AtomicU64>>,
    sms_today: Gauge<u64, AtomicU64>,
    sms_daily_limit: Gauge<u64, AtomicU64>,
}

impl Measurements {
    /// Names what is measured.
    pub(crate) fn register(registry: &mut Registry, messages: Arc<Messages>) -> Self {
        let (waiting, waiting_seconds) = (Family::default(), Family::default());
        let (sms_today, sms_daily_limit) = (Gauge::default(), Gauge::default());
        let counters = &messages.counters;
        registry.register("messages_waiting", "Messages that wait or are being sent", waiting.clone());
        registry.register(
            "messages_waiting_seconds",
            "For how long the oldest of them has waited",
            waiting_seconds.clone(),
        );
        registry.register("message_tries", "Tries to send a message, and what came of them", counters.tries.clone());
        registry.register("sms_today", "SMS queued since midnight in the store", sms_today.clone());
        registry.register("sms_daily_limit", "SMS that may be queued in a day", sms_daily_limit.clone());
        registry.register("sms_over_limit", "SMS that were refused for that limit", counters.over_limit.clone());
        Self { messages, waiting, waiting_seconds, sms_today, sms_daily_limit }
    }

    /// Looks it up.
    pub(crate) async fn measure(&self) -> Result<()> {
        let (now_ms, overview) = (self.messages.clock.now_ms(), self.messages.overview().await?);
        for channel in overview.channels {
            let label = ChannelLabel { channel: channel.channel.code() };
            let since_ms = channel.waiting_since_ms.unwrap_or(now_ms);
            self.waiting.get_or_create(&label).set(channel.waiting);
            self.waiting_seconds.get_or_create(&label).set(now_ms.saturating_sub(since_ms).max(0) as u64 / 1000);
        }
        self.sms_today.set(overview.sms_today);
        self.sms_daily_limit.set(overview.sms_daily_limit);
        Ok(())
    }
}
