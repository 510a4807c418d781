//! What the keys of a device do: the same on every screen.

use serde::{Deserialize, Serialize};

/// What a key does. The first five are all that a visitor needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyFunction {
    /// To the thing before.
    Up,
    /// To the next thing.
    Down,
    /// To the screen before.
    Back,
    /// To the help; there again: back.
    Help,
    /// Does what is highlighted, or says it again.
    Select,
    /// Louder by a step.
    Louder,
    /// Quieter by a step.
    Quieter,
    /// Switches speech on and off.
    Audio,
    /// The next size of type.
    Size,
    /// The next contrast.
    Contrast,
    /// Brings the controls down, and up again.
    Reach,
    /// Larger targets and a longer guard, and back.
    Motor,
    /// Stops what moves, and lets it move.
    Motion,
    /// The other language.
    Language,
    /// Says the last thing again.
    Repeat,
    /// Stops speech, and goes on with it.
    Pause,
    /// Faster by a step.
    Faster,
    /// Slower by a step.
    Slower,
    /// Darkens the screen, and back; speech goes on.
    Curtain,
    /// Lets each key say what it does, without doing it.
    ExplainKeys,
    /// Size, contrast, speech and the rest as they were at the visit's start.
    DefaultSettings,
    /// Calls a member of staff.
    Call,
    /// Headphones were plugged in.
    JackIn,
    /// Headphones were pulled out.
    JackOut,
    /// A member of staff steps in, and away again.
    Staff,
}

impl KeyFunction {
    /// Each, with the name that maps of keys and buttons on the page know it by.
    const NAMES: [(Self, &'static str); 25] = [
        (Self::Up, "up"),
        (Self::Down, "down"),
        (Self::Back, "back"),
        (Self::Help, "help"),
        (Self::Select, "select"),
        (Self::Louder, "louder"),
        (Self::Quieter, "quieter"),
        (Self::Audio, "audio"),
        (Self::Size, "size"),
        (Self::Contrast, "contrast"),
        (Self::Reach, "reach"),
        (Self::Motor, "motor"),
        (Self::Motion, "motion"),
        (Self::Language, "language"),
        (Self::Repeat, "repeat"),
        (Self::Pause, "pause"),
        (Self::Faster, "faster"),
        (Self::Slower, "slower"),
        (Self::Curtain, "curtain"),
        (Self::ExplainKeys, "explain-keys"),
        (Self::DefaultSettings, "default-settings"),
        (Self::Call, "call"),
        (Self::JackIn, "jack-in"),
        (Self::JackOut, "jack-out"),
        (Self::Staff, "staff"),
    ];

    /// The function with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|it| it.1 == name).map(|it| it.0)
    }

    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|it| it.0 == self).map_or("", |it| it.1)
    }
}

/// The functions by the places of their keys, as `KeyboardEvent.code` names them. Written as one text,
/// `ArrowUp=up ArrowDown=down`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct KeyMap(Vec<(String, KeyFunction)>);

impl KeyMap {
    /// What the key at this place does.
    #[must_use]
    pub fn function(&self, code: &str) -> Option<KeyFunction> {
        self.0.iter().find(|key| key.0 == code).map(|key| key.1)
    }

    /// Gives a key this function, in place of the one it had.
    pub fn learn(&mut self, code: &str, function: KeyFunction) {
        self.0.retain(|key| key.0 != code);
        self.0.push((code.into(), function));
    }
}

impl From<String> for KeyMap {
    /// Passes over what is no key and function: it was written by a newer program, or damaged.
    fn from(text: String) -> Self {
        let keys = text.split_whitespace().filter_map(|key| {
            let (code, name) = key.split_once('=')?;
            Some((code.to_owned(), KeyFunction::from_name(name)?))
        });
        Self(keys.collect())
    }
}

impl From<KeyMap> for String {
    fn from(keys: KeyMap) -> Self {
        let keys: Vec<_> = keys.0.iter().map(|(code, function)| [code, "=", function.name()].concat()).collect();
        keys.join(" ")
    }
}

impl Default for KeyMap {
    /// Arrows, Enter and function keys; volume as multimedia keypads send it. F23 is the top key of a Storm
    /// AudioNav with its default table (1400 Series Audio-Nav Technical Manual: USB usage 72 hex).
    fn default() -> Self {
        let keys = "ArrowUp=up ArrowDown=down ArrowLeft=back ArrowRight=help Enter=select NumpadEnter=select F23=up \
                    PageUp=louder PageDown=quieter AudioVolumeUp=louder AudioVolumeDown=quieter VolumeUp=louder \
                    VolumeDown=quieter F1=help F2=audio F3=size F4=contrast F5=language F6=reach F7=motor F8=motion \
                    F9=pause F10=repeat F11=curtain F12=staff F13=explain-keys F14=default-settings F15=jack-in \
                    F16=jack-out F17=slower F18=faster F19=call";
        keys.to_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_of_keys_is_read_as_it_was_written() {
        let mut keys = KeyMap::default();
        keys.learn("F20", KeyFunction::Call);
        keys.learn("ArrowUp", KeyFunction::Help);
        assert_eq!(KeyMap::from(String::from(keys.clone())), keys);
        assert_eq!(keys.function("F20"), Some(KeyFunction::Call));
        assert_eq!(keys.function("ArrowUp"), Some(KeyFunction::Help));
        assert_eq!(keys.function("F21"), None);
    }

    #[test]
    fn every_function_has_a_name_of_its_own() {
        for (function, name) in KeyFunction::NAMES {
            assert_eq!((KeyFunction::from_name(name), function.name()), (Some(function), name));
        }
    }

    #[test]
    fn a_damaged_map_keeps_what_is_whole() {
        let keys = KeyMap::from("F1=help F2 =x F3=dance ==== F4=size".to_owned());
        assert_eq!(String::from(keys), "F1=help F4=size");
    }
}
