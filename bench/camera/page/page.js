// Reads the same pictures with each library. The bench drives it from outside, through `window.bench`, and judges what was
// read: what is right never comes here.
import { scanGrayBuffer } from "@undecaf/zbar-wasm";
import {
    BarcodeFormat, BinaryBitmap, DecodeHintType, HybridBinarizer, MultiFormatReader, RGBLuminanceSource,
} from "@zxing/library";

import start, { Decoder } from "./camera_decoder.js";

/** A camera that is held still shows the same again: so often ours may look. */
const MOST_LOOKS = 8;

const { EAN_13, EAN_8, UPC_E, ITF, CODE_128, DATA_MATRIX, QR_CODE } = BarcodeFormat;
const zxing = new MultiFormatReader();
zxing.setHints(new Map([
    [DecodeHintType.POSSIBLE_FORMATS, [EAN_13, EAN_8, UPC_E, ITF, CODE_128, DATA_MATRIX, QR_CODE]],
    [DecodeHintType.TRY_HARDER, true],
    [DecodeHintType.ASSUME_GS1, true],
]));

/** Each reads a picture, given in the form that it takes: a text, or nothing. */
const engines = {
    async polka({ rgba, width, height }) {
        const decoder = new Decoder();
        let read = "";
        for (let looks = 0; looks < MOST_LOOKS && !read.startsWith("="); looks++) read = decoder.look(rgba, width, height);
        decoder.free();
        return read.startsWith("=") ? read.slice(1) : null;
    },
    async zxing({ luma, width, height }) {
        const bitmap = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(luma, width, height)));
        try {
            return zxing.decodeWithState(bitmap).getText();
        } catch {
            return null;
        }
    },
    async zbar({ luma, width, height }) {
        const [symbol] = await scanGrayBuffer(luma.slice().buffer, width, height);
        return symbol?.decode() ?? null;
    },
};

const ready = start({ module_or_path: "/camera_decoder.wasm" });

/** Shows the pictures from a number on to each library; gives what each read and in how many milliseconds. */
async function look(first, count, width, height) {
    await ready;
    const answers = [];
    for (let at = first; at < first + count; at++) {
        const luma = new Uint8ClampedArray(await (await fetch(`/picture/${at}`)).arrayBuffer());
        const rgba = new Uint8Array(luma.length * 4);
        luma.forEach((light, point) => rgba.fill(light, point * 4, point * 4 + 4));
        const of_picture = {};
        for (const [name, read] of Object.entries(engines)) {
            const started = performance.now();
            const text = await read({ luma, rgba, width, height });
            of_picture[name] = [text, performance.now() - started];
        }
        answers.push(of_picture);
    }
    return answers;
}

window.bench = { look };
