//! What is read from pictures as a camera takes them.

use polka_camera::pictures::{Kind, Print, Shot};
use polka_camera::{Eye, Picture, Seen};
use proptest::prelude::*;

const SHOT: Shot = Shot::SHARP;

/// A code of each kind.
fn codes() -> [(Kind, &'static str); 8] {
    Kind::ALL.map(|kind| {
        let text = match kind {
            Kind::Ean13 => "4006381333931",
            Kind::Ean8 => "96385074",
            Kind::Itf14 => "14006381333938",
            Kind::Code128 => "POLKA-0042",
            Kind::Gs1Code128 => "010400638133393110A1\u{1d}21B2",
            Kind::Gs1DataMatrix | Kind::Gs1QrCode => "010400638133393121abc123\u{1d}17261130",
            Kind::QrCode => "https://polka.store/01/04006381333931",
        };
        (kind, text)
    })
}

/// What a camera that is held still sees in so many pictures.
fn seen(picture: &Picture, pictures: usize) -> Seen {
    let mut eye = Eye::default();
    let mut seen = Seen::Nothing;
    for _ in 0..pictures {
        seen = eye.look(picture);
        if matches!(seen, Seen::Code(_)) {
            break;
        }
    }
    seen
}

fn is_read(kind: Kind, text: &str, shot: Shot) -> bool {
    let print = Print::of(kind, text).expect("it can be printed");
    // A long code is held farther away.
    let room = shot.size[1] as f32 / (print.modules() as f32 + 24.0);
    let seen = seen(&Shot { module: shot.module.min(room), ..shot }.of(Some(&print)), 6);
    assert!(
        !matches!(&seen, Seen::Code(code) if *code != format!("{}{text}", kind.identifier())),
        "{kind:?}: {seen:?}"
    );
    matches!(seen, Seen::Code(_))
}

#[test]
fn each_kind_of_code_is_read_as_it_is_held() {
    for (kind, text) in codes() {
        assert!(is_read(kind, text, SHOT), "{kind:?}");
    }
}

#[test]
fn a_code_is_read_however_it_is_turned() {
    for (kind, text) in codes() {
        for degrees in [15, 40, 65, 90, 140, 200, 290] {
            assert!(is_read(kind, text, Shot { degrees: degrees as f32, ..SHOT }), "{kind:?} at {degrees}°");
        }
    }
}

#[test]
fn a_code_is_read_in_a_dim_store() {
    for (kind, text) in codes() {
        assert!(is_read(kind, text, Shot { white: 70, noise: 3, ..SHOT }), "{kind:?}");
    }
}

#[test]
fn whoever_holds_a_code_too_near_or_moves_it_is_told() {
    for (kind, text) in codes() {
        let print = Print::of(kind, text).expect("it can be printed");
        let seen = seen(&Shot { blur: 9, ..SHOT }.of(Some(&print)), 6);
        assert_eq!(seen, Seen::Blurred, "{kind:?}");
    }
}

#[test]
fn whoever_stands_in_the_dark_is_told() {
    for (kind, text) in codes() {
        let print = Print::of(kind, text).expect("it can be printed");
        let shot = Shot { white: 24, noise: 10, blur: 1, ..SHOT };
        assert_eq!(seen(&shot.of(Some(&print)), 6), Seen::TooDark, "{kind:?}");
    }
}

#[test]
fn a_pack_without_a_code_is_no_product() {
    for degrees in (0..180).step_by(10) {
        let shot = Shot { degrees: degrees as f32, ..SHOT };
        assert_eq!(seen(&shot.of(None), 6), Seen::Nothing);
    }
}

#[test]
fn lines_that_are_read_once_are_no_product_yet() {
    let print = Print::of(Kind::Ean13, "4006381333931").expect("it can be printed");
    let mut eye = Eye::default();
    assert_eq!(eye.look(&SHOT.of(Some(&print))), Seen::Nothing);
    let other = Print::of(Kind::Ean13, "4006381333948").expect("it can be printed");
    assert_eq!(eye.look(&SHOT.of(Some(&other))), Seen::Nothing);
    assert_eq!(eye.look(&SHOT.of(Some(&other))), Seen::Code("]E04006381333948".into()));
}

/// Half of what a camera sees.
const HALF: Shot = Shot { size: [SHOT.size[0] / 2, SHOT.size[1]], ..SHOT };

/// Two halves side by side.
fn beside(left: &Picture, right: &Picture) -> Picture {
    let rows = left.luma().chunks_exact(HALF.size[0] as usize).zip(right.luma().chunks_exact(HALF.size[0] as usize));
    let luma = rows.flat_map(|(left, right)| left.iter().chain(right)).copied().collect();
    Picture::new(luma, 2 * HALF.size[0], HALF.size[1]).expect("a picture")
}

#[test]
fn a_products_own_code_comes_before_the_square_beside_it() {
    let of = |kind: Kind, degrees| {
        let (_, text) = codes().into_iter().find(|(it, _)| *it == kind).expect("each kind has one");
        Shot { degrees, ..HALF }.of(Print::of(kind, text).as_ref())
    };
    let advert = of(Kind::QrCode, 0.0);
    for degrees in [0.0, 22.0, 45.0, 67.0] {
        let seen = seen(&beside(&advert, &of(Kind::Ean13, degrees)), 6);
        assert_eq!(seen, Seen::Code("]E04006381333931".into()), "at {degrees}°");
    }
    let seen = seen(&beside(&advert, &of(Kind::Gs1DataMatrix, 0.0)), 1);
    assert!(matches!(&seen, Seen::Code(code) if code.starts_with("]d2")), "{seen:?}");
}

#[test]
fn a_picture_of_another_size_than_it_says_is_none() {
    assert_eq!(Picture::of_rgba(&[0; 15], 2, 2), None);
    assert_eq!(Picture::of_rgba(&[0; 19], 2, 2), None);
    assert_eq!(Picture::of_rgba(&[], u32::MAX, u32::MAX), None);
    assert_eq!(Picture::new(Vec::new(), 0, 0), None);
    assert_eq!(Picture::new(vec![0; 5], 2, 2), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_picture_is_looked_at_without_a_panic(luma in prop::collection::vec(any::<u8>(), 1..4000), width in 1..90u32) {
        let height = luma.len() as u32 / width;
        if let Some(picture) = Picture::new(luma[..(width * height) as usize].to_vec(), width, height) {
            let _ = seen(&picture, 3);
        }
    }

    #[test]
    fn a_damaged_code_is_itself_or_none(
        kind in prop::sample::select(codes().to_vec()),
        degrees in 0.0..360.0_f32,
        blots in prop::collection::vec((0..320_usize, 0..240_usize, 1..60_usize, 1..60_usize, any::<u8>()), 0..6),
    ) {
        let (kind, text) = kind;
        let print = Print::of(kind, text).expect("it can be printed");
        let module = 240.0 / (print.modules() as f32 + 24.0);
        let mut luma = Shot { size: [320, 240], module, degrees, ..SHOT }.of(Some(&print)).luma().to_vec();
        for (left, top, width, height, light) in blots {
            for row in luma.chunks_exact_mut(320).skip(top).take(height) {
                row.iter_mut().skip(left).take(width).for_each(|point| *point = light);
            }
        }
        let seen = seen(&Picture::new(luma, 320, 240).expect("a picture"), 6);
        if let Seen::Code(code) = seen {
            prop_assert_eq!(code, format!("{}{text}", kind.identifier()));
        }
    }
}
