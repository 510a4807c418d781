//! What the app provides to all of its parts: its services, by their types.

use leptos::prelude::use_context;

/// The service of this type. Leptos's own way names type and place where there is none; no type here lacks its
/// service, and the words of all of them would come with the first screen.
pub(crate) fn provided<T: Clone + 'static>() -> T {
    use_context().expect("the app provides it before anything asks")
}
