import keras
import numpy as np
import torch
from torch.nn import functional as F

draw = np.random.default_rng(0).normal
image = draw(size=(1, 28, 28, 3)).astype("float32")
layer = keras.layers.Conv2D(8, 3, strides=2, padding="same")
wanted = np.asarray(layer(image))  # (1, 14, 14, 8)

x = torch.tensor(image).permute(0, 3, 1, 2)
kernel, bias = (torch.tensor(w) for w in layer.get_weights())
kernel = kernel.permute(3, 2, 0, 1)  # filters first
tries = {
    "padding=1": F.conv2d(x, kernel, bias, 2, padding=1),
    "F.pad first": F.conv2d(F.pad(x, (0, 1, 0, 1)), kernel, bias, 2),
}
for name, y in tries.items():
    y = y.permute(0, 2, 3, 1).numpy()
    same = np.isclose(y, wanted, atol=1e-5).mean()
    print(f"{name:12}{y.shape}, the same: {same:.0%}")
