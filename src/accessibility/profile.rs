//! What only the installer knows of a device: how large its pixels are, how far away and how high it hangs.
//!
//! Kept on the device, and used for every size: the numbers become the CSS properties that `style/tokens.css`
//! reckons with.

use serde::{Deserialize, Serialize};

/// What a visitor touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Input {
    #[default]
    Touch,
    Keypad,
    Both,
}

/// How headphones are noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Jack {
    /// By a key of the keypad.
    Keypad,
    /// By a program beside the browser, which sends the same keys.
    Agent,
    /// There is none: all that is said goes to the loudspeaker.
    #[default]
    None,
}

/// A device as it was measured. Lengths are whole thousandths of a millimetre: text and sums of those need no
/// floating point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceProfile {
    /// How much a CSS pixel has, 50 to 1,000 µm.
    pub(crate) um_per_css_px: u32,
    /// How far away the eyes are, 250 to 2,000 mm.
    pub(crate) viewing_distance_um: u32,
    /// How high above the floor the screen's lower edge is, 0 to 2,000 mm.
    pub(crate) screen_bottom_height_um: u32,
    /// How high the screen itself is, 50 to 2,000 mm.
    pub(crate) screen_height_um: u32,
    pub(crate) input: Input,
    pub(crate) jack: Jack,
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
        }
    }
}

/// A length of the profile, the step in which it is set, and its range.
pub(crate) struct Measure {
    step: u32,
    range: (u32, u32),
    get: fn(&mut DeviceProfile) -> &mut u32,
}

/// Pixel size, viewing distance, height of the lower edge, height of the screen.
pub(crate) const MEASURES: [Measure; 4] = [
    Measure { step: 1, range: (50, 1000), get: |profile| &mut profile.um_per_css_px },
    Measure { step: 10_000, range: (250_000, 2_000_000), get: |profile| &mut profile.viewing_distance_um },
    Measure { step: 10_000, range: (0, 2_000_000), get: |profile| &mut profile.screen_bottom_height_um },
    Measure { step: 10_000, range: (50_000, 2_000_000), get: |profile| &mut profile.screen_height_um },
];

impl DeviceProfile {
    /// Reads what was kept; `None` where it is damaged or out of range.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut profile: Self = serde_json::from_str(text).ok()?;
        MEASURES
            .iter()
            .all(|measure| (measure.range.0..=measure.range.1).contains((measure.get)(&mut profile)))
            .then_some(profile)
    }

    /// As it is kept.
    pub(crate) fn write(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }

    /// One of the [`MEASURES`], in thousandths of a millimetre.
    pub(crate) fn measure(mut self, at: usize) -> u32 {
        *(MEASURES[at].get)(&mut self)
    }

    /// Changed by a step up or down, as far as the range goes.
    pub(crate) fn stepped(mut self, at: usize, is_up: bool) -> Self {
        let measure = &MEASURES[at];
        let value = (measure.get)(&mut self);
        let stepped = if is_up { *value + measure.step } else { value.saturating_sub(measure.step) };
        *value = stepped.clamp(measure.range.0, measure.range.1);
        self
    }

    /// The CSS properties that follow from it, in millimetres.
    pub(crate) fn properties(self) -> [(&'static str, String); 3] {
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
    fn what_is_kept_is_read_again() {
        let profile = DeviceProfile { input: Input::Both, jack: Jack::Keypad, ..DeviceProfile::default() };
        assert_eq!(
            profile.write(),
            "{\"um_per_css_px\":248,\"viewing_distance_um\":600000,\"screen_bottom_height_um\":800000,\
             \"screen_height_um\":476000,\"input\":\"both\",\"jack\":\"keypad\"}"
        );
        assert_eq!(DeviceProfile::read(&profile.write()), Some(profile));
    }

    #[test]
    fn a_damaged_profile_is_none() {
        let good = DeviceProfile::default().write();
        for bad in ["", "{}", "[]", &good.replace("248", "0"), &good.replace("600000", "1e9"), &good[..40]] {
            assert_eq!(DeviceProfile::read(bad), None, "{bad}");
        }
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
