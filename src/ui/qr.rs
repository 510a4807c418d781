//! A link as a phone's camera reads it, or a coupon as a till's scanner does: a QR code (ISO/IEC 18004), drawn here.

use leptos::prelude::*;
use qrcode::{Color, QrCode};

pub(crate) use qrcode::EcLevel;

/// The white that belongs around it, in modules.
const QUIET: usize = 4;

/// The picture of a link; `None` where no code holds so much.
pub(crate) fn qr_view(link: String, label: &'static str) -> Option<AnyView> {
    let (size, path) = picture_of(&link, EcLevel::L)?;
    let picture = view! {
        <p class="code">
            <svg role="img" aria-label=label data-link=link viewBox=format!("0 0 {size} {size}")>
                <path d=path></path>
            </svg>
        </p>
    };
    Some(picture.into_any())
}

/// How many modules wide it is with the white around it, and the dark ones as a path.
pub(super) fn picture_of(text: &str, level: EcLevel) -> Option<(usize, String)> {
    let (width, modules) = modules_of(text, level)?;
    let dark = modules.iter().enumerate().filter(|(_, is_dark)| **is_dark);
    let path = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width, at / width)).collect();
    Some((width, path))
}

/// How many modules wide it is with the white around it, and whether each is dark, row by row.
pub(crate) fn modules_of(text: &str, level: EcLevel) -> Option<(usize, Vec<bool>)> {
    let code = QrCode::with_error_correction_level(text, level).ok()?;
    let width = code.width() + 2 * QUIET;
    let mut modules = vec![false; width * width];
    for (at, module) in code.to_colors().into_iter().enumerate() {
        let (across, down) = (at % code.width() + QUIET, at / code.width() + QUIET);
        modules[down * width + across] = module == Color::Dark;
    }
    Some((width, modules))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_sixty_products_finds_room_in_a_picture() {
        let list = ["9520000000004-99"; 60].join(".");
        let link = format!("https://shop.example/shopping-list?lang=en&items={list}");
        let (size, path) = picture_of(&link, EcLevel::L).expect("a picture");
        assert!(size <= 113 + 8, "{size} modules");
        assert!(path.starts_with("M4 4h1v1h-1z"));
    }
}
