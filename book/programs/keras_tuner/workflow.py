import keras
import keras_tuner as kt
from keras import layers


class Net(kt.HyperModel):
    def build(self, hp):
        model = keras.Sequential([keras.Input((28, 28, 1))])
        pool = hp.Choice("pool", [2, 3])
        depth = hp.Int("depth", 1, 3)
        for i in range(3):  # enters every scope, used or not
            deep = list(range(i + 1, 4))
            with hp.conditional_scope("depth", deep):
                filters = hp.Int(f"filters_{i}", 4, 16, step=4)
            if i >= depth:  # here `filters` is None
                continue
            conv = layers.Conv2D(filters, 3, padding="same")
            model.add(conv)
            model.add(layers.MaxPooling2D(pool))
            model.add(layers.ReLU())
        model.add(layers.Flatten())
        drop = hp.Choice("dropout", [0.0, 0.3])
        model.add(layers.Dropout(drop))
        model.add(layers.Dense(10, "softmax"))
        rate = hp.Float("rate", 1e-3, 1e-1, sampling="log")
        adam = keras.optimizers.Adam(rate)
        loss = "sparse_categorical_crossentropy"
        model.compile(adam, loss, metrics=["accuracy"])
        return model

    def fit(self, hp, model, *data, **options):
        size = hp.Choice("batch_size", [32, 64])
        stop = keras.callbacks.EarlyStopping(
            "val_accuracy",
            patience=6,  # as long as the training
            restore_best_weights=True,
        )
        options["callbacks"] = [*options.get("callbacks", []), stop]
        return model.fit(*data, batch_size=size, **options)


(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x, x_test = x[..., None] / 255, x_test[..., None] / 255
train, validation = (x[:2000], y[:2000]), (x[-1000:], y[-1000:])
options = {"validation_data": validation, "epochs": 6, "verbose": 0}

for trials in (3, 6):  # two sittings: the same folder goes on
    keras.utils.set_random_seed(1)
    tuner = kt.RandomSearch(
        Net(),
        objective=kt.Objective("val_accuracy", "max"),
        max_trials=trials,
        seed=2000,
        directory="sittings",
        project_name="digits",
    )
    tuner.search(*train, **options)

for number, trial in sorted(tuner.oracle.trials.items()):
    values = trial.hyperparameters.values
    rate = f"rate {values['rate']:.3f}"
    print(number, trial.status, f"{trial.score:.3f}", rate)

best = tuner.get_best_hyperparameters()[0]
for seed in (11, 12, 13):  # afresh; only now the test images
    keras.utils.set_random_seed(seed)
    net = Net()
    model = net.build(best)
    net.fit(best, model, *train, **options)
    asked = {"validation": validation, "test": (x_test, y_test)}
    for name, data in asked.items():
        print(name, f"{model.evaluate(*data, verbose=0)[1]:.3f}")
