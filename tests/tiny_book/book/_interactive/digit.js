// The live figure of the tiny book: it says what it was given.
DLX.figure('digit', (host, data) => {
  host.append(DLX.el('p', {}, 'values: ' + data.network.join(' ')));
});
