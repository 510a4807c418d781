// Scanners that the test plugs in, lets read and unplugs: doubles of `navigator.hid` and `navigator.serial` at their
// border, as the browser would have them.
"use strict";

(() => {
    const PAGE = 0x8c << 16;
    const byte = (usage, count = 1) => ({ usages: [usage], isRange: false, reportSize: 8, reportCount: count });

    class Hub extends EventTarget {
        plugged = new Set();
        /** What a person would choose when the browser asks. */
        choice = null;
        asked = 0;

        plug(device) {
            this.plugged.add(device);
            this.#tell("connect", device);
            return device;
        }

        unplug(device) {
            this.plugged.delete(device);
            device.end();
            this.#tell("disconnect", device);
        }

        async #all() { return [...this.plugged]; }
        getDevices() { return this.#all(); }
        getPorts() { return this.#all(); }

        async #chosen() {
            this.asked += 1;
            if (!navigator.userActivation.isActive) throw new DOMException("no touch", "SecurityError");
            if (!this.choice) throw new DOMException("none", "NotFoundError");
            this.plugged.add(this.choice);
            return this.choice;
        }
        async requestDevice({ filters }) {
            if (filters[0].usagePage !== 0x8c) throw new TypeError("not a scanner");
            return [await this.#chosen()];
        }
        requestPort() { return this.#chosen(); }

        #tell(type, device) {
            const event = new Event(type);
            // A HID device is named in the event; a port is where it happens.
            Object.defineProperties(event, { device: { value: device }, target: { value: device } });
            this.dispatchEvent(event);
        }
    }

    class HidScanner {
        opened = false;
        oninputreport = null;
        collections = [{
            usagePage: 0x8c, usage: 2, inputReports: [], children: [{
                usagePage: 0x8c, usage: 0x12, children: [], inputReports: [{
                    reportId: 2,
                    items: [
                        byte(0x1003b), byte(PAGE + 0xfb), byte(PAGE + 0xfc), byte(PAGE + 0xfd), byte(PAGE + 0xfe, 56),
                        { usages: [PAGE + 0xff], isRange: false, reportSize: 1, reportCount: 8 },
                    ],
                }],
            }],
        }];

        async open() {
            if (this.opened) throw new DOMException("open", "InvalidStateError");
            this.opened = true;
        }

        read(symbology, code) {
            if (!this.opened) throw new Error("nobody has opened it");
            const bytes = new TextEncoder().encode(code);
            for (let from = 0; from < bytes.length; from += 56) {
                const part = bytes.slice(from, from + 56), report = new Uint8Array(61);
                report.set([part.length, ...new TextEncoder().encode(symbology), ...part]);
                report[60] = from + 56 < bytes.length ? 1 : 0;
                this.oninputreport({ reportId: 2, data: new DataView(report.buffer) });
            }
        }

        end() { this.opened = false; }
    }

    class SerialScanner {
        readable = null;
        #line;

        async open(options) {
            if (this.readable) throw new DOMException("open", "InvalidStateError");
            this.options = options;
            this.#begin();
        }

        async close() { this.readable = null; }

        #begin() { this.readable = new ReadableStream({ start: (line) => { this.#line = line; } }); }

        read(text) { this.#line.enqueue(new TextEncoder().encode(text)); }

        /** A wrong bit: the stream ends, and there is another. */
        noise() {
            const line = this.#line;
            this.#begin();
            line.error(new DOMException("noise", "FramingError"));
        }

        end() {
            this.readable = null;
            this.#line?.error(new DOMException("gone", "NetworkError"));
        }
    }

    for (const name of ["hid", "serial"]) Object.defineProperty(navigator, name, { value: new Hub() });
    Object.assign(window, { HidScanner, SerialScanner });
})();
