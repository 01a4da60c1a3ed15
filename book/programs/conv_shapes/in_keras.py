import keras
from keras import layers

network = keras.Sequential(
    [
        keras.Input((28, 28, 1)),  # rows, columns, channels
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(3),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10),
    ]
)
for layer in network.layers:
    name, shape = type(layer).__name__, layer.output.shape[1:]
    print(f"{name:13}{shape!s:>13}{layer.count_params():>8,}")
print(f"{network.count_params():>34,}")

try:
    layers.Conv2D(32, 5, strides=2, dilation_rate=2)
except ValueError as error:
    print("Refused:", str(error).split(". ")[0])
