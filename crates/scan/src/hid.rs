//! The reports of a scanner that is a HID device of its own, not a keyboard (USB HID Point of Sale Usage Tables 1.02,
//! page 0x8C).
//!
//! Where the code stands in a report is different with each maker; the device's own description of its reports says it.

use crate::LONGEST_SCAN;

/// The usage page of scanners.
pub const USAGE_PAGE: u16 = 0x8c;

const SYMBOLOGY: u32 = 0x008c_00fb;
const DATA: u32 = 0x008c_00fe;
const CONTINUED: u32 = 0x008c_00ff;
/// "Byte Count" of the page of generic desktop controls: how many bytes of a buffer are filled.
const BYTE_COUNT: u32 = 0x0001_003b;
/// Many makers have the length in a field of a meaning of their own: one byte, then three of the symbology's identifier,
/// so that the code begins at this bit.
const DATA_BEHIND_LENGTH: u32 = 8 * (1 + 3);

/// A field of a report, as the device describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What its values are: the page in the upper 16 bits, the usage in the lower. Where there are more values than
    /// usages, the last holds for the rest.
    pub usages: Vec<u32>,
    /// How long a value is, in bits.
    pub size: u32,
    /// How many values there are.
    pub count: u32,
}

/// Where a report holds what was scanned; in bits from its beginning, without its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    length: Option<u32>,
    symbology: Option<u32>,
    data: (u32, u32),
    continued: Option<u32>,
}

impl Layout {
    /// The layout of a report with these fields; `None` where no scan is in it, or its bytes do not stand on bytes.
    #[must_use]
    pub fn of(items: &[Item]) -> Option<Self> {
        let (mut length, mut symbology, mut data, mut continued) = (None, None, None, None);
        let mut at = 0_u32;
        for item in items {
            for place in 0..item.count.min(8 * 1024) {
                let usage = item.usages.get(place as usize).or(item.usages.last()).copied().unwrap_or_default();
                match usage {
                    BYTE_COUNT if item.size == 8 => length = Some(at),
                    SYMBOLOGY if item.size == 8 => symbology = symbology.or(Some(at)),
                    DATA if item.size == 8 && data.is_none() => data = Some((at, item.count - place)),
                    CONTINUED => continued = continued.or(Some(at)),
                    _ => {}
                }
                at = at.checked_add(item.size)?;
            }
        }
        let data = data?;
        if [Some(data.0), symbology, length].into_iter().flatten().any(|at| at % 8 != 0) {
            return None;
        }
        let is_length_first = length.is_none() && symbology == Some(8) && data.0 == DATA_BEHIND_LENGTH;
        Some(Self { length: length.or(is_length_first.then_some(0)), symbology, data, continued })
    }

    /// What a report holds: bytes of a scan, and whether more of it follows in the next.
    fn read<'a>(&self, report: &'a [u8]) -> (&'a [u8], bool) {
        let byte = |at: u32| report.get(at as usize / 8).copied();
        let from = report.get(self.data.0 as usize / 8..).unwrap_or_default();
        let buffer = &from[..from.len().min(self.data.1 as usize)];
        let filled = match self.length.and_then(byte).map(usize::from) {
            Some(length) if length <= buffer.len() => length,
            // No scanner reads NUL: what is not filled is 0.
            _ => buffer.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1),
        };
        let is_continued = self.continued.is_some_and(|at| byte(at).is_some_and(|byte| byte >> (at % 8) & 1 == 1));
        (&buffer[..filled], is_continued)
    }

    /// In which picture the code stood, as ISO/IEC 15424 writes it, where the scanner says so.
    fn symbology<'a>(&self, report: &'a [u8]) -> Option<&'a [u8]> {
        let at = self.symbology? as usize / 8;
        report.get(at..at + 3).filter(|identifier| identifier[0] == b']')
    }
}

/// Puts the scans of one device together from its reports.
#[derive(Clone, Debug)]
pub struct Reports {
    layout: Layout,
    bytes: Vec<u8>,
    /// Whether the rest of a scan is still to come that was too long.
    skips: bool,
}

