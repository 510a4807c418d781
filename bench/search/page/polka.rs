//! Our search for the page that measures it: the crate as the app has it, behind four plain functions. `engines.js`
//! calls them. Texts and answers pass through memory, as `wasm-bindgen` would pass them.

#![expect(unsafe_code, reason = "what JavaScript calls is exported by name, and hands over memory that it has filled")]

use std::sync::Mutex;

use polka_catalogue::Catalogue;
use polka_catalogue::search::{Query, SearchIndex};
use polka_domain::Date;

const TOP: usize = 10;
/// No offer of the feed has a last day.
const TODAY: Date = Date::constant(2026, 11, 25);

struct Search {
    catalogue: Catalogue,
    index: SearchIndex,
    /// What was found last: GTINs without their check digits, which a number of JavaScript can hold.
    found: [f64; TOP],
}

static SEARCH: Mutex<Option<Search>> = Mutex::new(None);

/// Room for bytes that JavaScript writes.
#[unsafe(no_mangle)]
pub extern "C" fn polka_room(length: usize) -> *mut u8 {
    Box::leak(vec![0; length].into_boxed_slice()).as_mut_ptr()
}

/// Takes back what [`polka_room`] gave.
///
/// # Safety
/// The place and the length are those of one room, which is used no more.
unsafe fn taken(room: *mut u8, length: usize) -> Vec<u8> {
    // SAFETY: by the caller's promise it is a boxed slice of this length that nobody else has.
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(room, length)) }.into_vec()
}

/// Opens the two files as they lie on a device; 1 if that went well.
///
/// # Safety
/// Both are rooms that [`polka_room`] gave, with their lengths, and are used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polka_open(catalogue: *mut u8, catalogue_length: usize, index: *mut u8, length: usize) -> u32 {
    // SAFETY: by the caller's promise.
    let (catalogue, index) = unsafe { (taken(catalogue, catalogue_length), taken(index, length)) };
    let (Ok(catalogue), Ok(index)) = (Catalogue::open(catalogue), SearchIndex::open(index)) else { return 0 };
    let Ok(mut search) = SEARCH.lock() else { return 0 };
    *search = Some(Search { catalogue, index, found: [0.0; TOP] });
    1
}

/// Finds products by a text in UTF-8, and says how many were found.
///
/// # Safety
/// The text is a room that [`polka_room`] gave, with its length, and is used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polka_find(text: *mut u8, length: usize) -> usize {
    // SAFETY: by the caller's promise.
    let text = unsafe { taken(text, length) };
    let text = String::from_utf8_lossy(&text);
    let Ok(mut search) = SEARCH.lock() else { return 0 };
    let Some(search) = search.as_mut() else { return 0 };
    let query = Query { text: &text, department: None, today: TODAY, limit: TOP };
    let hits = search.index.search(&search.catalogue, &query).hits;
    for (place, hit) in search.found.iter_mut().zip(&hits) {
        *place = hit.product.gtin.body() as f64;
    }
    hits.len()
}

/// Where the products stand that were found last.
#[unsafe(no_mangle)]
pub extern "C" fn polka_found() -> *const f64 {
    SEARCH.lock().ok().and_then(|search| Some(search.as_ref()?.found.as_ptr())).unwrap_or(std::ptr::null())
}
