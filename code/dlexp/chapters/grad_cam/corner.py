"""What the page on Grad-CAM shows of empty places that light up, of its cure and of the head."""

import numpy as np

from dlexp import data
from dlexp.byhand import grad_cam
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam import figures
from dlexp.chapters.grad_cam.baselines import CELL, MARGIN
from dlexp.chapters.grad_cam.claims import networks
from dlexp.chapters.grad_cam.faults import MAP_SIZE, digits
from dlexp.chapters.grad_cam.nets import SIZE
from dlexp.draw import publish
from dlexp.draw.drawing import Drawing
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

SHOWN = (8, 1, 7, 3, 5)
"""Of the first ten test images: a five, a two, a nine, the zero and a one."""

METHODS = {
    "grad_cam": "Grad-CAM",
    "hires_cam": "HiResCAM",
    "grad_cam_plus": "Grad-CAM++",
    "gradient": "input gradient",
    "integrated": "integrated gradients",
    "occlusion": "occlusion",
}
"""What each method is called."""

BOTH = ("grad_cam", "hires_cam")
"""The two that are compared throughout."""


def head(runs: Runs, activations: Floats) -> Floats:
    """Return the logits that the published network's head makes of activations, (B, 10).

    In NumPy, so that a page needs no framework; a test holds it against Keras.
    """
    arrays = networks(runs).records[0].arrays
    first, bias, second, last = (arrays[f"weight_{i}"].astype(np.float64) for i in range(6, 10))
    pooled = activations[:, :6, :6].reshape(-1, 3, 2, 3, 2, activations.shape[3]).max(axis=(2, 4))
    logits: Floats = np.maximum(pooled.reshape(len(pooled), -1) @ first + bias, 0) @ second + last
    return logits


def falls(runs: Runs, activations: Floats, classes: Floats) -> Floats:
    """Return what each class's logit loses when a cell of the activations is zero, (B, 7, 7)."""
    rows = np.arange(len(activations))
    whole = head(runs, activations)[rows, classes]
    lost = np.zeros(activations.shape[:3])
    for row, column in np.ndindex(lost.shape[1:]):
        blank = activations.copy()
        blank[:, row, column] = 0
        lost[:, row, column] = whole - head(runs, blank)[rows, classes]
    return lost


def show(runs: Runs) -> None:
    """Show the empty places that light up, why they do, and what would cure it."""
    for part in (examples, causes, peaks, methods, slopes, sizes, side_by_side):
        part(runs)


def examples(runs: Runs) -> None:
    """Show Grad-CAM's map, what the head loses place by place, and HiResCAM's map."""
    arrays = runs("gallery").only.arrays
    chosen = list(SHOWN)
    activations = arrays["first_activations"][chosen].astype(np.float64)
    gradients = arrays["first_logit"][chosen].astype(np.float64)
    classes = head(runs, activations).argmax(axis=1)
    weights = grad_cam.channel_weights(gradients)
    maps = {
        "Grad-CAM": grad_cam.class_activation_map(activations, weights),
        "blanking": np.maximum(falls(runs, activations, classes), 0),
        "HiResCAM": grad_cam.hires_map(activations, gradients),
    }
    images = digits(runs)[chosen]
    rows = {
        name: (images, grad_cam.upsample(grad_cam.normalise(each), MAP_SIZE))
        for name, each in maps.items()
    }
    titles = [str(label) for label in data.mnist().test.labels[chosen]]
    what = "Five test images: Grad-CAM, what is lost when a place is blanked, and HiResCAM"
    publish.figure("grad_cam_examples", figures.maps(rows, titles, what=what))


def causes(runs: Runs) -> None:
    """Say how much lies where no ink is, and why."""
    base = runs("baselines")
    publish.number("field", CELL + 2 * MARGIN, "d")
    publish.number("seeing", base.numbers("seeing").mean(), ".0%")
    for name in ("ink", "beside", "none"):
        spec = ".1f" if name in ("ink", "beside") else ".2f"
        publish.number(f"active_{name}", base.numbers("active", name).mean(), spec)
    publish.number("inkless_read", base.numbers("inkless_read").mean(), ".0%")
    for name in ("grad_cam", "hires_cam", "blanking", *BARE):
        publish.number(f"blank_{name}", base.numbers("maps", name, "inkless_read").mean(), ".0%")
    unread = base.numbers("maps", "grad_cam", "unread").mean()
    publish.number("unread_grad_cam", unread, ".0%")
    publish.number("plus", base.numbers("plus").mean(), ".2f")


