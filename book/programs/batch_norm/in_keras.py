import keras
from keras import layers

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x, y = x[:10000, ..., None] / 255, y[:10000]

for normalise in (False, True):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.Input((28, 28, 1))])
    for filters in (8, 16, 16):
        rest = {"padding": "same", "use_bias": not normalise}
        model.add(layers.Conv2D(filters, 3, strides=2, **rest))
        if normalise:
            model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    loss = "sparse_categorical_crossentropy"
    descent = keras.optimizers.SGD(0.1)
    model.compile(descent, loss, metrics=["accuracy"])
    model.fit(x, y, batch_size=64, epochs=2, verbose=0)
    images = x_test[..., None] / 255
    right = model.evaluate(images, y_test, verbose=0)[1]
    learnt = sum(w.numpy().size for w in model.trainable_weights)
    print(f"layer {normalise}: {learnt} weights, {right:.2f} right")
