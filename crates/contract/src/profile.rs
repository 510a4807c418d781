//! What only the installer knows of a device: how large its pixels are, how far away and how high it hangs. It is
//! measured at the device, or set from the server; what was set last holds.

use serde::{Deserialize, Serialize};

/// What a visitor touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The screen.
    #[default]
    Touch,
    /// Keys.
    Keypad,
    /// The screen and keys.
    Both,
}

impl Input {
    /// Reads it as it is written.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "touch" => Some(Self::Touch),
            "keypad" => Some(Self::Keypad),
            "both" => Some(Self::Both),
            _ => None,
        }
    }
}

/// How headphones are noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Jack {
    /// By a key of the keypad.
    Keypad,
    /// By a program beside the browser, which sends the same keys.
    Agent,
    /// There is none: all that is said goes to the loudspeaker.
    #[default]
    None,
}

impl Jack {
    /// Reads it as it is written.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "keypad" => Some(Self::Keypad),
            "agent" => Some(Self::Agent),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// A device as it was measured. Lengths are whole thousandths of a millimetre: text and sums of those need no
/// floating point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeviceProfile {
    /// How much a CSS pixel has, 50 to 1,000 µm.
    pub um_per_css_px: u32,
    /// How far away the eyes are, 250 to 2,000 mm.
    pub viewing_distance_um: u32,
    /// How high above the floor the screen's lower edge is, 0 to 2,000 mm.
    pub screen_bottom_height_um: u32,
    /// How high the screen itself is, 50 to 2,000 mm.
    pub screen_height_um: u32,
    /// What is touched.
    pub input: Input,
    /// How headphones are noticed.
    pub jack: Jack,
    /// Whether the browser prints on paper that a visitor can take.
    #[serde(default = "yes")]
    pub has_printer: bool,
}

fn yes() -> bool {
    true
}

impl Default for DeviceProfile {
    /// A 21.5" Full-HD panel, upright, at 600 mm. Its lower edge is at 800 mm, for no part of a screen may be
    /// lower (EN 301 549 V4.1.0, 8.3.2).
    fn default() -> Self {
        Self {
            um_per_css_px: 248,
            viewing_distance_um: 600_000,
            screen_bottom_height_um: 800_000,
            screen_height_um: 476_000,
            input: Input::Touch,
            jack: Jack::None,
            has_printer: true,
        }
    }
}

/// A length of the profile, its name where it is said in millimetres, the step in which it is set, and its range.
pub struct Measure {
    /// As `polka device set` knows it.
    pub name: &'static str,
    step: u32,
    range: (u32, u32),
    get: fn(&mut DeviceProfile) -> &mut u32,
}

impl Measure {
    /// Whether so many thousandths of a millimetre are in its range.
    #[must_use]
    pub fn holds(&self, um: u32) -> bool {
        (self.range.0..=self.range.1).contains(&um)
    }

    /// Its range, in millimetres.
    #[must_use]
    pub fn range_mm(&self) -> [f64; 2] {
        [self.range.0, self.range.1].map(|um| f64::from(um) / 1000.0)
    }
}

/// Pixel size, viewing distance, height of the lower edge, height of the screen.
pub const MEASURES: [Measure; 4] = [
    Measure { name: "mm_per_css_px", step: 1, range: (50, 1000), get: |profile| &mut profile.um_per_css_px },
    Measure {
        name: "viewing_distance_mm",
        step: 10_000,
        range: (250_000, 2_000_000),
        get: |profile| &mut profile.viewing_distance_um,
    },
    Measure {
        name: "screen_bottom_height_mm",
        step: 10_000,
        range: (0, 2_000_000),
        get: |profile| &mut profile.screen_bottom_height_um,
    },
    Measure {
        name: "screen_height_mm",
        step: 10_000,
        range: (50_000, 2_000_000),
        get: |profile| &mut profile.screen_height_um,
    },
];

impl DeviceProfile {
    /// Whether each length is in its range.
    #[must_use]
    pub fn is_in_range(mut self) -> bool {
        MEASURES.iter().all(|measure| measure.holds(*(measure.get)(&mut self)))
    }

    /// One of the [`MEASURES`], in thousandths of a millimetre.
    #[must_use]
    pub fn measure(mut self, at: usize) -> u32 {
        *(MEASURES[at].get)(&mut self)
    }

    /// Changed by a step up or down, as far as the range goes.
    #[must_use]
    pub fn stepped(mut self, at: usize, is_up: bool) -> Self {
        let measure = &MEASURES[at];
        let value = (measure.get)(&mut self);
        let stepped = if is_up { *value + measure.step } else { value.saturating_sub(measure.step) };
        *value = stepped.clamp(measure.range.0, measure.range.1);
        self
    }

    /// With one of the [`MEASURES`] set, in thousandths of a millimetre; the range is the caller's to look at.
    #[must_use]
    pub fn with_measure(mut self, at: usize, um: u32) -> Self {
        *(MEASURES[at].get)(&mut self) = um;
        self
    }

    /// The CSS properties that follow from it, in millimetres: `style/tokens.css` reckons with them.
    #[must_use]
    pub fn properties(self) -> [(&'static str, String); 3] {
        let mm = |um: u32| format!("{}.{:03}", um / 1000, um % 1000);
        [
            ("--mm-per-css-px", mm(self.um_per_css_px)),
            ("--viewing-distance-mm", mm(self.viewing_distance_um)),
            ("--screen-bottom-mm", mm(self.screen_bottom_height_um)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_by_name() {
        for input in [Input::Touch, Input::Keypad, Input::Both] {
            let written = serde_json::to_value(input).expect("a word");
            assert_eq!(Input::from_name(written.as_str().expect("a word")), Some(input));
        }
        for jack in [Jack::Keypad, Jack::Agent, Jack::None] {
            let written = serde_json::to_value(jack).expect("a word");
            assert_eq!(Jack::from_name(written.as_str().expect("a word")), Some(jack));
        }
    }

    #[test]
    fn each_length_has_a_range() {
        let profile = DeviceProfile::default();
        assert!(profile.is_in_range());
        assert!(!profile.with_measure(0, 0).is_in_range());
        assert!(!profile.with_measure(1, 2_000_001).is_in_range());
    }

    #[test]
    fn steps_stay_in_range() {
        let profile = DeviceProfile::default();
        assert_eq!(profile.stepped(0, true).measure(0), 249);
        assert_eq!(profile.stepped(1, false).measure(1), 590_000);
        let lowest = (0..300).fold(profile, |profile, _| profile.stepped(2, false));
        assert_eq!(lowest.measure(2), 0);
        let highest = (0..300).fold(profile, |profile, _| profile.stepped(3, true));
        assert_eq!(highest.measure(3), 2_000_000);
    }

    #[test]
    fn style_is_told_in_millimetres() {
        let properties = DeviceProfile::default().properties().map(|(_, value)| value);
        assert_eq!(properties, ["0.248", "600.000", "800.000"]);
    }
}
