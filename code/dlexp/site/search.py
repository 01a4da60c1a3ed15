"""Any word can be searched.

Sphinx looks words up as properties of plain objects, where ``constructor`` finds a function and
``__proto__`` finds what all objects share; it leaves numbers out of a query although its index has
them; it stems a word such as "being" to one that it leaves out of its index; and it stems words of
one or two letters, as the s of "Samuel S.", in the index and not in the query.

And a search answers in the reader's words. An entry of the book's index is found by its words, in
any order, number and spelling; it shows its section, before all pages. A claim that has every word
follows, with its sentence; and what lists functions, books or claims comes last.
"""

from pathlib import Path

REFERENCE = ("api", "bibliography", "claims", "reports", "teaching")
"""Pages to look up what one knows by name; the pages of the package begin like the first."""

_LAST = "|".join(("api_.*", *REFERENCE))

REPAIRS = {
    # Reference pages last; a section before the word's line in the glossary.
    """\
    /*
    score: result => {
      const [docname, title, anchor, descr, score, filename] = result
      return score
    },
    */
""": f"""\
    score: ([page, , , , score]) =>
      /^({_LAST})$/.test(page) ? score - 1000 : page === "glossary" ? score - 0.5 : score,
""",
    # An entry of the index is near if it shares most words with the query (Dice's coefficient).
    """\
    for (const [entry, foundEntries] of Object.entries(indexEntries)) {
      if (entry.includes(queryLower) && (queryLower.length >= entry.length/2)) {
        for (const [file, id, isMain] of foundEntries) {
          const score = Math.round(100 * queryLower.length / entry.length);
          const result = [
            docNames[file],
            titles[file],
            id ? "#" + id : "",
""": """\
    const asking = ["a", "an", "can", "do", "does", "have", "how", "i", "many", "me", "mean",
      "much", "my", "s", "should", "than", "versus", "vs", "what", "when", "where", "which", "who",
      "why"];
    const stemmer = new Stemmer();
    const wordsOf = (text) => new Set(
      splitQuery(text.normalize("NFKC").toLowerCase())
        .filter((word) => !stopwords.includes(word) && !asking.includes(word))
        .map((word) => word.replace(/is(?=(e|ed|es|er|ers|ing|ation|ations)$)/, "iz"))
        .map((word) => stemmer.stemWord(word))
    );
    // What the index says is worked out for the first query, and serves all that follow.
    if (!Search._near) {
      const headings = new Map(), claims = [];
      for (const [title, places] of Object.entries(allTitles)) {
        for (const [file, id] of places) {
          headings.set(`${file}#${id}`, title);
          if (id && id.startsWith("claim-")) claims.push([file, id, title, wordsOf(title)]);
        }
      }
      const words = new Map(Object.keys(indexEntries).map((entry) => [entry, wordsOf(entry)]));
      Search._near = { headings, claims, words };
    }
    const headings = Search._near.headings;
    const wanted = wordsOf(queryLower);
    for (const [entry, foundEntries] of Object.entries(indexEntries)) {
      const words = Search._near.words.get(entry);
      const shared = [...words].filter((word) => wanted.has(word)).length;
      const near = 2 * shared / (words.size + wanted.size);
      if (near >= 0.6) {
        for (const [file, id, isMain] of foundEntries) {
          const heading = headings.get(`${file}#${id}`) || (id.startsWith("term-") && entry);
          const score = Math.round(100 * near) - (isMain ? 0 : 5);
          const result = [
            docNames[file],
            heading ? `${titles[file]} > ${heading}` : titles[file],
            id ? "#" + id : "",
""",
    # Other places of a word are results like the rest: they follow its main place.
    """\
          if (isMain) {
            normalResults.push(result);
          } else {
            nonMainIndexResults.push(result);
          }
""": """\
          normalResults.push(result);
""",
    # A claim that has each word of the query, if there are several: behind sections, before pages.
    "    // lookup as object\n": """\
    for (const [file, id, sentence, words] of Search._near.claims) {
      if (wanted.size > 1 && [...wanted].every((word) => words.has(word))) {
        const score = 30 + Math.round(20 * wanted.size / words.size);
        const title = `${titles[file]} > ${sentence}`;
        normalResults.push([docNames[file], title, `#${id}`, null, score, filenames[file]]);
      }
    }

    // lookup as object
""",
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
