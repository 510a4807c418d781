//! The icons: shapes of the Lucide set (ISC licence, lucide.dev), inlined, always beside a word.

use leptos::prelude::*;

/// A picture for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// The way back.
    ArrowLeft,
    /// An offer.
    Percent,
    /// Members' price.
    Card,
    /// Age of a price.
    Clock,
    /// Help.
    Help,
    /// The other language.
    Languages,
    /// A place in the store.
    MapPin,
    /// Something to be careful about.
    Warning,
}

impl Icon {
    /// The strokes, on a field of 24 by 24.
    fn path(self) -> &'static str {
        match self {
            Self::ArrowLeft => "m12 19-7-7 7-7 M19 12H5",
            Self::Percent => {
                "M19 5 5 19 M6.5 4a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5 M17.5 15a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5"
            }
            Self::Card => "M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2 M2 10h20 M6 14h2",
            Self::Clock => "M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20 M12 6v6l4 2",
            Self::Help => "M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20 M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3 M12 17h.01",
            Self::Languages => "m5 8 6 6 M4 14l6-6 2-3 M2 5h12 M7 2h1 M22 22l-5-10-5 10 M14 18h6",
            Self::MapPin => {
                "M20 10c0 4.993-5.539 10.193-7.399 11.799a1 1 0 0 1-1.202 0C9.539 20.193 4 14.993 4 10a8 8 0 0 1 16 0 \
                 M12 7a3 3 0 1 0 0 6 3 3 0 1 0 0-6"
            }
            Self::Warning => {
                "m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3 M12 9v4 M12 17h.01"
            }
        }
    }
}

/// An icon. It says nothing by itself, so that a screen reader reads the word alone.
#[component]
pub(crate) fn IconView(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}
