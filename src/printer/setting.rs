//! Which printer an installer has allowed, and how wide its paper is, as the browser keeps it: pure.

use std::time::Duration;

/// By which line it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// WebUSB, a device of class 7.
    Usb,
    /// A serial port.
    Serial,
}

/// How much of the paper is printed on, at 203 dots an inch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paper {
    /// 48 mm of 58.
    Narrow,
    /// 72 mm of 80.
    Wide,
}

impl Paper {
    /// How many dots a line has.
    pub(crate) fn dots(self) -> usize {
        match self {
            Self::Narrow => 384,
            Self::Wide => 576,
        }
    }
}

/// What the browser calls a device: the maker's number and the product's. A port of the board has neither.
pub(crate) type Numbers = (u16, u16);

/// How fast a serial line may be.
pub(crate) const BAUDS: [u32; 4] = [115_200, 38_400, 19_200, 9600];

/// The printer of this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) wire: Wire,
    pub(crate) numbers: Numbers,
    pub(crate) paper: Paper,
    /// How fast the line is, one of [`BAUDS`]; to USB it means nothing.
    pub(crate) baud: u32,
}

impl Setting {
    /// A printer that was allowed just now: the smaller paper, the usual line.
    pub(crate) fn new(wire: Wire, numbers: Numbers) -> Self {
        Self { wire, numbers, paper: Paper::Narrow, baud: BAUDS[0] }
    }

    /// How long so many bytes are on their way: ten bits each on a serial line, next to nothing on USB.
    pub(super) fn time_of(self, bytes: usize) -> Duration {
        match self.wire {
            Wire::Usb => Duration::ZERO,
            Wire::Serial => Duration::from_secs(bytes as u64 * 10 / u64::from(self.baud)),
        }
    }

    /// As the browser keeps it.
    pub(super) fn text(self) -> String {
        let wire = match self.wire {
            Wire::Usb => "usb",
            Wire::Serial => "serial",
        };
        format!("{wire} {} {} {} {}", self.numbers.0, self.numbers.1, self.paper.dots(), self.baud)
    }

    /// Reads what the browser has kept; `None` where it is damaged.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let wire = match parts.next()? {
            "usb" => Wire::Usb,
            "serial" => Wire::Serial,
            _ => return None,
        };
        let numbers = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let dots: usize = parts.next()?.parse().ok()?;
        let paper = [Paper::Narrow, Paper::Wide].into_iter().find(|paper| paper.dots() == dots)?;
        let baud = parts.next()?.parse().ok().filter(|baud| BAUDS.contains(baud))?;
        Some(Self { wire, numbers, paper, baud })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        for paper in [Paper::Narrow, Paper::Wide] {
            for baud in BAUDS {
                for wire in [Wire::Usb, Wire::Serial] {
                    let setting = Setting { paper, baud, ..Setting::new(wire, (1208, 3605)) };
                    assert_eq!(Setting::of_text(&setting.text()), Some(setting));
                }
            }
        }
    }

    #[test]
    fn what_is_damaged_is_no_printer() {
        for text in ["", "usb", "usb 1 2 384", "usb 1 2 385 9600", "usb 1 2 384 300", "lpt 1 2 384 9600", "usb a b c d"]
        {
            assert_eq!(Setting::of_text(text), None, "{text}");
        }
    }
}
