//! The icons: shapes of the Lucide set (ISC licence, lucide.dev), inlined, always beside a word.

use leptos::prelude::*;

/// A picture for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// The way back.
    ArrowLeft,
    /// Down, to where it can be reached.
    ArrowDown,
    /// Somebody is called.
    Bell,
    /// Something that takes pictures.
    Camera,
    /// No network.
    CloudOff,
    /// The contrast of the screen.
    Contrast,
    /// Larger targets.
    Expand,
    /// Speech.
    Headphones,
    /// The size of letters.
    Letters,
    /// Nothing moves.
    Pause,
    /// An offer.
    Percent,
    /// Something that is taken away.
    Cross,
    /// Looking for something.
    Search,
    /// Members' price.
    Card,
    /// Whoever waits at a till.
    Cart,
    /// Age of a price.
    Clock,
    /// Help.
    Help,
    /// The other language.
    Languages,
    /// What somebody wants to buy.
    List,
    /// A place in the store.
    MapPin,
    /// Something on paper.
    Printer,
    /// Something to be careful about.
    Warning,
}

impl Icon {
    /// The strokes, on a field of 24 by 24.
    fn path(self) -> &'static str {
        match self {
            Self::ArrowLeft => "m12 19-7-7 7-7 M19 12H5",
            Self::ArrowDown => "M12 17V3 M6 11l6 6 6-6 M19 21H5",
            Self::Bell => {
                "M10.268 21a2 2 0 0 0 3.464 0 M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 \
                 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326"
            }
            Self::Camera => {
                "M14.5 4h-5L7 7H4a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-3l-2.5-3z M12 10a3 3 0 1 0 \
                 0 6 3 3 0 1 0 0-6"
            }
            Self::CloudOff => {
                "m2 2 20 20 M5.782 5.782A7 7 0 0 0 9 19h8.5a4.5 4.5 0 0 0 1.307-.193 M21.532 16.5A4.5 4.5 0 0 0 17.5 \
                 10h-1.79A7.008 7.008 0 0 0 10 5.07"
            }
            Self::Contrast => "M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20 M12 18a6 6 0 0 0 0-12v12z",
            Self::Expand => "M15 3h6v6 M9 21H3v-6 M21 3l-7 7 M3 21l7-7",
            Self::Headphones => {
                "M3 14h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a9 9 0 0 1 18 0v7a2 2 0 0 1-2 2h-1a2 2 0 0 1-2-2\
                 v-3a2 2 0 0 1 2-2h3"
            }
            Self::Letters => {
                "M15 16l2.536-7.328a1.02 1.02 1 0 1 1.928 0L22 16 M15.697 14h5.606 M2 16l4.039-9.69a.5.5 0 0 1 .923 0L11 \
                 16 M3.304 13h6.392"
            }
            Self::Pause => "M14 4h4v16h-4z M6 4h4v16H6z",
            Self::Percent => {
                "M19 5 5 19 M6.5 4a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5 M17.5 15a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5"
            }
            Self::Cross => "M18 6 6 18 M6 6l12 12",
            Self::Search => "m21 21-4.34-4.34 M11 3a8 8 0 1 0 0 16 8 8 0 1 0 0-16",
            Self::Cart => "M8 21h.01 M19 21h.01 M2 2h2l2.7 12.4a2 2 0 0 0 2 1.6h9.7a2 2 0 0 0 2-1.6L22 7H5.1",
            Self::Card => "M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2 M2 10h20 M6 14h2",
            Self::Clock => "M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20 M12 6v6l4 2",
            Self::Help => "M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20 M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3 M12 17h.01",
            Self::Languages => "m5 8 6 6 M4 14l6-6 2-3 M2 5h12 M7 2h1 M22 22l-5-10-5 10 M14 18h6",
            Self::List => "M3 5h.01 M3 12h.01 M3 19h.01 M8 5h13 M8 12h13 M8 19h13",
            Self::MapPin => {
                "M20 10c0 4.993-5.539 10.193-7.399 11.799a1 1 0 0 1-1.202 0C9.539 20.193 4 14.993 4 10a8 8 0 0 1 16 0 \
                 M12 7a3 3 0 1 0 0 6 3 3 0 1 0 0-6"
            }
            Self::Printer => {
                "M6 18H4a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2 M6 9V3h12v6 M6 14h12v7H6z"
            }
            Self::Warning => {
                "m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3 M12 9v4 M12 17h.01"
            }
        }
    }
}

/// An icon. It says nothing by itself, so that a screen reader reads the word alone.
#[component]
pub(crate) fn IconView(icon: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
    .into_any()
}
