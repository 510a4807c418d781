//! What somebody is asked about themselves, one thing a page: pure.

use polka_contract::{Profile, Wish};
use polka_domain::Date;

use crate::api::members::Refusal;
use crate::features::member_card::state::{Effect, Event, Own};
use crate::ui::digits::Key;

/// A birthday is of no year: one that has a 29 February, and that nobody sees.
pub(crate) const A_LEAP_YEAR: i16 = 2028;

/// What somebody is asked about themselves, and what they have said so far.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) topic: Topic,
    /// What they have typed, or would find again.
    pub(crate) text: String,
    pub(crate) wishes: Vec<Wish>,
    /// All was told, and they look through it.
    pub(crate) is_review: bool,
    pub(crate) is_saving: bool,
    /// The store did not take it, or did not answer.
    pub(crate) problem: Option<Refusal>,
}

/// About what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    FirstName,
    Birthday,
    Email,
    Wishes,
}

impl Topic {
    pub(crate) const ALL: [Self; 4] = [Self::FirstName, Self::Birthday, Self::Email, Self::Wishes];

    pub(crate) fn is_told(self, profile: &Profile) -> bool {
        match self {
            Self::FirstName => profile.first_name.is_some(),
            Self::Birthday => profile.birthday.is_some(),
            Self::Email => profile.email.is_some(),
            Self::Wishes => !profile.wishes.is_empty(),
        }
    }

    /// The one that is asked after this.
    fn next(self) -> Option<Self> {
        Self::ALL.into_iter().skip_while(|topic| *topic != self).nth(1)
    }

    /// Its place among all, the first being 1.
    pub(crate) fn number(self) -> usize {
        Self::ALL.iter().position(|topic| *topic == self).unwrap_or_default() + 1
    }
}

impl Question {
    pub(crate) fn of(topic: Topic, profile: &Profile) -> Self {
        let text = match topic {
            Topic::FirstName => profile.first_name.clone(),
            Topic::Email => profile.email.clone(),
            Topic::Birthday => {
                profile.birthday.as_deref().and_then(read_birthday).map(|(day, month)| format!("{day:02}{month:02}"))
            }
            Topic::Wishes => None,
        };
        Self {
            topic,
            text: text.unwrap_or_default(),
            wishes: if topic == Topic::Wishes { profile.wishes.clone() } else { vec![] },
            is_review: false,
            is_saving: false,
            problem: None,
        }
    }

    /// The first of all, for whoever looks through what they have told.
    pub(crate) fn of_review(profile: &Profile) -> Self {
        Self { is_review: true, ..Self::of(Topic::FirstName, profile) }
    }

    /// The question after it; `None` where there is none.
    pub(crate) fn update(mut self, own: &mut Own, event: Event, effects: &mut Vec<Effect>) -> Option<Self> {
        if self.is_saving {
            return match event {
                Event::Saved(Ok(())) => {
                    own.profile = self.told(&own.profile)?;
                    self.after(own)
                }
                Event::Saved(Err(why)) => {
                    (self.is_saving, self.problem) = (false, Some(why));
                    effects.push(Effect::TellProblem);
                    Some(self)
                }
                _ => Some(self),
            };
        }
        match event {
            Event::Skip => return self.after(own),
            Event::Back => return None,
            Event::Text(text) => (self.text, self.problem) = (text, None),
            Event::Key(Key::Digit(digit)) if self.text.len() < 4 => {
                self.text.push(char::from(b'0' + digit));
                self.problem = None;
            }
            Event::Key(Key::Erase) => {
                self.text.pop();
                self.problem = None;
            }
            Event::Wish(wish) => match self.wishes.iter().position(|it| *it == wish) {
                Some(at) => drop(self.wishes.remove(at)),
                None => self.wishes.push(wish),
            },
            Event::Next => match self.told(&own.profile) {
                Some(profile) if profile == own.profile => return self.after(own),
                Some(profile) => {
                    self.is_saving = true;
                    effects.push(Effect::Save(own.access.clone(), profile));
                }
                None => {
                    self.problem = Some(Refusal::Invalid);
                    effects.push(Effect::TellProblem);
                }
            },
            _ => {}
        }
        Some(self)
    }

    /// The next question that has no answer; the next one where all have.
    fn after(&self, own: &Own) -> Option<Self> {
        if self.is_review {
            return Some(Self { is_review: true, ..Self::of(self.topic.next()?, &own.profile) });
        }
        let after = std::iter::successors(self.topic.next(), |topic| topic.next());
        let next = after.into_iter().find(|topic| !topic.is_told(&own.profile))?;
        Some(Self::of(next, &own.profile))
    }

