"""Any word can be searched.

Sphinx looks words up as properties of plain objects, where ``constructor`` finds a function and
``__proto__`` finds what all objects share; it leaves numbers out of a query although its index has
them; it stems a word such as "being" to one that it leaves out of its index; and it stems words of
one or two letters, as the s of "Samuel S.", in the index and not in the query.
"""

from pathlib import Path

REPAIRS = {
    # As later versions of Sphinx do (its pull request 13153): only what the index itself has.
    "{ files: terms[word], score:": "{ files: own(terms, word), score:",
    "{ files: titleTerms[word], score:": "{ files: own(titleTerms, word), score:",
    "    const terms = Search._index.terms;\n": """\
    const own = (index, word) => index.hasOwnProperty(word) ? index[word] : undefined;
    const terms = Search._index.terms;
""",
    "scoreMap.set(file, {});": "scoreMap.set(file, Object.create(null));",
    # A number is a word.
    """\
      if (
        stopwords.indexOf(queryTermLower) !== -1 ||
        queryTerm.match(/^\\d+$/)
      )
        return;
""": """\
      if (stopwords.includes(queryTermLower)) return;
""",
    # The index has the word itself where its stem is left out; of short words, such as "ms", it has
    # the stem, which the stemmer in JavaScript leaves as they are.
    "      let word = stemmer.stemWord(queryTermLower);\n": """\
      let word = stemmer.stemWord(queryTermLower);
      if (queryTermLower.length < 3) word = word.replace(/(^|[^s])s$/, "$1");
      if (stopwords.includes(word)) word = queryTermLower;
""",
    # There are no categories to select here.
    "Your search did not match any documents. Please make sure that all words are spelled "
    "correctly and that you've selected enough categories.": "The search finds no page with all "
    "of these words. It leaves out the commonest ones, such as “the” and “not”.",
}
"""What is put in place of what in ``searchtools.js`` of Sphinx 7.4."""


def mended(script: str) -> str:
    """Return Sphinx's script with every repair made.

    Raises
    ------
    ValueError
        If a repair has no place, or several: it is then another version of the script.
    """
    for old, new in REPAIRS.items():
        if script.count(old) != 1:
            raise ValueError(f"searchtools.js must hold once what is repaired; got {old!r} not so")
        script = script.replace(old, new)
    return script


def mend(file: Path) -> None:
    """Repair the script that was copied."""
    file.write_text(mended(file.read_text("utf-8")), "utf-8")
