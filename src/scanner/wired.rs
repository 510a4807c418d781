//! Scanners that have a line of their own to the page, and type nothing: HID devices of usage page 0x8C, and serial
//! ports. Nothing they send can be mistaken for a key.
//!
//! Which of them the page may use, the kiosk's policy says, or an installer once. One that is plugged in again is heard
//! again. A browser that has neither, as on Android, has none.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, DataView, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::DeviceSettings;
use polka_scan::hid::{self, Item, Layout, Reports};
use polka_scan::serial::{Lines, Parity, SerialLine};
use polka_scan::text_of;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::By;
use super::js::{call, get, later, object};
use crate::printer::is_printer_port;

/// Behind a scan of which no line's end came for twice as long none will: at 9600 baud a character takes 1 ms. Twice,
/// because a page that was busy hears of the time before it hears of what has come meanwhile.
const PAUSE: Duration = Duration::from_millis(50);

thread_local! {
    /// Changes whenever a scanner is plugged in or out.
    static CHANGES: ArcRwSignal<u32> = ArcRwSignal::new(0);
    static IS_HEARING: Cell<bool> = const { Cell::new(false) };
}

/// By which line a scanner comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// A HID device.
    Hid,
    /// A serial port.
    Serial,
}

impl Wire {
    /// What the browser has for it, if anything.
    fn api(self) -> Option<JsValue> {
        let name = match self {
            Self::Hid => "hid",
            Self::Serial => "serial",
        };
        Reflect::get(&window().navigator(), &name.into()).ok().filter(JsValue::is_object)
    }

    /// Those that are plugged in and that the page may use; `None` where the browser has no such thing.
    async fn granted(self) -> Option<Vec<JsValue>> {
        let ask = match self {
            Self::Hid => "getDevices",
            Self::Serial => "getPorts",
        };
        let all = later(&self.api()?, ask, &Array::new()).await.ok()?;
        let is_scanner = |it: &JsValue| match self {
            Self::Hid => !reports(it).is_empty(),
            Self::Serial => !is_printer_port(it),
        };
        Some(all.unchecked_into::<Array>().iter().filter(is_scanner).collect())
    }

    /// Hears one.
    async fn hear(self, scanner: JsValue, line: SerialLine) {
        match self {
            Self::Hid => hear_hid(&scanner).await,
            // A printer has no scans, and is open only while it prints.
            Self::Serial if is_printer_port(&scanner) => {}
            Self::Serial => hear_serial(&scanner, line).await,
        }
    }

    /// How many are plugged in that the page may use; `None` where the browser has no such thing.
    pub(crate) async fn count(self) -> Option<usize> {
        Some(self.granted().await?.len())
    }

    /// Lets a person choose one, and hears it from now on. The browser asks; it wants a touch before.
    pub(crate) async fn choose(self, line: SerialLine) {
        let Some(api) = self.api() else { return };
        let (ask, wanted) = match self {
            Self::Hid => {
                let page = object([("usagePage", hid::USAGE_PAGE.into())]);
                ("requestDevice", object([("filters", Array::of1(&page).into())]))
            }
            Self::Serial => ("requestPort", Object::new()),
        };
        // Who chooses none gets none.
        let Ok(chosen) = later(&api, ask, &Array::of1(&wanted)).await else { return };
        // One HID device may be several to the browser.
        let chosen = match self {
            Self::Hid => chosen.unchecked_into::<Array>(),
            Self::Serial => Array::of1(&chosen),
        };
        for scanner in chosen {
            spawn_local(self.hear(scanner, line));
        }
    }

    /// Calls this whenever something happens, as long as the page lives.
    fn on(self, name: &str, then: impl Fn(JsValue) + 'static) {
        let Some(api) = self.api() else { return };
        let then = Closure::<dyn Fn(JsValue)>::new(then).into_js_value();
        let _ = call(&api, "addEventListener", &Array::of2(&name.into(), &then));
    }
}

/// How the store's serial lines are set.
pub(crate) fn serial_line(settings: &DeviceSettings) -> SerialLine {
    // The server has looked at it: it is not wrong.
    settings.scanner_serial.parse().unwrap_or_default()
}

/// Hears all that the page may use, now and whenever one is plugged in.
pub(crate) fn hear_all(line: SerialLine) {
    if IS_HEARING.replace(true) {
        return;
    }
    let changes = self::changes();
    for wire in [Wire::Hid, Wire::Serial] {
        let changed = changes.clone();
        wire.on("connect", move |event| {
            // A HID device is named in the event; a port is where it happened.
            let name = if wire == Wire::Hid { "device" } else { "target" };
            spawn_local(wire.hear(get(&event, name), line));
            *changed.write() += 1;
        });
        let changed = changes.clone();
        wire.on("disconnect", move |_| *changed.write() += 1);
        spawn_local(async move {
            for scanner in wire.granted().await.unwrap_or_default() {
                spawn_local(wire.hear(scanner, line));
            }
        });
    }
}

/// Changes whenever a scanner is plugged in or out.
pub(crate) fn changes() -> ArcRwSignal<u32> {
    CHANGES.with(Clone::clone)
}

