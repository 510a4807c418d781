//! How the app shows itself to a person: size, contrast, speech, reach, steadiness, motion. Any combination works.
//!
//! A mode is an attribute on `<html>`; `style/modes.css` sets tokens by it, and nothing else changes.

/// The size of type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// As drawn.
    #[default]
    Normal,
    /// What the size table asks for at the device's viewing distance.
    Large,
    /// Half as large again, as far as the screen holds.
    Largest,
}

/// The contrast of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contrast {
    /// 7:1 and more.
    #[default]
    Normal,
    /// Light letters on black.
    Dark,
    /// Black letters on white.
    Light,
}

/// How a visit looks and sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    /// The size of type.
    pub size: Size,
    /// The contrast.
    pub contrast: Contrast,
    /// What is on the screen is spoken, and touch explores.
    pub audio: bool,
    /// Every control stands under the line that a seated person reaches.
    pub low_reach: bool,
    /// Targets of 25 mm, and a longer guard against double strikes.
    pub motor: bool,
    /// Nothing moves.
    pub plain_motion: bool,
}

/// A choice, its name in the address and on `<html>`, and its values there.
type Choice = (&'static str, &'static [&'static str]);

const CHOICES: [Choice; 6] = [
    ("size", &["normal", "large", "largest"]),
    ("contrast", &["normal", "dark", "light"]),
    ("audio", &["off", "on"]),
    ("reach", &["normal", "low"]),
    ("motor", &["off", "on"]),
    ("motion", &["full", "plain"]),
];

impl Modes {
    /// The modes that an address asks for; what it does not name, or names wrongly, is as drawn.
    #[must_use]
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let mut places = [0; CHOICES.len()];
        for (place, (name, values)) in places.iter_mut().zip(CHOICES) {
            let asked = get(name);
            *place = values.iter().position(|value| asked.as_deref() == Some(*value)).unwrap_or(0);
        }
        Self {
            size: [Size::Normal, Size::Large, Size::Largest][places[0]],
            contrast: [Contrast::Normal, Contrast::Dark, Contrast::Light][places[1]],
            audio: places[2] == 1,
            low_reach: places[3] == 1,
            motor: places[4] == 1,
            plain_motion: places[5] == 1,
        }
    }

    /// The attributes on `<html>`, without their `data-`.
    #[must_use]
    pub fn attributes(self) -> [(&'static str, &'static str); 6] {
        let places = [
            self.size as usize,
            self.contrast as usize,
            usize::from(self.audio),
            usize::from(self.low_reach),
            usize::from(self.motor),
            usize::from(self.plain_motion),
        ];
        std::array::from_fn(|at| (CHOICES[at].0, CHOICES[at].1[places[at]]))
    }

    /// Whether somebody needs more time than others (check 47).
    #[must_use]
    pub fn needs_time(self) -> bool {
        self.audio || self.size != Size::Normal
    }
}

impl Size {
    /// The next one; after the largest the normal one comes again.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Normal => Self::Large,
            Self::Large => Self::Largest,
            Self::Largest => Self::Normal,
        }
    }
}

impl Contrast {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Normal => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::Normal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_switches_modes_on_and_a_slip_in_it_changes_nothing() {
        let query = [("size", "largest"), ("audio", "on"), ("reach", "low"), ("contrast", "green"), ("motion", "")];
        let modes = Modes::from_query(|name| query.iter().find(|it| it.0 == name).map(|it| it.1.to_owned()));
        assert_eq!(modes, Modes { size: Size::Largest, audio: true, low_reach: true, ..Modes::default() });
    }

    #[test]
    fn what_the_page_is_told_is_what_the_address_takes() {
        for number in 0..3 * 3 * 16 {
            let modes = Modes {
                size: [Size::Normal, Size::Large, Size::Largest][number % 3],
                contrast: [Contrast::Normal, Contrast::Dark, Contrast::Light][number / 3 % 3],
                audio: (number / 9) & 1 == 1,
                low_reach: (number / 9) & 2 == 2,
                motor: (number / 9) & 4 == 4,
                plain_motion: (number / 9) & 8 == 8,
            };
            let attributes = modes.attributes();
            let get = |name: &str| attributes.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
            assert_eq!(Modes::from_query(get), modes);
        }
    }

    #[test]
    fn the_key_goes_round() {
        assert_eq!(Size::Normal.next().next().next(), Size::Normal);
        assert_eq!(Contrast::Normal.next().next().next(), Contrast::Normal);
    }
}
