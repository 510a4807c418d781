//! How far somebody is with a photograph: pure.

use crate::scanner::camera::Failure;

/// A JPEG, as base64.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Photo(pub(crate) String);

/// No picture stands in a log.
impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Photo")
    }
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody takes one.
    #[default]
    Off,
    /// The camera is being opened: the browser may ask for leave.
    Opening,
    /// It shows what would be on it.
    Aiming,
    /// They look at it.
    Taken(Photo),
    /// The camera shows nothing.
    Failed(Failure),
}

/// Which page that is: another one is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Off,
    Aim,
    Look,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// They want to take one, or another one.
    Begin,
    /// The camera shows a picture, or says why not.
    Opened(Result<(), Failure>),
    /// They press the shutter.
    Take,
    /// What came of that; `None` where nothing was shown.
    Drawn(Option<Photo>),
    /// It is the right one.
    Use,
    /// They go on without one, or have gone.
    Leave,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Open,
    /// Draw what the camera shows.
    Draw,
    Close,
    /// Keep it, to be sent.
    Keep(Photo),
}

impl State {
    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event) -> Option<Effect> {
        let (next, effect) = match (std::mem::take(self), event) {
            (Self::Off | Self::Taken(_) | Self::Failed(_), Event::Begin) => (Self::Opening, Some(Effect::Open)),
            (Self::Opening, Event::Opened(Ok(()))) => (Self::Aiming, None),
            (Self::Opening | Self::Aiming, Event::Opened(Err(failure))) => (Self::Failed(failure), Some(Effect::Close)),
            (Self::Aiming, Event::Take) => (Self::Aiming, Some(Effect::Draw)),
            // Nobody is filmed while they look at what was taken.
            (Self::Aiming, Event::Drawn(Some(photo))) => (Self::Taken(photo), Some(Effect::Close)),
            (Self::Aiming, Event::Drawn(None)) => (Self::Failed(Failure::Away), Some(Effect::Close)),
            (Self::Taken(photo), Event::Use) => (Self::Off, Some(Effect::Keep(photo))),
            (_, Event::Leave) => (Self::Off, Some(Effect::Close)),
            (other, _) => (other, None),
        };
        *self = next;
        effect
    }

    pub(crate) fn page(&self) -> Page {
        match self {
            Self::Off => Page::Off,
            Self::Opening | Self::Aiming | Self::Failed(_) => Page::Aim,
            Self::Taken(_) => Page::Look,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(events: impl IntoIterator<Item = Event>) -> (State, Vec<Effect>) {
        let mut state = State::default();
        let effects = events.into_iter().filter_map(|event| state.update(event)).collect();
        (state, effects)
    }

    fn photo(text: &str) -> Photo {
        Photo(text.into())
    }

    fn taken() -> [Event; 4] {
        [Event::Begin, Event::Opened(Ok(())), Event::Take, Event::Drawn(Some(photo("one")))]
    }

    #[test]
    fn what_was_taken_is_looked_at_with_the_camera_off_and_kept_once_it_is_the_right_one() {
        let (state, effects) = after(taken());
        assert_eq!(state, State::Taken(photo("one")));
        assert!(effects == [Effect::Open, Effect::Draw, Effect::Close]);
        let (state, effects) = after(taken().into_iter().chain([Event::Use, Event::Use]));
        assert_eq!(state, State::Off);
        assert!(effects[3..] == [Effect::Keep(photo("one"))], "once");
    }

    #[test]
    fn another_one_takes_its_place() {
        let other = [Event::Begin, Event::Opened(Ok(())), Event::Take, Event::Drawn(Some(photo("two"))), Event::Use];
        let (_, effects) = after(taken().into_iter().chain(other));
        assert!(effects.ends_with(&[Effect::Close, Effect::Keep(photo("two"))]));
        assert!(!effects.contains(&Effect::Keep(photo("one"))));
    }

    #[test]
    fn whoever_leaves_closes_the_camera_and_keeps_nothing() {
        for far in 0..=4 {
            let (state, effects) = after(taken().into_iter().take(far).chain([Event::Leave]));
            assert_eq!(state, State::Off);
            assert!(effects.last() == Some(&Effect::Close), "{far}");
        }
        assert!(after([Event::Begin, Event::Leave, Event::Opened(Ok(()))]).0 == State::Off, "it opened too late");
    }

    #[test]
    fn a_camera_that_shows_nothing_is_said_so_and_can_be_tried_again() {
        let refused = [Event::Begin, Event::Opened(Err(Failure::Refused))];
        assert_eq!(after(refused.clone()).0, State::Failed(Failure::Refused));
        assert_eq!(after(refused.into_iter().chain([Event::Begin])).0, State::Opening);
        let dark = [Event::Begin, Event::Opened(Ok(())), Event::Take, Event::Drawn(None)];
        assert_eq!(after(dark).0, State::Failed(Failure::Away));
    }

    #[test]
    fn no_picture_stands_in_a_log() {
        let mut state = after(taken()).0;
        let log = format!("{state:?} {:?} {:?}", taken(), state.update(Event::Use));
        assert!(log.contains("Photo") && !log.contains("one"), "{log}");
    }
}
