//! The header of a JPEG (ISO/IEC 10918-1, annex B): whether bytes from outside are a photograph, and how large it is.
//! Nothing is decoded here but the markers; the browser that shows it does the rest.

/// How many points a photograph has across and down; `None` where it is no whole JPEG that every browser shows.
pub(super) fn size(bytes: &[u8]) -> Option<(u16, u16)> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?.strip_suffix(&[0xFF, 0xD9])?;
    let mut size = None;
    loop {
        let (marker, after) = marker(rest)?;
        let (length, _) = after.split_first_chunk()?;
        let (segment, behind) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let content = segment.get(2..)?;
        match marker {
            // A baseline or progressive frame by Huffman: there is one.
            0xC0..=0xC2 if size.is_none() => size = Some(frame(content)?),
            // Frames of other kinds, and markers that have no segment.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xD0..=0xD9 | 0x00 | 0x01 => return None,
            // The picture itself begins.
            0xDA => return size.filter(|_| !behind.is_empty()),
            _ => {}
        }
        rest = behind;
    }
}

/// The marker that comes next, after as many filling bytes as there are, and what is behind it.
fn marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let after = bytes.strip_prefix(&[0xFF])?;
    let filling = after.iter().take_while(|byte| **byte == 0xFF).count();
    let (marker, rest) = after.get(filling..)?.split_first()?;
    Some((*marker, rest))
}

/// The size in a frame's header: of eight bits, grey or in colour.
fn frame(content: &[u8]) -> Option<(u16, u16)> {
    let &[8, down_high, down_low, across_high, across_low, components @ (1 | 3), ref of_each @ ..] = content else {
        return None;
    };
    let size = (u16::from_be_bytes([across_high, across_low]), u16::from_be_bytes([down_high, down_low]));
    (of_each.len() == 3 * usize::from(components) && size.0 > 0 && size.1 > 0).then_some(size)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A photograph's beginning and end, with nothing on it.
    fn photo(across: u16, down: u16) -> Vec<u8> {
        let [[ah, al], [dh, dl]] = [across, down].map(u16::to_be_bytes);
        [
            &[0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xC0, 0, 17, 8, dh, dl, ah, al, 3][..],
            &[1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xDA, 0, 2, 7, 7, 0xFF, 0xD9],
        ]
        .concat()
    }

    #[test]
    fn a_photograph_is_as_large_as_its_frame_says() {
        assert_eq!(size(&photo(1024, 576)), Some((1024, 576)));
        assert_eq!(size(&photo(0, 576)), None);
        assert_eq!(size(&photo(1024, 0)), None);
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_no_photograph() {
        let whole = photo(1024, 576);
        for end in 0..whole.len() {
            assert_eq!(size(&whole[..end]), None, "{end}");
        }
        let changed = |at: usize, to: u8| {
            let mut changed = whole.clone();
            changed[at] = to;
            size(&changed)
        };
        assert_eq!(changed(10, 0xC2), Some((1024, 576)), "a progressive one");
        assert_eq!(changed(10, 0xC3), None, "one without loss, which browsers do not show");
        assert_eq!(changed(10, 0xFE), None, "no frame");
        assert_eq!(changed(13, 12), None, "twelve bits");
        assert_eq!(changed(18, 4), None, "four colours");
        assert_eq!(changed(5, 255), None, "a segment that is longer than all");
        assert_eq!(changed(5, 1), None, "a segment that is shorter than its length");
        assert_eq!(size(b"\x89PNG\r\n\x1a\n"), None);
    }

    proptest! {
        #[test]
        fn whatever_changes_in_a_photograph_it_is_one_or_none(at in 0_usize..36, to: u8) {
            let mut changed = photo(300, 200);
            let length = changed.len();
            changed[at % length] = to;
            let _ = size(&changed);
        }
    }
}