/// What each report of a device holds, by its number; nothing where it is no scanner.
fn reports(device: &JsValue) -> Vec<(u32, Reports)> {
    let number = |from: &JsValue, name: &str| get(from, name).as_f64().unwrap_or_default() as u32;
    let list = |from: &JsValue, name: &str| get(from, name).dyn_into::<Array>().unwrap_or_default();
    let item = |item: JsValue| {
        let usages = if get(&item, "isRange").is_truthy() {
            // More than any report has values is a slip.
            (number(&item, "usageMinimum")..=number(&item, "usageMaximum")).take(1024).collect()
        } else {
            list(&item, "usages").iter().filter_map(|it| it.as_f64()).map(|usage| usage as u32).collect()
        };
        Item { usages, size: number(&item, "reportSize"), count: number(&item, "reportCount") }
    };
    let of_collection = |collection: JsValue| {
        let is_scanner = number(&collection, "usagePage") == u32::from(hid::USAGE_PAGE);
        let reports = if is_scanner { all_reports(&collection) } else { Vec::new() };
        reports.into_iter().filter_map(move |report| {
            let items: Vec<Item> = list(&report, "items").iter().map(item).collect();
            Some((number(&report, "reportId"), Reports::new(Layout::of(&items)?)))
        })
    };
    list(device, "collections").iter().flat_map(of_collection).collect()
}

/// The reports that a collection sends, with those of the collections in it.
fn all_reports(collection: &JsValue) -> Vec<JsValue> {
    let list = |name: &str| get(collection, name).dyn_into::<Array>().unwrap_or_default();
    let inner = list("children").iter().flat_map(|child| all_reports(&child)).collect::<Vec<_>>();
    list("inputReports").iter().chain(inner).collect()
}

async fn hear_hid(device: &JsValue) {
    let reports = RefCell::new(reports(device));
    if reports.borrow().is_empty() {
        return;
    }
    let heard = move |event: JsValue| {
        let id = get(&event, "reportId").as_f64().unwrap_or_default() as u32;
        let Ok(data) = get(&event, "data").dyn_into::<DataView>() else { return };
        let bytes: Vec<u8> = (0..data.byte_length()).map(|at| data.get_uint8(at)).collect();
        let mut reports = reports.borrow_mut();
        let scan = reports.iter_mut().find(|it| it.0 == id).and_then(|it| it.1.push(&bytes));
        drop(reports);
        if let Some(scan) = scan {
            tell(&scan);
        }
    };
    // Of one that comes again the last listener counts.
    let heard = Closure::<dyn Fn(JsValue)>::new(heard).into_js_value();
    let _ = Reflect::set(device, &"oninputreport".into(), &heard);
    let _ = later(device, "open", &Array::new()).await;
}

/// Each tab hears a device; the one that somebody looks at is meant.
fn tell(scan: &[u8]) {
    if !document().hidden() {
        super::scanned(&text_of(scan), By::Line);
    }
}

async fn hear_serial(port: &JsValue, line: SerialLine) {
    let parity = match line.parity {
        Parity::None => "none",
        Parity::Even => "even",
        Parity::Odd => "odd",
    };
    let options = object([
        ("baudRate", line.baud.into()),
        ("dataBits", line.data_bits.into()),
        ("parity", parity.into()),
        ("stopBits", line.stop_bits.into()),
    ]);
    // One that is open is heard already; one that another program has is none of ours.
    if later(port, "open", &Array::of1(&options)).await.is_err() {
        return;
    }
    let lines = Rc::new(RefCell::new(Lines::default()));
    let timer = Rc::new(RefCell::new(None::<TimeoutHandle>));
    // Noise on the line ends one stream, and the port has another; unplugged it has none.
    while let stream = get(port, "readable")
        && stream.is_object()
    {
        let Ok(reader) = call(&stream, "getReader", &Array::new()) else { break };
        while let Ok(read) = later(&reader, "read", &Array::new()).await
            && let Ok(bytes) = get(&read, "value").dyn_into::<Uint8Array>()
        {
            let scans = lines.borrow_mut().push(&bytes.to_vec());
            scans.iter().for_each(|scan| tell(scan));
            wait_for_pause(&lines, &timer, 2);
        }
        lines.borrow_mut().lose();
        let _ = call(&reader, "releaseLock", &Array::new());
        if get(port, "readable") == stream {
            break;
        }
    }
    let _ = later(port, "close", &Array::new()).await;
}

/// After so many pauses in which nothing comes the scan is over.
fn wait_for_pause(lines: &Rc<RefCell<Lines>>, timer: &Rc<RefCell<Option<TimeoutHandle>>>, pauses: u8) {
    if let Some(timer) = timer.take() {
        timer.clear();
    }
    let (later, again) = (lines.clone(), timer.clone());
    let over = move || match pauses {
        1 => {
            let scan = later.borrow_mut().pause();
            if let Some(scan) = scan {
                tell(&scan);
            }
        }
        pauses => wait_for_pause(&later, &again, pauses - 1),
    };
    timer.replace(set_timeout_with_handle(over, PAUSE).ok());
}
