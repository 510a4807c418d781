//! What is said, in which order, how loud and how fast, and to which ear: the rules, without a voice.

use std::collections::VecDeque;

use crate::i18n::Locale;
use crate::words::speech as words;

/// What kind of thing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What is on the screen, and what to do.
    Prompt,
    /// A price, a number, an answer.
    Value,
    /// Something went wrong.
    Error,
    /// What only the person may hear.
    Private,
    /// A character of an entry that is masked on the screen.
    Masked,
}

impl Class {
    /// The name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Value => "value",
            Self::Error => "error",
            Self::Private | Self::Masked => "private",
        }
    }
}

/// Who can hear it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The person with the headphones.
    Private,
    /// Everybody near.
    Speaker,
}

impl Channel {
    /// The name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Speaker => "speaker",
        }
    }
}

/// Something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utterance {
    /// In words, as a voice takes them.
    pub text: String,
    /// In which language.
    pub locale: Locale,
    /// Of which kind.
    pub class: Class,
    /// Which thing on the screen it is, by its number in the list that the caller keeps.
    pub place: Option<usize>,
}

impl Utterance {
    /// A prompt that belongs to nothing on the screen.
    #[must_use]
    pub fn prompt(text: impl Into<String>, locale: Locale) -> Self {
        Self { text: text.into(), locale, class: Class::Prompt, place: None }
    }
}

/// Something that is being said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Counts up from 1, over the life of the page.
    pub sequence: u32,
    /// What, as it may be said on this channel.
    pub utterance: Utterance,
    /// [`Queue::RATES`], from 1.
    pub rate: u8,
    /// Up to [`Queue::VOLUMES`], from 1.
    pub volume: u8,
    /// To whom.
    pub channel: Channel,
}

/// Why something is no longer said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was said to its end.
    Done,
    /// Something else was to be said or done.
    Interrupted,
    /// The person asked for a pause.
    Paused,
}

impl End {
    /// The name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Interrupted => "interrupted",
            Self::Paused => "paused",
        }
    }
}

/// What the voice is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Be silent at once.
    Stop(Spoken, End),
    /// Say this.
    Say(Spoken),
}

/// What is said and what waits for it.
#[derive(Clone, Debug)]
pub struct Queue {
    waiting: VecDeque<Utterance>,
    current: Option<Spoken>,
    /// For "say that again".
    last: Option<Utterance>,
    is_paused: bool,
    has_headphones: bool,
    rate: u8,
    volume: u8,
    /// The person's rate and volume, while somebody else is at the device.
    set_aside: Option<(u8, u8)>,
    sequence: u32,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            current: None,
            last: None,
            is_paused: false,
            has_headphones: false,
            rate: Self::FIRST_RATE,
            volume: Self::FIRST_VOLUME,
            set_aside: None,
            sequence: 0,
        }
    }
}

impl Queue {
    /// How many rates there are; the middle one is a voice's own.
    pub const RATES: u8 = 5;
    /// How many volumes there are.
    pub const VOLUMES: u8 = 10;
    const FIRST_RATE: u8 = 3;
    const FIRST_VOLUME: u8 = 6;

    /// Says these now, in place of whatever is said.
    #[must_use]
    pub fn say(&mut self, utterances: impl IntoIterator<Item = Utterance>) -> Vec<Command> {
        let mut commands = self.stop();
        self.waiting.extend(utterances);
        commands.extend(self.next());
        commands
    }

    /// Says nothing more.
    #[must_use]
    pub fn stop(&mut self) -> Vec<Command> {
        self.waiting.clear();
        self.is_paused = false;
        self.current.take().map(|spoken| Command::Stop(spoken, End::Interrupted)).into_iter().collect()
    }

    /// Takes word that the voice came to the end. Gives what was said too, for the log.
    #[must_use]
    pub fn ended(&mut self, sequence: u32) -> (Option<Spoken>, Vec<Command>) {
        match self.current.take_if(|spoken| spoken.sequence == sequence) {
            Some(spoken) => (Some(spoken), self.next()),
            None => (None, Vec::new()),
        }
    }

