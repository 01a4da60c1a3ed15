"""Search and the index know the words of readers, and lead to sections."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from books import Book
from dlexp import paths
from searching import hits

QUERIES = {
    # the ten that were asked first, when six led to the package or the bibliography
    "same padding": "conv_shapes#padding-that-keeps-the-size",
    "dropout rate": "pooling_dropout_dropout#another-rate-another-place-another-remedy",
    "LSTM parameters": "rnn_vs_cnn#a-layer",
    "negative dimension": "conv_shapes#when-nothing-fits",
    "batch size 1": "batch_norm#a-batch-of-one",
    "overfitting": "pooling_dropout_dropout#what-the-reports-say",
    "vanishing gradient": "rnn_vs_cnn_memory#how-the-gradient-fades",
    "Hyperband": "keras_tuner#stopping-early",
    "epsilon": "batch_norm#what-epsilon-does",
    "saliency": "grad_cam",
    # other spellings, numbers and orders of words
    "vanishing gradients": "rnn_vs_cnn_memory#how-the-gradient-fades",
    "exploding gradients": "rnn_vs_cnn#backward-through-time",
    "batch normalization": "batch_norm",
    "layer norm": "batch_norm#relatives-that-need-no-batch",
    "heat map": "grad_cam",
    "weights initialization xavier": "dense_networks#first-weights-and-depth",
    "l2 regularization": "weight_decay#a-step-that-shrinks",
    "bayesian optimization": "keras_tuner#a-smooth-guess",
    "fine tuning": "transfer_learning#what-is-taken-along",
    "freeze layers": "transfer_learning#what-is-taken-along",
    "newton method": "logistic_regression_descent#newton-s-method",
    "mcnemar test": "mnist#two-networks-on-the-same-images",
    # questions
    "how many parameters does an LSTM have": "rnn_vs_cnn#a-layer",
    "why is my R2 negative": "lstm_windows#my-r2-is-negative-a-checklist",
    "validation accuracy higher than training": "mnist#the-training-accuracy-that-is-shown",
    "random search vs grid search": "keras_tuner_compared#random-or-grid",
    "learning rate too high": "logistic_regression#one-rate",
    "when to use dropout": "pooling_dropout_dropout#which-one-then",
    "network does not learn": "transfer_learning#what-a-network-that-does-not-learn-looks-like",
    # words of the field
    "data leakage": "mnist#what-a-leak-costs",
    "confusion matrix": "softmax_regression#what-is-taken-for-what",
    "cross entropy loss": "softmax_regression#from-a-probability-to-a-loss",
    "calibration": "softmax_regression#can-the-probabilities-be-believed",
    "backpropagation": "dense_networks#backward",
    "dying relu": "dense_networks#backward",
    "AdamW": "weight_decay#with-adam-they-part-too",
    "receptive field": "conv_shapes_values#what-one-output-can-see",
    "deconvolution": "conv_shapes_values#the-way-back-transposed-convolution",
    "depthwise separable convolution": "conv_shapes_values#one-by-one-groups-depthwise",
    "translation invariance": "pooling_dropout#which-shifts-does-a-layer-notice",
    "data augmentation": "pooling_dropout#cures",
    "global average pooling": "pooling_dropout#cures",
    "internal covariate shift": "batch_norm_measured#why-does-it-help",
    "GRU": "rnn_vs_cnn#gates",
    "causal convolution": "rnn_vs_cnn#convolution-over-time",
    "attention": "rnn_vs_cnn_memory#attention",
    "sliding window": "lstm_windows#windows",
    "stateful lstm": "lstm_windows#one-value-at-a-time-and-a-state-that-is-kept",
    "early stopping": "keras_tuner#stopping-early",
    "integrated gradients": "grad_cam_tests#and-without-slopes",
}
"""What students type, and the section that must come first."""

PAGES = {
    "index": "# Words\n\n[](a), [](b), [](api_a)\n",
    "a": "# Kernels\n\n```{index} ! kernel\n```\n\nA stride.\n\n"
    "## How far\n\n```{index} ! stride of a kernel, ! optimisation\n```\n\nWords.\n",
    "b": "# Steps\n\n## How wide\n\n```{index} stride of a kernel\n```\n\nStride, kernel.\n",
    "api_a": "# Functions\n\n```{index} function\n```\n\nA stride of a kernel, of kernels.\n",
}

ENTRIES = re.compile(r"^#+ (?P<heading>.+)\n\n```\{index\} (?P<entries>.+)\n```$", re.MULTILINE)


@pytest.fixture
def site(build: Callable[..., Any]) -> Any:
    built = build(["dlexp.site.addresses", "dlexp.site.subjects"], **PAGES)
    assert built.warnings == []
    return built


@pytest.mark.parametrize(
    "query", ["kernel stride", "strides of kernels", "what is a stride of a kernel"]
)
def test_section_is_found_by_the_words_of_its_entry(site: Any, tmp_path: Path, query: str) -> None:
    [found] = hits(site.out, [query], tmp_path)

    assert found[:2] == ["a#how-far", "b#how-wide"]


def test_pages_about_the_package_come_last(site: Any, tmp_path: Path) -> None:
    [found] = hits(site.out, ["stride kernel"], tmp_path)

    assert {"a", "b"} < set(found)
    assert found.index("api_a") == len(found) - 1


@pytest.mark.parametrize(
    ("query", "first"), [("optimization", "a#how-far"), ("kernels", "a"), ("KERNEL", "a")]
)
def test_spelling_does_not_matter(site: Any, tmp_path: Path, query: str, first: str) -> None:
    [found] = hits(site.out, [query], tmp_path)

    assert found[0] == first
    assert found.count(first) == 1


def test_index_lists_what_chapters_are_about(site: Any) -> None:
    index = site.page("genindex")

    assert 'href="a.html#how-far"' in index
    assert 'href="a.html">kernel' in re.sub(r"\s+", " ", index).replace("> kernel", ">kernel")
    assert "api_a" not in index
    assert "index-0" not in index + site.page("a")


def test_word_of_the_glossary_leads_to_its_section(
    build: Callable[..., Any], tmp_path: Path
) -> None:
    words = "```{glossary}\nStride of a kernel\n  How far it moves.\n\nLost\n  Words.\n```\n"
    pages = PAGES | {
        "index": f"{PAGES['index']}\n[](glossary)\n",
        "glossary": f"# Glossary\n\n{words}",
    }
    built = build([f"dlexp.site.{name}" for name in ("addresses", "subjects", "glossary")], **pages)

    [warning] = built.warnings
    assert "a word of the glossary must have a main place in the index; got 'Lost'" in warning
    assert 'href="a.html#how-far">How far</a>' in built.page("glossary")
    index = built.page("genindex")
    assert index.index("a.html#how-far") < index.index("glossary.html#term-Stride-of-a-kernel")
    [found] = hits(built.out, ["stride of kernel"], tmp_path)
    assert found[:3] == ["a#how-far", "glossary#term-Stride-of-a-kernel", "b#how-wide"]


def test_each_word_has_one_main_place() -> None:
    mains = Counter(
        entry.strip().removeprefix("!").strip().lower()
        for page in sorted((paths.PROJECT / "book").glob("*.md"))
        for match in ENTRIES.finditer(page.read_text("utf-8"))
        for entry in match["entries"].split(",")
        if entry.strip().startswith("!")
    )

    assert len(mains) > 500
    assert [word for word, count in mains.items() if count > 1] == []


def test_entries_stand_right_below_their_headings() -> None:
    for page in sorted((paths.PROJECT / "book").glob("*.md")):
        text = page.read_text("utf-8")
        assert len(ENTRIES.findall(text)) == text.count("```{index}"), page.name


def test_real_book_answers_in_the_words_of_students(real_book: Book, tmp_path: Path) -> None:
    first = [found[:1] for found in hits(real_book.html, list(QUERIES), tmp_path)]

    wrong = {
        q: got for (q, section), got in zip(QUERIES.items(), first, strict=True) if got != [section]
    }
    assert wrong == {}
