//! A picture of dark and white dots, as a printer prints it line by line: pure.

/// A picture that grows downwards. It is a whole number of bytes wide, eight dots each, the left one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    width: usize,
    bytes: Vec<u8>,
}

impl Picture {
    /// Nothing, so many dots wide; what does not fill a byte is left out.
    pub(super) fn new(width: usize) -> Self {
        Self { width: (width / 8).max(1) * 8, bytes: Vec::new() }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn line_bytes(&self) -> usize {
        self.width / 8
    }

    /// Line by line.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn height(&self) -> usize {
        self.bytes.len() / self.line_bytes()
    }

    /// So many white lines under what is there.
    pub(super) fn space(&mut self, lines: usize) {
        self.bytes.resize(self.bytes.len() + lines * self.line_bytes(), 0);
    }

    /// Makes a dot dark; one outside of the picture is none.
    pub(super) fn darken(&mut self, across: usize, down: usize) {
        if across < self.width
            && let Some(byte) = self.bytes.get_mut(down * self.width / 8 + across / 8)
        {
            *byte |= 0x80 >> (across % 8);
        }
    }

    /// Puts a drawing under what is there, in the middle: so many modules wide, each so many dots wide and high.
    pub(super) fn put(&mut self, modules: &[bool], across: usize, dots: (usize, usize)) {
        let across = across.max(1);
        let (left, top) = (self.width.saturating_sub(across * dots.0) / 2, self.height());
        self.space(modules.len().div_ceil(across) * dots.1);
        let dark = modules.iter().enumerate().filter(|(_, is_dark)| **is_dark).map(|(at, _)| at);
        for at in dark {
            let (x, y) = (left + at % across * dots.0, top + at / across * dots.1);
            for down in y..y + dots.1 {
                (x..x + dots.0).for_each(|across| self.darken(across, down));
            }
        }
    }
}

/// Puts words into lines of which each is no wider than `fits` says; a word that is too long has a line of its own.
pub(super) fn lines_of(text: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().map(|line| (format!("{line} {word}"), line)) {
            Some((longer, line)) if fits(&longer) => *line = longer,
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_stands_in_the_middle_under_what_is_there() {
        let mut picture = Picture::new(16);
        picture.space(1);
        picture.put(&[true, false, false, true], 2, (3, 2));
        let expected: [[u8; 2]; 5] = [[0, 0], [0b0000_0111, 0], [0b0000_0111, 0], [0, 0b1110_0000], [0, 0b1110_0000]];
        assert_eq!(picture.bytes(), expected.as_flattened());
    }

    #[test]
    fn what_is_too_wide_is_cut_off() {
        let mut picture = Picture::new(8);
        picture.put(&[true; 3], 3, (4, 1));
        assert_eq!(picture.bytes(), [0xff]);
    }

    #[test]
    fn words_go_into_lines_that_fit() {
        let fits = |line: &str| line.chars().count() <= 9;
        assert_eq!(lines_of("We are  sorry! Coupon: 100", fits), ["We are", "sorry!", "Coupon:", "100"]);
        assert_eq!(lines_of("unforgettable day", fits), ["unforgettable", "day"]);
        assert!(lines_of(" ", fits).is_empty());
    }
}