    /// Pauses, or goes on with the thing that was broken off.
    #[must_use]
    pub fn pause_or_go_on(&mut self) -> Vec<Command> {
        if self.is_paused {
            self.is_paused = false;
            return self.next();
        }
        let Some(spoken) = self.current.take() else { return Vec::new() };
        self.is_paused = true;
        self.waiting.extend(self.last.clone());
        self.waiting.rotate_right(1);
        vec![Command::Stop(spoken, End::Paused)]
    }

    /// Says the last thing again, and what waits behind it.
    #[must_use]
    pub fn repeat(&mut self) -> Vec<Command> {
        let Some(last) = self.last.clone() else { return Vec::new() };
        if self.is_paused {
            // It waits already.
            self.waiting.pop_front();
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.say([last].into_iter().chain(waiting))
    }

    fn next(&mut self) -> Vec<Command> {
        let Some(utterance) = self.waiting.pop_front() else { return Vec::new() };
        self.last = Some(utterance.clone());
        self.sequence += 1;
        let spoken = Spoken {
            sequence: self.sequence,
            channel: self.channel(),
            rate: self.rate,
            volume: self.volume,
            utterance: for_channel(utterance, self.channel()),
        };
        self.current = Some(spoken.clone());
        vec![Command::Say(spoken)]
    }

    fn channel(&self) -> Channel {
        if self.has_headphones { Channel::Private } else { Channel::Speaker }
    }

    /// Takes word that headphones were plugged in or pulled out.
    pub fn set_headphones(&mut self, has_headphones: bool) {
        self.has_headphones = has_headphones;
    }

    /// Faster or slower by steps; gives the rate that it is then.
    pub fn change_rate(&mut self, steps: i8) -> u8 {
        self.rate = self.rate.saturating_add_signed(steps).clamp(1, Self::RATES);
        self.rate
    }

    /// Louder or quieter by steps; gives the volume that it is then.
    pub fn change_volume(&mut self, steps: i8) -> u8 {
        self.volume = self.volume.saturating_add_signed(steps).clamp(1, Self::VOLUMES);
        self.volume
    }

    /// Forgets the person: what they heard, how loud and how fast.
    #[must_use]
    pub fn reset(&mut self) -> Vec<Command> {
        let commands = self.stop();
        *self = Self { sequence: self.sequence, has_headphones: self.has_headphones, ..Self::default() };
        commands
    }

    /// Forgets the person for as long as somebody else is at the device.
    #[must_use]
    pub fn set_aside(&mut self) -> Vec<Command> {
        let set_aside = Some((self.rate, self.volume));
        let commands = self.reset();
        self.set_aside = set_aside;
        commands
    }

    /// The person is back: as fast and loud as they had it.
    #[must_use]
    pub fn give_back(&mut self) -> Vec<Command> {
        let set_aside = self.set_aside;
        let commands = self.reset();
        (self.rate, self.volume) = set_aside.unwrap_or((self.rate, self.volume));
        commands
    }

    /// What is being said.
    #[must_use]
    pub fn current(&self) -> Option<&Spoken> {
        self.current.as_ref()
    }
}

/// What may be said to whom: nothing private on the loudspeaker, whose word for a masked character is
/// "asterisk" (EN 301 549, 5.1.3.8 and 5.1.3.9). It is also what the caption shows, since a screen is public.
#[must_use]
pub fn for_channel(mut utterance: Utterance, channel: Channel) -> Utterance {
    if channel == Channel::Speaker {
        match utterance.class {
            Class::Private => utterance.text = words::private(utterance.locale).to_owned(),
            Class::Masked => utterance.text = words::asterisk(utterance.locale).to_owned(),
            Class::Prompt | Class::Value | Class::Error => {}
        }
    }
    utterance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(text: &str) -> Utterance {
        Utterance::prompt(text, Locale::English)
    }

    /// The commands in short: `+text` for say, `-text` for stop.
    fn short(commands: &[Command]) -> Vec<String> {
        commands
            .iter()
            .map(|command| match command {
                Command::Say(spoken) => format!("+{}", spoken.utterance.text),
                Command::Stop(spoken, _) => format!("-{}", spoken.utterance.text),
            })
            .collect()
    }

    #[test]
    fn one_thing_is_said_after_the_other() {
        let mut queue = Queue::default();
        assert_eq!(short(&queue.say([prompt("a"), prompt("b")])), ["+a"]);
        assert_eq!(short(&queue.ended(1).1), ["+b"]);
        assert_eq!(short(&queue.ended(2).1), [""; 0]);
    }

    #[test]
    fn a_new_thing_breaks_off_the_old_and_the_end_of_the_old_starts_nothing() {
        let mut queue = Queue::default();
        let _ = queue.say([prompt("a"), prompt("b")]);
        assert_eq!(short(&queue.say([prompt("c")])), ["-a", "+c"]);
        assert_eq!(queue.ended(1), (None, Vec::new()));
        assert_eq!(queue.current().map(|spoken| spoken.sequence), Some(2));
    }

    #[test]
    fn a_pause_goes_on_with_what_it_broke_off() {
        let mut queue = Queue::default();
        let _ = queue.say([prompt("a"), prompt("b")]);
        assert_eq!(short(&queue.pause_or_go_on()), ["-a"]);
        assert_eq!(short(&queue.pause_or_go_on()), ["+a"]);
        assert_eq!(short(&queue.ended(2).1), ["+b"]);
        let _ = queue.pause_or_go_on();
        assert_eq!(short(&queue.say([prompt("c")])), ["+c"], "a new thing ends the pause");
    }

    #[test]
    fn a_repetition_says_the_last_thing_and_goes_on() {
        let mut queue = Queue::default();
        assert_eq!(short(&queue.repeat()), [""; 0]);
        let _ = queue.say([prompt("a"), prompt("b")]);
        assert_eq!(short(&queue.repeat()), ["-a", "+a"]);
        assert_eq!(short(&queue.ended(2).1), ["+b"]);
        let _ = queue.ended(3);
        assert_eq!(short(&queue.repeat()), ["+b"]);
        let _ = queue.pause_or_go_on();
        assert_eq!(short(&queue.repeat()), ["+b"]);
        assert_eq!(short(&queue.ended(5).1), [""; 0], "a repetition after a pause is said once");
    }

    #[test]
    fn nothing_private_is_said_on_the_loudspeaker() {
        let mut queue = Queue::default();
        let private = |class| Utterance { class, ..prompt("1234") };
        for class in [Class::Private, Class::Masked] {
            for command in queue.say([private(class)]) {
                let Command::Say(spoken) = command else { continue };
                assert_eq!(spoken.channel, Channel::Speaker);
                assert!(!spoken.utterance.text.contains("1234"));
            }
        }
        queue.set_headphones(true);
        assert_eq!(short(&queue.say([private(Class::Private)])).last().map(String::as_str), Some("+1234"));
    }

    #[test]
    fn volume_and_rate_stay_in_range_and_go_back_with_the_visit() {
        let mut queue = Queue::default();
        assert_eq!((queue.change_volume(100), queue.change_rate(100)), (Queue::VOLUMES, Queue::RATES));
        assert_eq!((queue.change_volume(-100), queue.change_rate(-100)), (1, 1));
        let _ = queue.say([prompt("a")]);
        assert_eq!(short(&queue.reset()), ["-a"]);
        assert_eq!((queue.change_volume(0), queue.change_rate(0)), (Queue::FIRST_VOLUME, Queue::FIRST_RATE));
        assert!(queue.repeat().is_empty(), "nobody hears what the person before them heard");
    }

    #[test]
    fn what_the_person_had_set_comes_back_after_somebody_else_and_not_after_the_visit() {
        let mut queue = Queue::default();
        let _ = (queue.change_rate(2), queue.change_volume(-3), queue.say([prompt("Mine")]));
        assert_eq!(short(&queue.set_aside()), ["-Mine"]);
        assert_eq!((queue.rate, queue.volume), (Queue::FIRST_RATE, Queue::FIRST_VOLUME));
        assert!(queue.repeat().is_empty());
        let _ = (queue.change_volume(4), queue.give_back());
        assert_eq!((queue.rate, queue.volume), (5, 3));
        let _ = (queue.set_aside(), queue.reset(), queue.give_back());
        assert_eq!((queue.rate, queue.volume), (Queue::FIRST_RATE, Queue::FIRST_VOLUME));
    }
}
