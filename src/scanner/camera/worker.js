// Looks at a camera's pictures, so that the page need not wait.
//
//   page -> worker   an ImageBitmap
//   worker -> page   a text: `=` and a code, `dark`, `blurred`, or nothing; or null when this worker is of no use any more
import start, { Decoder } from "./camera_decoder.js";

const decoder = start({ module_or_path: new URL("./camera_decoder.wasm", import.meta.url) }).then(() => new Decoder());
const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext("2d", { willReadFrequently: true });

onmessage = async ({ data: picture }) => {
    try {
        const { width, height } = picture;
        if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
        context.drawImage(picture, 0, 0);
        picture.close();
        const points = context.getImageData(0, 0, width, height).data;
        postMessage((await decoder).look(points, width, height));
    } catch {
        postMessage(null);
    }
};