impl Reports {
    /// For reports of this layout.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self { layout, bytes: Vec::new(), skips: false }
    }

    /// Takes a report, without its number, and gives the bytes of a scan where it is whole.
    pub fn push(&mut self, report: &[u8]) -> Option<Vec<u8>> {
        let (bytes, is_continued) = self.layout.read(report);
        if self.skips {
            self.skips = is_continued;
            return None;
        }
        if self.bytes.is_empty()
            && let Some(identifier) = self.layout.symbology(report)
            && !bytes.starts_with(b"]")
        {
            self.bytes.extend(identifier);
        }
        self.bytes.extend(bytes);
        // Whoever sends without an end gets a refusal, and no more of our memory.
        if is_continued && self.bytes.len() <= LONGEST_SCAN {
            return None;
        }
        self.skips = is_continued;
        let scan = std::mem::take(&mut self.bytes);
        (!bytes.is_empty()).then_some(scan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(usages: &[u32], size: u32, count: u32) -> Item {
        Item { usages: usages.to_vec(), size, count }
    }

    /// As makers' scanners describe theirs: three bytes of the picture, 56 of the code, two of the maker's, and flags.
    fn usual(first: Option<Item>) -> Vec<Item> {
        let mut items = Vec::from_iter(first);
        items.extend([SYMBOLOGY, SYMBOLOGY + 1, SYMBOLOGY + 2].map(|usage| item(&[usage], 8, 1)));
        items.push(item(&[DATA], 8, 56));
        items.push(item(&[0xff66_0004, 0xff66_0000], 8, 2));
        items.push(item(&[CONTINUED, 0x008c_0000], 1, 8));
        items
    }

    fn report(has_length: bool, symbology: &[u8; 3], data: &[u8], is_continued: bool) -> Vec<u8> {
        let mut report = if has_length { vec![data.len() as u8] } else { Vec::new() };
        report.extend(symbology);
        report.extend(data);
        report.resize(report.len() + 56 - data.len(), 0);
        report.extend([0x6a, 0, u8::from(is_continued)]);
        report
    }

    /// Layouts with a length that says so, with one that does not, and without any.
    fn layouts() -> [(Layout, bool); 3] {
        let of = |first| Layout::of(&usual(first)).expect("a layout");
        [(of(Some(item(&[BYTE_COUNT], 8, 1))), true), (of(Some(item(&[0xff66_0001], 8, 1))), true), (of(None), false)]
    }

    #[test]
    fn a_report_holds_a_scan_and_the_picture_it_stood_in() {
        for (layout, has_length) in layouts() {
            let mut reports = Reports::new(layout);
            let scan = reports.push(&report(has_length, b"]E0", b"4006381333931", false));
            assert_eq!(scan.as_deref(), Some(&b"]E04006381333931"[..]));
            // The scanner has written it there too, or says nothing of it.
            let scan = reports.push(&report(has_length, b"]C1", b"]C10104006381333931", false));
            assert_eq!(scan.as_deref(), Some(&b"]C10104006381333931"[..]));
            let scan = reports.push(&report(has_length, &[0; 3], b"4006381333931", false));
            assert_eq!(scan.as_deref(), Some(&b"4006381333931"[..]));
        }
    }

    #[test]
    fn a_long_code_comes_in_several_reports() {
        for (layout, has_length) in layouts() {
            let mut reports = Reports::new(layout);
            let code = [&b"0104601234567890215"[..], &[0x1d], &[b'a'; 100]].concat();
            let parts: Vec<&[u8]> = code.chunks(56).collect();
            let (last, others) = parts.split_last().expect("parts");
            for part in others {
                assert_eq!(reports.push(&report(has_length, b"]d2", part, true)), None);
            }
            let scan = reports.push(&report(has_length, b"]d2", last, false)).expect("a scan");
            assert_eq!(scan, [b"]d2", &code[..]].concat());
        }
    }

    #[test]
    fn a_report_without_a_code_is_no_scan_and_one_without_an_end_is_too_long() {
        for (layout, has_length) in layouts() {
            let mut reports = Reports::new(layout);
            assert_eq!(reports.push(&report(has_length, b"]E0", b"", false)), None);
            assert_eq!(reports.push(&[]), None);
            let mut scans: Vec<Vec<u8>> =
                (0..20).filter_map(|_| reports.push(&report(has_length, b"]d2", &[b'1'; 56], true))).collect();
            // Its end is no scan of its own, and the next one is.
            scans.extend(reports.push(&report(has_length, b"]d2", b"4006381333931", false)));
            assert!(matches!(&scans[..], [scan] if scan.len() > LONGEST_SCAN));
            assert!(reports.push(&report(has_length, b"]d2", b"4006381333931", false)).is_some());
        }
    }

    #[test]
    fn what_is_no_scanner_has_no_layout() {
        let keyboard = [item(&[0x0007_00e0], 1, 8), item(&[0x0007_0000], 8, 6)];
        assert_eq!(Layout::of(&keyboard), None);
        // The code begins within a byte.
        assert_eq!(Layout::of(&[item(&[CONTINUED], 1, 1), item(&[DATA], 8, 56)]), None);
        assert_eq!(Layout::of(&[item(&[DATA], 16, 56)]), None);
        assert_eq!(Layout::of(&[item(&[], u32::MAX, u32::MAX), item(&[DATA], 8, 56)]), None);
        assert_eq!(Layout::of(&[]), None);
    }

    proptest::proptest! {
        #[test]
        fn no_report_and_no_description_of_one_breaks_anything(
            items in proptest::collection::vec(
                (proptest::collection::vec(0x008c_00fa_u32..0x008c_0101, 0..4), 0_u32..40, 0_u32..100),
                0..6,
            ),
            reports in proptest::collection::vec(proptest::collection::vec(proptest::num::u8::ANY, 0..80), 0..20),
        ) {
            let items: Vec<Item> =
                items.into_iter().map(|(usages, size, count)| Item { usages, size, count }).collect();
            if let Some(layout) = Layout::of(&items) {
                let mut parts = Reports::new(layout);
                for report in &reports {
                    let scan = parts.push(report).unwrap_or_default();
                    proptest::prop_assert!(scan.len() <= LONGEST_SCAN + 100);
                }
            }
        }
    }
}
