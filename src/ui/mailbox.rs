//! A mailbox that somebody types, for any screen that asks for one: the server knows more of what is none.

use std::fmt;

use leptos::prelude::*;

use crate::i18n::Locale;
use crate::words::mailbox as words;

/// As long as a mailbox may be, in characters: RFC 5321, 4.5.3.1.3.
const LONGEST: usize = 254;

/// A mailbox that somebody types.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct TypedMailbox(String);

impl TypedMailbox {
    /// What stands in the field by now.
    pub(crate) fn of(text: &str) -> Self {
        Self(text.chars().take(LONGEST).collect())
    }

    /// The mailbox, where it may be one.
    pub(crate) fn finish(&self) -> Option<String> {
        let mailbox = self.0.trim();
        mailbox.contains('@').then(|| mailbox.to_owned())
    }
}

/// Nobody's mailbox stands in a log.
impl fmt::Debug for TypedMailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedMailbox({} characters)", self.0.chars().count())
    }
}

/// The field, by the tablet's own keyboard. Its purpose is told, but whoever comes next is not offered what stood in it.
pub(crate) fn mailbox_field(
    typed: impl Fn() -> TypedMailbox + Copy + Send + 'static,
    locale: Locale,
    on: impl Fn(String) + 'static,
) -> AnyView {
    let is_private = move || (!typed().0.is_empty()).then_some("");
    view! {
        <label class="field">
            {words::label(locale)}
            <input
                type="email"
                autocomplete="off"
                data-purpose="email"
                data-private=is_private
                spellcheck="false"
                maxlength=LONGEST.to_string()
                prop:value=move || typed().0
                on:input=move |event| on(event_target_value(&event))
            />
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_an_at_sign_may_be_a_mailbox_and_no_log_has_it() {
        assert_eq!(TypedMailbox::of(" irina@example.org ").finish().as_deref(), Some("irina@example.org"));
        assert_eq!(TypedMailbox::of("irina").finish(), None);
        let long = TypedMailbox::of(&"ж".repeat(1000));
        assert_eq!(format!("{long:?}"), "TypedMailbox(254 characters)");
    }
}
