"""Is it a five? Without an intercept, and with one."""

import keras
import numpy as np
from keras import layers

(x, y), (test, answers) = keras.datasets.mnist.load_data()
x, y = x[:6000].reshape(-1, 784), y[:6000] == 5
test, answers = test.reshape(-1, 784), answers == 5
mean, deviation = x.mean(axis=0), x.std(axis=0)
deviation[deviation == 0] = 1  # pixels that never change
x, test = (x - mean) / deviation, (test - mean) / deviation
print(f"Never say five: {np.mean(answers):.2%} wrong")

loss = keras.losses.BinaryCrossentropy(from_logits=True)
for name, bias in (("Without", False), ("With", True)):
    logit = layers.Dense(1, use_bias=bias, kernel_initializer="zeros")
    model = keras.Sequential([logit])
    model.compile(keras.optimizers.SGD(0.25), loss)
    model.fit(x, y, batch_size=6000, epochs=200, verbose=0)
    is_five = model.predict(test, verbose=0)[:, 0] > 0
    wrong = np.mean(is_five != answers)
    print(f"{name} an intercept: {wrong:.2%} wrong")