BARE = {
    "activations": "activations alone",
    "borrowed": "HiResCAM of another image",
}
"""What each base rate of agreement is called."""


def methods(runs: Runs) -> None:
    """Show how well both methods agree with blanking, and what knows nothing of the class."""
    judged, base = runs("judge"), runs("baselines")
    found = {key: judged.numbers("truth", key) for key in BOTH}
    found |= {key: base.numbers("maps", key, "agrees") for key in BARE}
    rows = [
        [(METHODS | BARE)[key], _spread(each), _spread(base.numbers("maps", key, "agrees_read"))]
        for key, each in found.items()
    ]
    caption = "Correlation with what blanking costs, mean of the networks and range"
    publish.table("blanking", ["map", "all places", "places that are read"], rows, caption=caption)
    publish.number("num_some", judged.config["num_some"], ",d")
    for name, values in found.items():
        publish.number(f"agrees_{name}", values.mean(), ".2f")


def others(runs: Runs) -> None:
    """Show how well all methods and base rates agree with blanking, at all places."""
    judged, base = runs("judge"), runs("baselines")
    found = {METHODS[key]: judged.numbers("truth", key) for key in METHODS}
    found |= {name: base.numbers("maps", key, "agrees") for key, name in BARE.items()}
    ordered = sorted(found.items(), key=lambda item: -item[1].mean())
    rows = [[name, _spread(values)] for name, values in ordered]
    caption = "Correlation with blanking over all places, mean of the networks and range"
    publish.table("blanking_others", ["map", "correlation"], rows, caption=caption)


SLOPES = {
    "neither": "neither (Grad-CAM)",
    "winner": "the winner of each window",
    "window": "the slope of each window",
    "both": "both (HiResCAM)",
}
"""What slopes keep of where they were, and what that is called."""


def peaks(runs: Runs) -> None:
    """Show how often a map is brightest where nothing is read, or where little is lost."""
    base = runs("baselines")
    names = {"grad_cam": "Grad-CAM", "activations": "activations alone", "hires_cam": "HiResCAM"}
    names["place"] = "a place drawn by chance"
    rows: list[list[str]] = []
    for key, name in names.items():
        unread, cheap = (base.numbers("peaks", key, what) for what in ("unread", "cheap"))
        read = (cheap - unread) / (1 - unread)  # a place that is never read costs nothing
        maps = len(base) * base.config["num_images"]
        rows.append([name, *(_shares(values, maps) for values in (unread, cheap, read))])
        if key == "grad_cam":
            publish.number("peak_cheap_read", read.mean(), ".0%")
    header = ["brightest place of", "unread", "cheap", "cheap, among read ones"]
    caption = "How often the brightest place is unread or cheap, mean of the networks and range"
    publish.table("peaks", header, rows, caption=caption)
    publish.number("peak_unread", base.numbers("peaks", "grad_cam", "unread").mean(), ".0%")
    publish.number("place_unread", base.numbers("peaks", "place", "unread").mean(), ".0%")
    publish.number("peak_cheap", base.numbers("peaks", "grad_cam", "cheap").mean(), ".0%")


def slopes(runs: Runs) -> None:
    """Show what maps lose with which place of a window won, and with which window it was."""
    base = runs("baselines")
    rows = [[name, _spread(base.numbers("slopes", key))] for key, name in SLOPES.items()]
    caption = "Correlation with blanking over the places that are read, mean of the networks, range"
    publish.table("slopes", ["slopes keep", "correlation"], rows, caption=caption)
    for key in ("neither", "winner", "window"):
        publish.number(f"slopes_{key}", base.numbers("slopes", key).mean(), ".2f")
    bare = base.numbers("maps", "activations", "agrees_read")
    publish.number("slopes_activations", bare.mean(), ".2f")


