import keras
import keras_tuner as kt


def build(hp):
    rate = hp.Float("rate", 1e-4, 1e-1, sampling="log")
    units = hp.Int("units", 16, 128, step=16)
    model = keras.Sequential([keras.Input((28, 28))])
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(units, "relu"))
    model.add(keras.layers.Dense(10, "softmax"))
    adam = keras.optimizers.Adam(rate)
    loss = "sparse_categorical_crossentropy"
    model.compile(adam, loss, metrics=["accuracy"])
    return model


(x, y), _ = keras.datasets.mnist.load_data()
keras.utils.set_random_seed(1)
tuner = kt.BayesianOptimization(
    build,
    objective="val_accuracy",
    max_trials=7,
    num_initial_points=4,  # guesses before it learns
    seed=1000,
    directory="process",
    overwrite=True,
)
tuner.search(
    x[:3000] / 255,
    y[:3000],
    epochs=3,
    validation_split=1 / 3,
    verbose=0,
)
for number, trial in sorted(tuner.oracle.trials.items()):
    rate = trial.hyperparameters.get("rate")
    print(number, f"rate {rate:.4f}, score {trial.score:.3f}")
