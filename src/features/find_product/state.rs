//! What somebody has typed and chosen, and how it changes: pure.

use crate::i18n::Locale;

/// Letters of a query: more than anybody types, and as much as an address holds.
const LONGEST_QUERY: usize = 100;
/// From so many letters on products are looked for.
const LEAST_QUERY: usize = 2;
/// So many products are shown at first, and more each time that is asked for.
const STEP: usize = 20;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// What was typed.
    pub(crate) query: String,
    /// The path of the department that was chosen.
    pub(crate) department: Option<String>,
    /// Of which language the letters on the keys are.
    pub(crate) keys: Locale,
    /// How many products are shown at most.
    pub(crate) limit: usize,
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Pressed a key with this letter.
    Pressed(char),
    /// Took the last letter back.
    Erased,
    /// Took all back.
    Cleared,
    /// Typed this on a keyboard.
    Typed(String),
    /// Chose how the word goes on.
    Completed(String),
    /// Asked for the letters of the other language.
    OtherKeys,
    /// Chose a department, or all of them again.
    Chose(Option<String>),
    /// Asked for more products.
    More,
}

impl State {
    /// The screen as it is opened.
    pub(crate) fn new(query: &str, locale: Locale) -> Self {
        Self { query: shortened(query), department: None, keys: locale, limit: STEP }
    }

    /// Takes what somebody does.
    pub(crate) fn update(&mut self, event: Event) {
        match event {
            Event::Pressed(letter) => {
                // A blank at the beginning, or a second one, says nothing.
                let is_blank = letter == ' ' && (self.query.is_empty() || self.query.ends_with(' '));
                if !is_blank && self.query.chars().count() < LONGEST_QUERY {
                    self.query.push(letter);
                }
            }
            Event::Erased => drop(self.query.pop()),
            Event::Cleared => self.query.clear(),
            Event::Typed(query) => self.query = shortened(&query),
            // The next word can follow at once.
            Event::Completed(query) => self.query = shortened(&(query + " ")),
            Event::OtherKeys => {
                self.keys = self.keys.other();
                return;
            }
            Event::Chose(department) => self.department = department,
            Event::More => {
                self.limit += STEP;
                return;
            }
        }
        self.limit = STEP;
    }

    /// Whether enough was said to look for products.
    pub(crate) fn is_query(&self) -> bool {
        self.department.is_some() || self.query.trim().chars().count() >= LEAST_QUERY
    }
}

fn shortened(query: &str) -> String {
    query.chars().take(LONGEST_QUERY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(events: impl IntoIterator<Item = Event>) -> State {
        let mut state = State::new("", Locale::Russian);
        events.into_iter().for_each(|event| state.update(event));
        state
    }

    #[test]
    fn letters_are_typed_and_taken_back() {
        let typed = || "milk".chars().map(Event::Pressed);
        assert_eq!(after(typed()).query, "milk");
        assert_eq!(after(typed().chain([Event::Erased])).query, "mil");
        assert_eq!(after(typed().chain([Event::Cleared, Event::Erased])).query, "");
        assert_eq!(after(typed().chain([Event::Typed("tea".into())])).query, "tea");
    }

    #[test]
    fn a_blank_stands_between_words_alone() {
        let letters = [' ', 'a', ' ', ' ', 'b'].map(Event::Pressed);
        assert_eq!(after(letters).query, "a b");
    }

    #[test]
    fn a_word_that_was_chosen_can_be_followed_by_the_next() {
        let events = [Event::Typed("mi".into()), Event::Completed("milk".into()), Event::Pressed('u')];
        assert_eq!(after(events).query, "milk u");
    }

    #[test]
    fn a_query_is_never_longer_than_an_address() {
        let long = "x".repeat(10_000);
        assert_eq!(State::new(&long, Locale::English).query.len(), LONGEST_QUERY);
        assert_eq!(after([Event::Typed(long), Event::Pressed('y')]).query.len(), LONGEST_QUERY);
    }

    #[test]
    fn two_letters_or_a_department_are_enough() {
        assert!(!after([]).is_query());
        assert!(!after([Event::Typed(" a ".into())]).is_query());
        assert!(after([Event::Typed("ab".into())]).is_query());
        assert!(after([Event::Chose(Some("Tea".into()))]).is_query());
    }

    #[test]
    fn another_query_begins_with_the_best_products_again() {
        let more = [Event::Typed("ab".into()), Event::More, Event::OtherKeys];
        let state = after(more.clone());
        assert_eq!((state.limit, state.keys), (2 * STEP, Locale::English));
        assert_eq!(after(more.into_iter().chain([Event::Pressed('c')])).limit, STEP);
    }
}
