/**
 * A small engine: the layers of the book's networks, forward and in reverse.
 * Written for Keras models that dlexp.chapters.grad_cam.browser_network packs, and compared with Keras by the tests.
 *
 * A tensor is {shape: number[], data: Float32Array}, channels last, without a batch axis:
 * shape is [H, W, C] for pictures and [N] for features.
 */
(function (root) {
  'use strict';

  const DLX = (root.DLX = root.DLX || {});

  const size = (shape) => shape.reduce((a, b) => a * b, 1);
  const tensor = (shape, data) => ({ shape, data: data || new Float32Array(size(shape)) });
  const last = (list) => list[list.length - 1];

  // ---- weights ----

  /** Return the bytes behind base64, as an ArrayBuffer. */
  DLX.bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;

  /** Return a reader of consecutive values of a buffer. */
  function reader(buffer) {
    let at = 0;
    const take = (Kind, count) => {
      const end = at + count * Kind.BYTES_PER_ELEMENT;
      if (end > buffer.byteLength) throw new Error('weights end too early');
      const values = new Kind(buffer.slice(at, end));
      at = end;
      return values;
    };
    return { take, left: () => buffer.byteLength - at };
  }

  /** Read one weight: float32, or int8 with one float32 scale per output channel (the last axis). */
  function weight(read, { shape, int8 }) {
    const count = size(shape);
    if (!int8) return tensor(shape, read.take(Float32Array, count));
    const channels = last(shape);
    const levels = read.take(Int8Array, count);
    const scales = read.take(Float32Array, channels);
    return tensor(shape, Float32Array.from(levels, (level, i) => level * scales[i % channels]));
  }

  /**
   * Unpack a network.
   * @param {{input: number[], layers: Object[], blob: string}} spec - as dlexp.chapters.grad_cam.browser_network writes it
   * @returns {{input: number[], layers: Object[]}}
   * @throws {Error} that names a layer or activation that the engine does not know
   */
  DLX.network = (spec) => {
    const read = reader(DLX.bytes(spec.blob));
    const layers = spec.layers.map((layer) => {
      if (!kinds[layer.type]) throw new Error('unknown layer ' + layer.type);
      const activation = layer.activation || 'linear';
      if (!activations[activation]) throw new Error('unknown activation ' + activation);
      const weights = layer.weights.map((each) => weight(read, each));
      return Object.assign({}, layer, { activation, weights });
    });
    if (read.left()) throw new Error(read.left() + ' bytes of weights are left over');
    return { input: spec.input, layers };
  };

  // ---- activations: forward in place, and in reverse from the output y ----

  /** Softmax over rows of n values, in place. */
  function softmaxRows(y, n) {
    for (let start = 0; start < y.length; start += n) {
      const row = y.subarray(start, start + n);
      const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += row[i] = Math.exp(row[i] - top);
      for (let i = 0; i < n; i++) row[i] /= sum;
    }
  }

  function softmaxReverse(y, g, n) {
    return g.map((value, i) => {
      const start = i - (i % n);
      let dot = 0;
      for (let k = start; k < start + n; k++) dot += g[k] * y[k];
      return y[i] * (value - dot);
    });
  }

  const each = (y, f) => {
    for (let i = 0; i < y.length; i++) y[i] = f(y[i]);
  };

  const activations = {
    linear: { run: () => {}, reverse: (y, g) => g },
    relu: {
      run: (y) => each(y, (v) => (v > 0 ? v : 0)),
      reverse: (y, g) => g.map((v, i) => (y[i] > 0 ? v : 0)),
    },
    tanh: {
      run: (y) => each(y, Math.tanh),
      reverse: (y, g) => g.map((v, i) => v * (1 - y[i] * y[i])),
    },
    softmax: { run: softmaxRows, reverse: softmaxReverse },
  };

  // ---- windows ----

  /**
   * Return how many windows fit along one axis, and the padding before it, by TensorFlow's rule.
   * @returns {[number, number]}
   */
  function axis(n, kernel, stride, dilation, padding) {
    const reach = dilation * (kernel - 1) + 1;
    if (padding === 'valid') return [Math.floor((n - reach) / stride) + 1, 0];
    if (padding !== 'same') throw new Error('unknown padding ' + padding);
    const out = Math.ceil(n / stride);
    const total = Math.max((out - 1) * stride + reach - n, 0);
    return [out, Math.floor(total / 2)];
  }

  /** Return the place of a layer's windows over an input of shape [H, W, C]. */
  function windows(layer, shape, kernel) {
    const dilation = layer.dilation_rate || [1, 1];
    const [rows, cols] = [0, 1].map((k) =>
      axis(shape[k], kernel[k], layer.strides[k], dilation[k], layer.padding)
    );
    if (rows[0] < 1 || cols[0] < 1) throw new Error('no window of ' + layer.name + ' fits');
    return { kernel, dilation, stride: layer.strides, rows, cols, height: shape[0], width: shape[1] };
  }

  /**
   * Call visit(input position, output position, tap) for each cell that each window reads.
   * Positions count in row-major order, without channels; padding is never visited.
   */
  function eachTap(w, visit) {
    const [[high, top], [wide, left]] = [w.rows, w.cols];
    for (let i = 0; i < high; i++)
      for (let j = 0; j < wide; j++)
        for (let u = 0; u < w.kernel[0]; u++) {
          const row = i * w.stride[0] + u * w.dilation[0] - top;
          if (row < 0 || row >= w.height) continue;
          for (let v = 0; v < w.kernel[1]; v++) {
            const col = j * w.stride[1] + v * w.dilation[1] - left;
            if (col < 0 || col >= w.width) continue;
            visit(row * w.width + col, i * wide + j, u * w.kernel[1] + v);
          }
        }
  }

  const outShape = (w, channels) => [w.rows[0], w.cols[0], channels];

  // ---- layers: run(layer, x) -> y, and reverse(layer, x, y, g) -> gradient of x ----

  /** Fill rows of an array with a bias, if there is one. */
  function biased(y, bias) {
    if (bias) for (let i = 0; i < y.length; i++) y[i] = bias.data[i % bias.data.length];
  }

  const conv = {
    run(layer, x) {
      const [kernel, bias] = layer.weights;
      const [, , C, K] = kernel.shape;
      const w = windows(layer, x.shape, kernel.shape);
      const y = tensor(outShape(w, K));
      const [from, to, k] = [x.data, y.data, kernel.data];
      biased(to, bias);
      eachTap(w, (source, target, tap) => {
        for (let c = 0; c < C; c++) {
          const a = from[source * C + c];
          if (a === 0) continue; // after a ReLU most are
          const row = (tap * C + c) * K;
          for (let o = 0; o < K; o++) to[target * K + o] += a * k[row + o];
        }
      });
      return y;
    },
    reverse(layer, x, y, g) {
      const kernel = layer.weights[0];
      const [, , C, K] = kernel.shape;
      const gx = new Float32Array(x.data.length);
      eachTap(windows(layer, x.shape, kernel.shape), (source, target, tap) => {
        for (let c = 0; c < C; c++) {
          const row = (tap * C + c) * K;
          let sum = 0;
          for (let o = 0; o < K; o++) sum += g[target * K + o] * kernel.data[row + o];
          gx[source * C + c] += sum;
        }
      });
      return gx;
    },
  };

  const maxPool = {
    run(layer, x) {
      const C = x.shape[2];
      const w = windows(layer, x.shape, layer.pool_size);
      const y = tensor(outShape(w, C));
      y.data.fill(-Infinity);
      y.from = new Int32Array(y.data.length); // where each maximum was: of equals, the first
      eachTap(w, (source, target) => {
        for (let c = 0, s = source * C, t = target * C; c < C; c++, s++, t++)
          if (x.data[s] > y.data[t]) {
            y.data[t] = x.data[s];
            y.from[t] = s;
          }
      });
      return y;
    },
    reverse(layer, x, y, g) {
      const gx = new Float32Array(x.data.length);
      for (let i = 0; i < g.length; i++) gx[y.from[i]] += g[i];
      return gx;
    },
  };

  /** Return how many cells each window of an average pooling reads: padding does not count. */
  function counts(w) {
    const n = new Float32Array(w.rows[0] * w.cols[0]);
    eachTap(w, (source, target) => n[target]++);
    return n;
  }

  const averagePool = {
    run(layer, x) {
      const C = x.shape[2];
      const w = windows(layer, x.shape, layer.pool_size);
      const y = tensor(outShape(w, C));
      const n = counts(w);
      eachTap(w, (source, target) => {
        for (let c = 0; c < C; c++) y.data[target * C + c] += x.data[source * C + c] / n[target];
      });
      return y;
    },
    reverse(layer, x, y, g) {
      const C = x.shape[2];
      const w = windows(layer, x.shape, layer.pool_size);
      const gx = new Float32Array(x.data.length);
      const n = counts(w);
      eachTap(w, (source, target) => {
        for (let c = 0; c < C; c++) gx[source * C + c] += g[target * C + c] / n[target];
      });
      return gx;
    },
  };

  const globalAverage = {
    run(layer, x) {
      const y = tensor([x.shape[2]], DLX.channelMeans(x.data, x.shape[2]));
      return y;
    },
    reverse(layer, x, y, g) {
      const positions = x.shape[0] * x.shape[1];
      return x.data.map((v, i) => g[i % g.length] / positions);
    },
  };

  const globalMax = {
    run(layer, x) {
      const y = tensor([x.shape[2]]);
      y.data.fill(-Infinity);
      x.data.forEach((v, i) => (y.data[i % y.data.length] = Math.max(y.data[i % y.data.length], v)));
      return y;
    },
    reverse(layer, x, y, g) {
      const [top, ties] = [y.data, new Float32Array(g.length)]; // equals share, as in TensorFlow
      x.data.forEach((v, i) => (ties[i % g.length] += v === top[i % g.length] ? 1 : 0));
      return x.data.map((v, i) => {
        const c = i % g.length;
        return v === top[c] ? g[c] / ties[c] : 0;
      });
    },
  };

  const dense = {
    run(layer, x) {
      const [kernel, bias] = layer.weights;
      const [I, O] = kernel.shape;
      if (x.shape.length !== 1) throw new Error(layer.name + ' needs features; flatten first');
      const y = tensor([O]);
      biased(y.data, bias);
      for (let i = 0; i < I; i++) {
        const a = x.data[i];
        if (a !== 0) for (let o = 0; o < O; o++) y.data[o] += a * kernel.data[i * O + o];
      }
      return y;
    },
    reverse(layer, x, y, g) {
      const [I, O] = layer.weights[0].shape;
      const k = layer.weights[0].data;
      const gx = new Float32Array(I);
      for (let i = 0; i < I; i++) {
        let sum = 0;
        for (let o = 0; o < O; o++) sum += g[o] * k[i * O + o];
        gx[i] = sum;
      }
      return gx;
    },
  };

  /** Return the factor of each channel in a batch normalisation with stored moments. */
  const factors = ({ weights: [gamma, , , variance], epsilon }) =>
    gamma.data.map((v, c) => v / Math.sqrt(variance.data[c] + epsilon));

  const batchNorm = {
    run(layer, x) {
      const [, beta, mean] = layer.weights.map((each) => each.data);
      const f = factors(layer);
      const n = f.length;
      return tensor(
        x.shape,
        x.data.map((v, i) => (v - mean[i % n]) * f[i % n] + beta[i % n])
      );
    },
    reverse(layer, x, y, g) {
      const f = factors(layer);
      return g.map((v, i) => v * f[i % f.length]);
    },
  };

  const same = (shape) => ({
    run: (layer, x) => tensor(shape ? shape(x) : x.shape, x.data.slice()),
    reverse: (layer, x, y, g) => g,
  });

  const kinds = {
    Conv2D: conv,
    MaxPooling2D: maxPool,
    AveragePooling2D: averagePool,
    GlobalAveragePooling2D: globalAverage,
    GlobalMaxPooling2D: globalMax,
    Dense: dense,
    BatchNormalization: batchNorm,
    Flatten: same((x) => [x.data.length]),
    Activation: same(),
    Dropout: same(), // in inference
  };

  // ---- networks ----

  /**
   * Run a network.
   * @param {{input: number[], layers: Object[]}} network
   * @param {Float32Array} x - values of the input, row by row
   * @returns {Object[]} the input and the output of each layer, as tensors
   */
  DLX.forward = (network, x) => {
    if (x.length !== size(network.input))
      throw new Error('the input must have ' + size(network.input) + ' values; got ' + x.length);
    const tensors = [tensor(network.input, x)];
    for (const layer of network.layers) {
      const y = kinds[layer.type].run(layer, last(tensors));
      activations[layer.activation].run(y.data, last(y.shape));
      tensors.push(y);
    }
    return tensors;
  };

  /** Return the place of a layer's output among the tensors of a run. */
  DLX.place = (network, name) => {
    const at = network.layers.findIndex((layer) => layer.name === name);
    if (at < 0) throw new Error('there is no layer ' + name);
    return at + 1;
  };

  /**
   * Return the gradient of sum(g * output), with respect to the tensor at a place of a run.
   * @param {Object} network
   * @param {Object[]} tensors - what DLX.forward returned
   * @param {Float32Array} g - one value per output
   * @param {number} place - 0 for the input
   * @returns {Float32Array} as many values as that tensor has
   */
  DLX.backward = (network, tensors, g, place) => {
    for (let i = network.layers.length; i > place; i--) {
      const layer = network.layers[i - 1];
      const [x, y] = [tensors[i - 1], tensors[i]];
      g = activations[layer.activation].reverse(y.data, g, last(y.shape));
      g = kinds[layer.type].reverse(layer, x, y, g);
    }
    return g;
  };

  /** Return softmax of some values. */
  DLX.softmax = (values) => {
    const result = Float32Array.from(values);
    softmaxRows(result, result.length);
    return result;
  };

  // ---- Grad-CAM ----

  /** Return the mean over positions of each of C channels: the weights, of a gradient. */
  DLX.channelMeans = (values, C) => {
    const sums = new Float32Array(C);
    for (let i = 0; i < values.length; i++) sums[i % C] += values[i];
    return sums.map((v) => (v * C) / values.length);
  };

  /** Return the positive part of the weighted sum over channels: [H, W, C], [C] -> [H, W]. */
  DLX.classMap = ({ shape: [H, W, C], data }, weights) => {
    const map = tensor([H, W]);
    for (let p = 0; p < H * W; p++) {
      let sum = 0;
      for (let c = 0; c < C; c++) sum += weights[c] * data[p * C + c];
      map.data[p] = Math.max(0, sum);
    }
    return map;
  };

  /** Enlarge a map [H, W] to n x n, bilinear with aligned pixel centres. */
  DLX.upsample = ({ shape: [H, W], data }, n) => {
    const large = tensor([n, n]);
    const split = (i, m) => {
      const at = Math.min(m - 1, Math.max(0, ((i + 0.5) * m) / n - 0.5));
      const low = Math.floor(at);
      return [low, Math.min(m - 1, low + 1), at - low];
    };
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const [a, b, u] = split(i, H);
        const [c, d, v] = split(j, W);
        const row = (r) => (1 - v) * data[r * W + c] + v * data[r * W + d];
        large.data[i * n + j] = (1 - u) * row(a) + u * row(b);
      }
    return large;
  };

  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
