// Prints what the figure "Draw a digit" computes of the stored digits, as JSON.
// Arguments: engine, figure, data files..., and a JSON list of sets of faults.
'use strict';
const path = require('path');
const files = process.argv.slice(2, -1).map((file) => path.resolve(file));
const [DLX] = files.slice(0, 2).map(require);
const bag = {};
global.DLX = { data: (name, value) => (bag[name] = value) };
files.slice(2).forEach(require);

const network = DLX.network(bag.network);
const images = bag.digits.digits.map((each) =>
  Float32Array.from(new Uint8Array(DLX.bytes(each.pixels)), (v) => v / 255)
);
const list = (values) => Array.from(values);

/** A digit drawn ten times as large, somewhere else, and prepared again. */
function prepared(image) {
  const ink = new Float32Array(320 * 320);
  image.forEach((v, at) => {
    const [row, col] = [10 * Math.floor(at / 28) + 31, 10 * (at % 28) + 7];
    for (let i = 0; i < 10; i++) ink.fill(v, (row + i) * 320 + col, (row + i) * 320 + col + 10);
  });
  return list(DLX.prepare(ink, 320));
}

const seen = images.map((image) => DLX.look(network, image));
const batch = seen.filter((_, i) => !bag.digits.digits[i].error);
const faulty = (faults) =>
  seen.map((each) => {
    const found = DLX.faultyCam(network, batch, each, each.chosen, faults);
    return { map: list(found.map.data), scale: found.scale, label: found.label };
  });
console.log(
  JSON.stringify({
    logits: seen.map((each) => list(each.logits)),
    maps: seen.map((each) => list(each.logits).map((_, c) => list(DLX.gradCam(network, each, c).data))),
    hires: seen.map((each) => list(each.logits).map((_, c) => list(DLX.hiresCam(network, each, c).data))),
    below: [DLX.below([1, 2, 3, 4], 2.5), DLX.below([1, 2], 0)],
    prepared: images.map(prepared),
    images: images.map(list),
    empty: DLX.prepare(new Float32Array(100), 10),
    upsampled: seen.map((each) => list(DLX.upsample(DLX.gradCam(network, each, each.chosen), 28).data)),
    faulty: JSON.parse(process.argv[process.argv.length - 1]).map(faulty),
  })
);
