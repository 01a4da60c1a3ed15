// Prints what an engine computes of the networks in a file, one JSON value per line.
'use strict';
const fs = require('fs');
const path = require('path');
const [engine, file] = process.argv.slice(2);
const DLX = require(path.resolve(engine));

/** Outputs, input gradient, and gradients and maps of all classes at the cut. */
function computed(of) {
  const network = DLX.network(of.network);
  const tensors = DLX.forward(network, Float32Array.from(of.x));
  const output = tensors[tensors.length - 1].data;
  const place = DLX.place(network, of.cut);
  const cut = tensors[place];
  const gradients = Array.from(output, (_, label) =>
    DLX.backward(network, tensors, Float32Array.from(output, (v, i) => +(i === label)), place)
  );
  const maps = gradients.map((g) => DLX.classMap(cut, DLX.channelMeans(g, cut.shape[2])).data);
  const join = (arrays) => arrays.reduce((all, each) => all.concat(Array.from(each)), []);
  return {
    output: Array.from(output),
    gradient: Array.from(DLX.backward(network, tensors, Float32Array.from(of.upstream), 0)),
    gradients: join(gradients),
    maps: join(maps),
  };
}

for (const line of fs.readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
  let found;
  try {
    found = computed(JSON.parse(line));
  } catch (error) {
    found = { error: error.message };
  }
  console.log(JSON.stringify(found));
}
