import keras
import torch
from keras import layers
from torch import nn
from torch.nn.functional import pad


def same_sides(n, k, s):
    total = max(0, (-(-n // s) - 1) * s + k - n)
    return total // 2, total - total // 2


keras.utils.set_random_seed(0)
(x, y), (digits, labels) = keras.datasets.mnist.load_data()
x, digits = x[:10_000, ..., None] / 255, digits[..., None] / 255
trained = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 3, 2, padding="same", activation="relu"),
        layers.Conv2D(16, 3, 2, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
trained.compile(keras.optimizers.Adam(0.005), loss)
trained.fit(x, y[:10_000], batch_size=64, epochs=3, verbose=0)
wanted = trained.predict(digits, verbose=0).argmax(axis=1)

parts = (layer.get_weights() for layer in trained.layers)
first, second, _, last = ([torch.tensor(w) for w in p] for p in parts)
convs = [nn.Conv2d(1, 8, 3, 2), nn.Conv2d(8, 16, 3, 2)]
for layer, (kernel, bias) in zip(convs, (first, second), strict=True):
    layer.weight.data = kernel.permute(3, 2, 0, 1)  # filters first
    layer.bias.data = bias
dense = nn.Linear(784, 10)
places = last[0].reshape(7, 7, 16, 10)  # rows, columns, channels, out
dense.weight.data = places.permute(3, 2, 0, 1).flatten(1)
dense.bias.data = last[1]

z = torch.tensor(digits, dtype=torch.float32).permute(0, 3, 1, 2)
zeros = {
    "half a kernel": lambda _: (1, 1),
    "as TensorFlow": lambda n: same_sides(n, 3, 2),
}
print(f"Keras          right {(wanted == labels).mean():.1%}")
for name, sides in zeros.items():
    maps = z
    for layer in convs:
        both = 2 * sides(maps.shape[-1])  # left, right, top, bottom
        maps = layer(pad(maps, both)).relu()
    answers = dense(maps.flatten(1)).argmax(1).numpy()
    right, same = ((answers == a).mean() for a in (labels, wanted))
    print(f"{name:14} right {right:.1%}, as Keras {same:.1%}")
