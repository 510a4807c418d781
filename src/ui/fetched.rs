//! A screen that is fetched when somebody goes there, so that the first screen need not wait for it.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{Locale, use_locale};
use crate::ui::focus::focus_heading;
use crate::words::frame as words;

/// What is fetched: the screen, or nothing where it did not come.
pub(crate) type Fetched = Option<fn() -> AnyView>;
/// How it is fetched.
pub(crate) type Fetching = Pin<Box<dyn Future<Output = Fetched>>>;

/// The screen, once it is there; until then its title, or that it did not come, and a way to try again.
pub(crate) fn fetched_screen(title: fn(Locale) -> &'static str, fetch: fn() -> Fetching) -> AnyView {
    let locale = use_locale();
    let fetched = RwSignal::new(None::<Fetched>);
    let begin = move || {
        fetched.set(None);
        spawn_local(async move {
            let screen = fetch().await;
            // Whoever went on meanwhile is not called back.
            if fetched.try_set(Some(screen)).is_none() {
                focus_heading();
            }
        });
    };
    begin();
    let screen = move || match fetched.get() {
        Some(Some(view)) => view(),
        Some(None) => view! {
            <h1 tabindex="-1" data-error="">{move || words::error_not_loaded(locale.get())}</h1>
            <p class="instruction" data-error="">{move || words::instruction_not_loaded(locale.get())}</p>
            <button class="button button-main" type="button" data-action="again" on:click=move |_| begin()>
                {move || words::button_again(locale.get())}
            </button>
        }
        .into_any(),
        None => view! { <h1 tabindex="-1" data-fetching="">{move || title(locale.get())}</h1> }.into_any(),
    };
    screen.into_any()
}
