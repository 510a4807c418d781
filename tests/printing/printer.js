// A receipt printer at USB: a double of `navigator.usb` at its border, as the browser would have it. What a person has
// allowed holds for the tab.
"use strict";

(() => {
    const DLE_EOT = [0x10, 0x04];

    class UsbPrinter {
        vendorId = 0x04b8;
        productId = 0x0e15;
        opened = false;
        configuration = null;
        configurations = [{
            configurationValue: 1,
            interfaces: [
                { interfaceNumber: 0, alternates: [{ alternateSetting: 0, interfaceClass: 3, endpoints: [] }] },
                {
                    interfaceNumber: 1,
                    alternates: [{
                        alternateSetting: 0, interfaceClass: 7, endpoints: [
                            { endpointNumber: 1, direction: "out", type: "bulk" },
                            { endpointNumber: 2, direction: "in", type: "bulk" },
                        ],
                    }],
                },
            ],
        }];

        /** "none", "near" or "there". */
        paper = "none";
        /** Whether the paper ends with what is printed next. */
        ends = false;
        /** Whether it answers nothing. */
        isSilent = false;
        /** What was printed, a list of bytes each time. */
        printed = [];
        #claimed = null;
        #answers = [];
        #waiting = [];

        async open() { this.opened = true; }

        async close() {
            this.opened = false;
            this.#claimed = null;
            this.#answers = [];
            for (const { lost } of this.#waiting.splice(0)) lost(new DOMException("closed", "AbortError"));
        }

        async selectConfiguration(value) {
            this.#isOpen();
            this.configuration = this.configurations.find((it) => it.configurationValue === value);
        }

        async claimInterface(number) {
            this.#isOpen();
            if (!this.configuration) throw new DOMException("no configuration", "InvalidStateError");
            this.#claimed = number;
        }

        async transferOut(endpoint, data) {
            this.#isOpen();
            if (endpoint !== 1 || this.#claimed !== 1) throw new DOMException("not claimed", "NotFoundError");
            const bytes = [...data];
            if (DLE_EOT.every((byte, at) => bytes[at] === byte)) {
                for (let at = 0; at < bytes.length; at += 3) this.#answer(bytes[at + 2]);
            } else {
                this.printed.push(bytes);
                if (this.ends) this.paper = "none";
                // GS r 1 at the end: it says when all is done.
                else if ([0x1d, 0x72, 1].every((byte, at) => bytes.at(at - 3) === byte)) this.#say(0x03);
            }
            return { status: "ok", bytesWritten: bytes.length };
        }

        transferIn(endpoint) {
            if (endpoint !== 2) throw new DOMException("no such end", "NotFoundError");
            return new Promise((found, lost) => {
                this.#waiting.push({ found, lost });
                this.#give();
            });
        }

        #isOpen() {
            if (!this.opened) throw new DOMException("nobody has opened it", "InvalidStateError");
        }

        #answer(question) {
            const ofPaper = { none: 0x7e, near: 0x1e, there: 0x12 }[this.paper];
            this.#say(question === 4 ? ofPaper : this.paper === "none" ? 0x32 : 0x12);
        }

        #say(byte) {
            if (this.isSilent) return;
            this.#answers.push(byte);
            this.#give();
        }

        /** A byte at a time, as slow printers do. */
        #give() {
            while (this.#answers.length && this.#waiting.length) {
                const data = new DataView(Uint8Array.of(this.#answers.shift()).buffer);
                this.#waiting.shift().found({ status: "ok", data });
            }
        }
    }

    const printer = new UsbPrinter();
    const usb = {
        async getDevices() { return sessionStorage.getItem("usb") ? [printer] : []; },
        async requestDevice({ filters }) {
            if (!navigator.userActivation.isActive) throw new DOMException("no touch", "SecurityError");
            if (filters[0].classCode !== 7) throw new TypeError("not a printer");
            sessionStorage.setItem("usb", "allowed");
            return printer;
        },
    };
    Object.defineProperty(navigator, "usb", { value: usb });
    let prints = 0;
    window.print = () => { prints += 1; };
    Object.assign(window, { printer, browserPrints: () => prints });
})();
