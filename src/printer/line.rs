//! The line to a printer: a USB device of class 7 by WebUSB, or a port by Web Serial. Each step has a time limit.

use std::time::Duration;

use js_sys::{Array, DataView, Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::setting::{Numbers, Setting, Wire};
use crate::scanner::js::{call, get, later, object};
use crate::session::monotonic_ms;

/// The class of printers: USB-IF, "Device Class Definition for Printing Devices".
const PRINTER_CLASS: u32 = 7;
/// A printer opens within some milliseconds.
const OPEN_LIMIT: Duration = Duration::from_secs(2);
/// An answer is shorter than one packet.
const PACKET_BYTES: u32 = 64;

/// A printer that is open.
pub(super) enum Line {
    Usb { device: JsValue, out: JsValue, into: JsValue },
    Serial { port: JsValue, writer: JsValue, reader: JsValue },
}

/// What the browser has for such a line, if anything.
fn api(wire: Wire) -> Option<JsValue> {
    let name = match wire {
        Wire::Usb => "usb",
        Wire::Serial => "serial",
    };
    Reflect::get(&window().navigator(), &name.into()).ok().filter(JsValue::is_object)
}

/// Whether the browser knows such lines.
pub(crate) fn is_in_browser(wire: Wire) -> bool {
    api(wire).is_some()
}

/// Lets a person choose a printer. The browser asks; it wants a touch before. Who chooses none gets none.
pub(crate) async fn allow(wire: Wire) -> Option<Setting> {
    let api = api(wire)?;
    let chosen = match wire {
        Wire::Usb => {
            let filters = Array::of1(&object([("classCode", PRINTER_CLASS.into())]));
            later(&api, "requestDevice", &Array::of1(&object([("filters", filters.into())]))).await
        }
        Wire::Serial => later(&api, "requestPort", &Array::of1(&Object::new())).await,
    };
    Some(Setting::new(wire, numbers_of(wire, &chosen.ok()?)))
}

/// The maker's number and the product's.
pub(super) fn numbers_of(wire: Wire, device: &JsValue) -> Numbers {
    let (from, vendor, product) = match wire {
        Wire::Usb => (device.clone(), "vendorId", "productId"),
        Wire::Serial => (
            call(device, "getInfo", &Array::new()).unwrap_or_else(|_| Object::new().into()),
            "usbVendorId",
            "usbProductId",
        ),
    };
    let number = |name: &str| get(&from, name).as_f64().unwrap_or_default() as u16;
    (number(vendor), number(product))
}

/// The printer that is allowed, where it is plugged in and the browser remembers that.
async fn find(setting: Setting) -> Option<JsValue> {
    let ask = match setting.wire {
        Wire::Usb => "getDevices",
        Wire::Serial => "getPorts",
    };
    let asked = call(&api(setting.wire)?, ask, &Array::new()).ok()?;
    let all = within(OPEN_LIMIT, asked).await?.dyn_into::<Array>().ok()?;
    all.iter().find(|it| numbers_of(setting.wire, it) == setting.numbers)
}

impl Line {
    /// Opens the printer that is allowed; `None` where it is not there, or another program has it.
    pub(super) async fn open(setting: Setting) -> Option<Self> {
        let device = find(setting).await?;
        let line = match setting.wire {
            Wire::Usb => Self::open_usb(&device).await,
            Wire::Serial => Self::open_serial(&device, setting.baud).await,
        };
        if line.is_none() {
            step(&device, "close", &Array::new()).await;
        }
        line
    }

    async fn open_usb(device: &JsValue) -> Option<Self> {
        let Interface { configuration, number, alternate, out, into } = Interface::of(device)?;
        step(device, "open", &Array::new()).await?;
        if get(&get(device, "configuration"), "configurationValue") != configuration {
            step(device, "selectConfiguration", &Array::of1(&configuration)).await?;
        }
        step(device, "claimInterface", &Array::of1(&number)).await?;
        if alternate != 0 {
            step(device, "selectAlternateInterface", &Array::of2(&number, &alternate)).await?;
        }
        Some(Self::Usb { device: device.clone(), out, into })
    }

    async fn open_serial(port: &JsValue, baud: u32) -> Option<Self> {
        step(port, "open", &Array::of1(&object([("baudRate", baud.into())]))).await?;
        let writer = call(&get(port, "writable"), "getWriter", &Array::new()).ok()?;
        let reader = call(&get(port, "readable"), "getReader", &Array::new()).ok()?;
        Some(Self::Serial { port: port.clone(), writer, reader })
    }

    /// Sends these; tells whether all were taken in time.
    pub(super) async fn write(&mut self, bytes: &[u8], limit: Duration) -> bool {
        let bytes = Uint8Array::from(bytes);
        let written = match self {
            Self::Usb { device, out, .. } => call(device, "transferOut", &Array::of2(out, &bytes)),
            Self::Serial { writer, .. } => call(writer, "write", &Array::of1(&bytes)),
        };
        let Ok(written) = written else { return false };
        let Some(result) = within(limit, written).await else { return false };
        match self {
            Self::Usb { .. } => get(&result, "status") == "ok" && get(&result, "bytesWritten") == bytes.length(),
            Self::Serial { .. } => true,
        }
    }

    /// What comes within this time, until it is so much.
    pub(super) async fn read(&mut self, count: usize, limit: Duration) -> Vec<u8> {
        let (mut bytes, until_ms) = (Vec::new(), monotonic_ms() + limit.as_millis() as f64);
        while bytes.len() < count {
            let left_ms = until_ms - monotonic_ms();
            if left_ms <= 0.0 {
                break;
            }
            let asked = match self {
                Self::Usb { device, into, .. } => call(device, "transferIn", &Array::of2(into, &PACKET_BYTES.into())),
                Self::Serial { reader, .. } => call(reader, "read", &Array::new()),
            };
            let Ok(asked) = asked else { break };
            let Some(read) = within(Duration::from_millis(left_ms as u64), asked).await else { break };
            let more = match self {
                Self::Usb { .. } => get(&read, "data")
                    .dyn_into::<DataView>()
                    .ok()
                    .map(|data| (0..data.byte_length()).map(|at| data.get_uint8(at)).collect::<Vec<_>>()),
                Self::Serial { .. } => get(&read, "value").dyn_into::<Uint8Array>().ok().map(|data| data.to_vec()),
            };
            let Some(more) = more else { break };
            bytes.extend(more);
        }
        bytes
    }

    /// Lets go of it, for the next time and for other programs.
    pub(super) async fn close(self) {
        match self {
            Self::Usb { device, .. } => drop(step(&device, "close", &Array::new()).await),
            Self::Serial { port, writer, reader } => {
                // What was not taken is given up.
                step(&reader, "cancel", &Array::new()).await;
                step(&writer, "abort", &Array::new()).await;
                for locked in [reader, writer] {
                    let _ = call(&locked, "releaseLock", &Array::new());
                }
                step(&port, "close", &Array::new()).await;
            }
        }
    }
}

/// By which interface of a USB device is printed, and its two ends.
struct Interface {
    configuration: JsValue,
    number: JsValue,
    alternate: JsValue,
    out: JsValue,
    into: JsValue,
}

impl Interface {
    /// `None` where the device is no printer, or one that says nothing.
    fn of(device: &JsValue) -> Option<Self> {
        let list = |from: &JsValue, name: &str| get(from, name).dyn_into::<Array>().unwrap_or_default();
        let end = |alternate: &JsValue, direction: &str| {
            let is_it = |end: &JsValue| get(end, "type") == "bulk" && get(end, "direction") == direction;
            list(alternate, "endpoints").iter().find(is_it).map(|end| get(&end, "endpointNumber"))
        };
        list(device, "configurations").iter().find_map(|configuration| {
            list(&configuration, "interfaces").iter().find_map(|interface| {
                list(&interface, "alternates").iter().find_map(|alternate| {
                    let is_printer = get(&alternate, "interfaceClass") == PRINTER_CLASS;
                    is_printer.then_some(())?;
                    Some(Self {
                        configuration: get(&configuration, "configurationValue"),
                        number: get(&interface, "interfaceNumber"),
                        out: end(&alternate, "out")?,
                        into: end(&alternate, "in")?,
                        alternate: get(&alternate, "alternateSetting"),
                    })
                })
            })
        })
    }
}

/// One step of opening or closing; `None` where it fails or takes too long.
async fn step(on: &JsValue, method: &str, arguments: &Array) -> Option<JsValue> {
    within(OPEN_LIMIT, call(on, method, arguments).ok()?).await
}

/// What is promised, where it comes in time.
async fn within(limit: Duration, promised: JsValue) -> Option<JsValue> {
    let too_late = Promise::new(&mut |_, late: Function| {
        set_timeout(move || drop(late.call0(&JsValue::UNDEFINED)), limit);
    });
    JsFuture::from(Promise::race(&Array::of2(&promised, &too_late))).await.ok()
}
