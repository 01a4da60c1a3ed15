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
    # so that a trial that goes on gets Adam's averages back
    model.optimizer.build(model.trainable_variables)
    return model


(x, y), _ = keras.datasets.mnist.load_data()
keras.utils.set_random_seed(1)
tuner = kt.Hyperband(
    build,
    objective="val_accuracy",
    max_epochs=9,  # of one trial
    factor=3,  # one in three goes on
    seed=1000,
    directory="rounds",
    overwrite=True,
)
images, labels = x[:3000] / 255, y[:3000]
tuner.search(images, labels, validation_split=1 / 3, verbose=0)
rounds = {}
for trial in tuner.oracle.trials.values():
    values = trial.hyperparameters.values
    place = values["tuner/bracket"], values["tuner/round"]
    epochs = values["tuner/initial_epoch"], values["tuner/epochs"]
    rounds.setdefault((place, epochs), []).append(trial.score)
for ((bracket, number), (first, last)), scores in rounds.items():
    print(f"bracket {bracket}, round {number},", end=" ")
    print(f"epochs {first} to {last}:", end=" ")
    print(f"best of {len(scores)} is {max(scores):.3f}")