def side_by_side(runs: Runs) -> None:
    """Show all maps by all yardsticks, beside what blanking costs and what chance has."""
    base = runs("baselines")
    names = {"blanking": "what blanking costs", **METHODS, **BARE}
    rows: list[list[str]] = []
    for key in ("blanking", "hires_cam", "activations", "grad_cam", "borrowed"):
        top = ["0%", "0%"] if key == "blanking" else ["–", "–"]  # by definition; not measured
        if key in base.records[0].numbers["peaks"]:
            top = [f"{base.numbers('peaks', key, what).mean():.0%}" for what in ("unread", "cheap")]
        empty = f"{base.numbers('maps', key, 'inkless_read').mean():.0%}"
        agrees = formatted(base.numbers("maps", key, "agrees_read").mean(), ".2f")
        rows.append([names[key], *top, empty, agrees])
    place = [f"{base.numbers('peaks', 'place', what).mean():.0%}" for what in ("unread", "cheap")]
    empty = f"{base.numbers('inkless_read').mean():.0%}"
    rows.append(["a place drawn by chance", *place, empty, "–"])
    header = ["map", "peak unread", "peak cheap", "on empty places", "agrees with blanking"]
    caption = "All maps by all yardsticks, means of the networks; the last two over read places"
    publish.table("side_by_side", header, rows, caption=caption)


def sizes(runs: Runs) -> None:
    """Say how much all places cost, one by one, of what HiResCAM's products add up to."""
    arrays = runs("gallery").only.arrays
    activations = arrays["first_activations"].astype(np.float64)
    products = (activations * arrays["first_logit"]).sum(axis=(1, 2, 3))
    costs = falls(runs, activations, head(runs, activations).argmax(axis=1)).sum(axis=(1, 2))
    for name, ratio in (("low", (costs / products).min()), ("high", (costs / products).max())):
        publish.number(f"ratio_{name}", ratio, ".0%")


def _shares(values: Floats, maps: int) -> str:
    """Return a mean and a range in whole percent; one number where all are equal, or none is."""
    if not values.any():
        return f"0 of {maps:,d}"
    low, mean, high = (f"{each:.0%}" for each in (values.min(), values.mean(), values.max()))
    return mean if low == high else f"{mean} ({low} to {high})"


def _spread(values: Floats) -> str:
    low, mean, high = (
        formatted(each, ".2f") for each in (values.min(), values.mean(), values.max())
    )
    return f"{mean} ({low} to {high})"


# --- A known answer -----------------------------------------------------------------------------

PICTURES = 3
"""Of the first test pictures, as many as a phone shows large enough."""

HEADS = {
    "flatten": "maxima, flatten",
    "average_flatten": "averages, flatten",
    "average": "global average",
}
"""What follows the last convolution, and what it is called."""


def twins(runs: Runs) -> None:
    """Show maps of two networks where the answer is known, and where their maps lie."""
    rows = []
    for key, name in HEADS.items():
        those = runs("twin", head=key)
        publish.number(f"accuracy_{key}", those.numbers("test_accuracy").mean(), ".1%")
        publish.number(f"unmoved_{key}", those.numbers("unmoved").mean(), ".1%")
        publish.number(f"borrowed_{key}", those.numbers("agrees", "borrowed").mean(), ".2f")
        for method in BOTH:
            mass, top = (those.numbers(what, method).mean() for what in ("mass", "top"))
            agrees = those.numbers("agrees", method).mean()
            if (key, method) == ("average", "grad_cam"):  # there the two maps are one
                publish.number(f"twin_{key}_{method}", agrees, ".3f")
            shares = (f"{each:.0%}" for each in (mass, top))
            rows.append([f"{name}: {METHODS[method]}", *shares, formatted(agrees, ".3f")])
    header = ["head: method", "share in its half", "peak in its half", "blanking"]
    caption = "Where maps lie when the answer is known, and their correlation with blanking"
    publish.table("twins", header, rows, caption=caption)
    publish.figure("grad_cam_twins", _pictures(runs))


def _pictures(runs: Runs) -> Drawing:
    """Draw the first test pictures of the first twins, with three kinds of map."""
    flat, average = (runs("twin", head=key).records[0].arrays for key in ("flatten", "average"))
    pictures = flat["pictures"][:PICTURES] / 255
    digit = data.mnist().test.sample(len(pictures)).images[..., 0]
    left = [
        bool(np.allclose(p[:, : SIZE[1]], d, atol=0.01))
        for p, d in zip(pictures, digit, strict=True)
    ]
    size = pictures.shape[1:]
    rows = {
        name: grad_cam.upsample(grad_cam.normalise(each[:PICTURES].astype(np.float64)), size)
        for name, each in (
            ("flatten,\nGrad-CAM", flat["map_grad_cam"]),
            ("flatten,\nHiResCAM", flat["map_hires_cam"]),
            ("average,\neither", average["map_grad_cam"]),
        )
    }
    return figures.wide(pictures, rows, left)