    /// The profile with what is said here; `None` where that is not right. Nothing said takes it back.
    fn told(&self, profile: &Profile) -> Option<Profile> {
        let text = Some(self.text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut profile = profile.clone();
        match self.topic {
            Topic::FirstName => profile.first_name = text,
            Topic::Email => {
                // The store looks closer.
                if text.as_ref().is_some_and(|text| !text.contains('@')) {
                    return None;
                }
                profile.email = text;
            }
            Topic::Birthday => {
                profile.birthday = match text {
                    None => None,
                    Some(digits) => Some(month_before_day(&digits)?),
                }
            }
            Topic::Wishes => profile.wishes = self.wishes.clone(),
        }
        Some(profile)
    }

    /// The day and month as far as they are typed and are some.
    pub(crate) fn birthday(&self) -> Option<(i8, i8)> {
        read_day_and_month(&self.text)
    }
}

/// `3112` as the store writes it, `12-31`; `None` where the calendar has no such day.
fn month_before_day(digits: &str) -> Option<String> {
    let (day, month) = read_day_and_month(digits)?;
    Some(format!("{month:02}-{day:02}"))
}

/// Day and month of a birthday as the store writes it.
pub(crate) fn read_birthday(written: &str) -> Option<(i8, i8)> {
    let (month, day) = written.split_once('-')?;
    Some((day.parse().ok()?, month.parse().ok()?))
}

fn read_day_and_month(digits: &str) -> Option<(i8, i8)> {
    let is_whole = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let (day, month) = is_whole.then(|| digits.split_at(2))?;
    let (day, month) = (day.parse().ok()?, month.parse().ok()?);
    Date::new(A_LEAP_YEAR, month, day).is_ok().then_some((day, month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::member_card::state::tests::{after, digits, own, shown};
    use crate::features::member_card::state::{Access, Page, Place, State};

    fn question(state: &State) -> Option<Topic> {
        match state {
            State::Own(_, Page::Question(question)) => Some(question.topic),
            _ => None,
        }
    }

    #[test]
    fn questions_go_on_where_somebody_stopped_and_ask_nothing_twice() {
        let mut state = shown(Profile { first_name: Some("Anna".into()), ..Profile::default() });
        after(&mut state, [Event::Go(Place::Questions)]);
        assert_eq!(question(&state), Some(Topic::Birthday));
        after(&mut state, digits("3112"));
        let told = Profile { first_name: Some("Anna".into()), birthday: Some("12-31".into()), ..Profile::default() };
        assert!(after(&mut state, [Event::Next]) == [Effect::Save(Access::OwnPhone, told)]);
        after(&mut state, [Event::Saved(Ok(()))]);
        assert_eq!(question(&state), Some(Topic::Email));
        after(&mut state, [Event::Skip]);
        assert_eq!(question(&state), Some(Topic::Wishes));
        after(&mut state, [Event::Wish(Wish::Bread), Event::Wish(Wish::Pets), Event::Wish(Wish::Bread), Event::Next]);
        after(&mut state, [Event::Saved(Ok(()))]);
        assert!(matches!(&state, State::Own(own, Page::Card) if own.profile.wishes == [Wish::Pets]));
        after(&mut state, [Event::Go(Place::Questions)]);
        assert_eq!(question(&state), Some(Topic::Email));
    }

    #[test]
    fn who_has_told_all_looks_through_it_on_their_own_phone_alone() {
        let told = Profile {
            first_name: Some("Anna".into()),
            birthday: Some("12-31".into()),
            email: Some("a@example.com".into()),
            wishes: vec![Wish::Bread],
        };
        let mut state = shown(told.clone());
        after(&mut state, [Event::Go(Place::Questions)]);
        for topic in [Topic::FirstName, Topic::Birthday, Topic::Email, Topic::Wishes] {
            assert_eq!(question(&state), Some(topic));
            after(&mut state, [Event::Skip]);
        }
        assert!(matches!(state, State::Own(_, Page::Card)));
        // Nobody reads their name at a store's tablet.
        let mut state = State::Own(own(Access::Proof("1.x".into()), told), Page::Card);
        after(&mut state, [Event::Go(Place::Questions)]);
        assert!(matches!(state, State::Own(_, Page::Card)));
    }

    #[test]
    fn a_day_that_no_calendar_has_is_not_sent() {
        for digits_typed in ["3102", "0001", "3113", "311"] {
            let mut state = shown(Profile { first_name: Some("Anna".into()), ..Profile::default() });
            after(&mut state, [Event::Go(Place::Questions)]);
            after(&mut state, digits(digits_typed));
            assert!(after(&mut state, [Event::Next]) == [Effect::TellProblem], "{digits_typed}");
        }
        assert_eq!(month_before_day("2902").as_deref(), Some("02-29"));
    }

    #[test]
    fn what_the_store_does_not_take_stays_to_be_put_right() {
        let mut state = shown(Profile::default());
        after(&mut state, [Event::Go(Place::Questions), Event::Text("Anna".into()), Event::Next]);
        assert!(after(&mut state, [Event::Saved(Err(Refusal::NoAnswer))]) == [Effect::TellProblem]);
        assert!(matches!(&state, State::Own(_, Page::Question(it)) if it.text == "Anna" && !it.is_saving));
    }
}
