//! How far somebody is on a page of the desk, while the page itself comes and goes: it is made anew as the language
//! changes, and whoever has asked the store for something gets the answer all the same.

use leptos::prelude::*;

/// How far somebody is, and what takes what happens, wherever the page is shown by then.
pub(super) struct Held<State: 'static, Event: 'static> {
    pub(super) state: RwSignal<State>,
    /// What is shown now takes it.
    take: StoredValue<Option<Callback<Event>>>,
    /// So many have begun: the answer for one is no other's.
    begun_count: StoredValue<u32>,
}

impl<State, Event> Clone for Held<State, Event> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<State, Event> Copy for Held<State, Event> {}

impl<State: Default + Send + Sync, Event> Default for Held<State, Event> {
    fn default() -> Self {
        let state = RwSignal::new(State::default());
        Self { state, take: StoredValue::new(None), begun_count: StoredValue::new(0) }
    }
}

impl<State: Send + Sync, Event> Held<State, Event> {
    /// Begins with the next customer: what was asked for another is told nobody.
    pub(super) fn begin(self, anew: impl FnOnce(&State) -> State) {
        self.begun_count.update_value(|count| *count += 1);
        self.state.update(|state| *state = anew(state));
    }

    /// From now on this takes what happens, as long as what is shown here is shown.
    pub(super) fn shown(self, take: impl Fn(Event) + Send + Sync + 'static) {
        self.take.set_value(Some(Callback::new(take)));
    }

    /// Takes what happens; tells whether anything is shown that does.
    pub(super) fn takes(self, event: Event) -> bool {
        let take = self.take.try_get_value().flatten();
        take.is_some_and(|take| take.try_run(event).is_some())
    }

    /// What takes the answer to what is asked now, also on the page that is made anew meanwhile; of whoever has gone on
    /// to the next customer nobody.
    pub(super) fn later(self) -> impl Fn(Event) + Copy + Send + Sync + 'static {
        let is_same = self.same_customer();
        move |event| {
            if is_same() {
                self.takes(event);
            }
        }
    }

    /// Tells later whether it is the same customer still.
    pub(super) fn same_customer(self) -> impl Fn() -> bool + Copy + Send + Sync + 'static {
        let begun_count = self.begun_count.try_get_value();
        move || self.begun_count.try_get_value() == begun_count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page that counts what it is told.
    fn page(held: Held<u32, u32>) -> Owner {
        let owner = Owner::new();
        owner.with(|| held.shown(move |event| held.state.update(|state| *state += event)));
        owner
    }

    #[test]
    fn an_answer_comes_to_whatever_is_shown_by_then_and_never_to_the_next_customer() {
        let desk = Owner::new();
        desk.with(|| {
            let held = Held::<u32, u32>::default();
            let first = page(held);
            let later = held.later();
            later(1);
            first.cleanup();
            later(10);
            assert_eq!(held.state.get_untracked(), 1, "nothing is shown");
            assert!(!held.takes(10));
            let _second = page(held);
            later(100);
            assert_eq!(held.state.get_untracked(), 101, "the page was made anew");
            held.begin(|_| 5);
            later(1000);
            assert_eq!(held.state.get_untracked(), 5, "that was the customer before");
            held.later()(2);
            assert_eq!(held.state.get_untracked(), 7);
        });
    }
}
