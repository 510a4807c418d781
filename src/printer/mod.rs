//! A receipt printer (ESC/POS) that an installer has allowed once, at USB or at a serial port. It says whether it has
//! paper before any is promised. Where there is none, or it does not answer, the browser's print is what is left.
//!
//! Whoever uses this comes by a part that is fetched. Start at [`print()`].

mod drawing;
mod escpos;
mod line;
mod picture;
mod setting;

use std::cell::Cell;
use std::time::Duration;

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

pub(crate) use escpos::Status;
pub(crate) use line::{allow, is_in_browser};
pub(crate) use setting::{BAUDS, Paper, Setting, Wire};

use crate::session::monotonic_ms;
use crate::ui::card::CouponPaper;
use line::Line;

/// Under which the browser keeps which printer is allowed.
const PRINTER: &str = "polka.printer";
/// A printer that is asked how it stands says so within some milliseconds.
const STATUS_LIMIT: Duration = Duration::from_millis(1500);
/// As long as the longest coupon takes on a slow printer.
const PRINT_LIMIT: Duration = Duration::from_secs(15);
/// So long after it has taken all, the paper is out; a printer that does not tell is believed.
const DONE_LIMIT: Duration = Duration::from_secs(5);
/// Who waits for the printer looks again after so long.
const AGAIN: Duration = Duration::from_millis(100);

thread_local! {
    /// One at a time speaks with the printer.
    static IS_IN_USE: Cell<bool> = const { Cell::new(false) };
}

/// What came of printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Printed {
    /// The printer has taken it, and had paper still.
    Done,
    /// No paper came, or not the whole of it.
    Failed,
    /// No printer answers: the browser may print it.
    NotHere,
}

/// Which printer is allowed.
pub(crate) fn kept() -> Option<Setting> {
    Setting::of_text(&window().local_storage().ok()??.get_item(PRINTER).ok()??)
}

/// Keeps which printer is allowed; `None` forgets it.
pub(crate) fn keep(setting: Option<Setting>) {
    let Ok(Some(storage)) = window().local_storage() else { return };
    let _ = match setting {
        Some(setting) => storage.set_item(PRINTER, &setting.text()),
        None => storage.remove_item(PRINTER),
    };
}

/// Whether a serial port is the printer's: no scanner is heard there.
pub(crate) fn is_printer_port(port: &JsValue) -> bool {
    kept()
        .is_some_and(|setting| setting.wire == Wire::Serial && setting.numbers == line::numbers_of(Wire::Serial, port))
}

/// How the printer stands; `None` where no printer is allowed.
pub(crate) async fn status() -> Option<Status> {
    let setting = kept()?;
    let turn = Turn::wait().await;
    let status = match Line::open(setting).await {
        Some(mut line) => {
            let status = ask(&mut line).await;
            line.close().await;
            status
        }
        None => Status::Unknown,
    };
    drop(turn);
    Some(status)
}

/// Prints a coupon, and looks whether there is paper before and until it is out.
pub(crate) async fn print(coupon: &CouponPaper) -> Printed {
    let Some(setting) = kept() else { return Printed::NotHere };
    let Some(picture) = drawing::coupon(coupon, setting.paper) else { return Printed::NotHere };
    let turn = Turn::wait().await;
    let Some(mut line) = Line::open(setting).await else { return Printed::NotHere };
    let printed = match ask(&mut line).await {
        Status::Unknown => Printed::NotHere,
        status if status.is_out() => Printed::Failed,
        _ => {
            let bytes = escpos::printing(&picture);
            let on_its_way = setting.time_of(bytes.len());
            let is_taken = line.write(&bytes, PRINT_LIMIT + on_its_way).await;
            match is_taken && comes_out(&mut line, DONE_LIMIT + on_its_way).await {
                true => Printed::Done,
                false => Printed::Failed,
            }
        }
    };
    line.close().await;
    drop(turn);
    printed
}

/// Whether what a printer has taken comes out: it is asked until it has done all, or cannot.
async fn comes_out(line: &mut Line, limit: Duration) -> bool {
    let until_ms = monotonic_ms() + limit.as_millis() as f64;
    while monotonic_ms() < until_ms {
        if !line.write(&escpos::ASK_STATUS, STATUS_LIMIT).await {
            return false;
        }
        let answer = line.read(escpos::STATUS_BYTES, STATUS_LIMIT).await;
        if escpos::is_done(&answer) {
            // Nothing of it may be left for the next question.
            line.read((escpos::STATUS_BYTES + 1).saturating_sub(answer.len()), STATUS_LIMIT).await;
            return true;
        }
        if Status::of_answer(&answer).is_out() {
            return false;
        }
        pause().await;
    }
    true
}

async fn pause() {
    let later = Promise::new(&mut |done, _| set_timeout(move || drop(done.call0(&JsValue::UNDEFINED)), AGAIN));
    let _ = JsFuture::from(later).await;
}

/// Asks how a printer stands.
async fn ask(line: &mut Line) -> Status {
    if !line.write(&escpos::ASK_STATUS, STATUS_LIMIT).await {
        return Status::Unknown;
    }
    Status::of_answer(&line.read(escpos::STATUS_BYTES, STATUS_LIMIT).await)
}

/// Whose turn it is to speak with the printer, as long as this is kept.
struct Turn;

impl Turn {
    async fn wait() -> Self {
        while IS_IN_USE.get() {
            pause().await;
        }
        IS_IN_USE.set(true);
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        IS_IN_USE.set(false);
    }
}
