# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A plain classifier: naive Bayes over the terms that stand in a complaint.

Source: C. D. Manning, P. Raghavan, H. Schütze, Introduction to Information Retrieval
(2008), chapter 13: multinomial naive Bayes on binary occurrence, add-one smoothing.
"""

from collections import Counter, defaultdict
from math import log

FOLDS = 5
REASONS = 3
"""Words that are named as the reason of a suggestion."""
MIN_DOCUMENTS = 2
"""A term that stands in fewer documents tells nothing about the next one."""


class NaiveBayes:
    """Counts of terms by class.

    :param documents: dict class → number of documents
    :param counts: dict class → dict term → number of documents with it
    :param vocabulary: number of different terms; the one of ``counts`` by default
    :param sizes: dict class → sum of its counts; the one of ``counts`` by default
    """

    def __init__(self, documents, counts, vocabulary=None, sizes=None):
        self.documents = documents
        self.counts = counts
        if vocabulary is None:
            vocabulary = len({term for found in counts.values() for term in found})
        if sizes is None:
            sizes = {name: sum(counts[name].values()) for name in documents}
        self.vocabulary, self.sizes = vocabulary, sizes

    @classmethod
    def trained(cls, examples):
        """From pairs (class, terms)."""
        documents, counts, everywhere = Counter(), defaultdict(Counter), Counter()
        for name, terms in examples:
            documents[name] += 1
            counts[name].update(set(terms))
            everywhere.update(set(terms))
        kept = {term for term, number in everywhere.items() if number >= MIN_DOCUMENTS}
        counts = {
            name: {term: number for term, number in counts[name].items() if term in kept}
            for name in documents
        }
        return cls(documents, counts)

    def _weight(self, name, term):
        """Logarithm of the smoothed share of a term in a class."""
        count = self.counts.get(name, {}).get(term, 0)
        return log((count + 1) / (self.sizes[name] + self.vocabulary))

    def known(self, terms):
        """The terms that some class knows, each once."""
        return [
            term
            for term in dict.fromkeys(terms)
            if any(term in self.counts.get(name, ()) for name in self.documents)
        ]

    def suggest(self, terms):
        """The most probable class and the terms that speak most for it.

        :return: (class, list of terms), or (None, []) when no term is known
        """
        known = self.known(terms)
        if not known:
            return None, []
        total = sum(self.documents.values())
        scores = {
            name: log(number / total) + sum(self._weight(name, term) for term in known)
            for name, number in self.documents.items()
        }
        best = max(scores, key=scores.get)
        others = [name for name in self.documents if name != best]
        if not others:
            return best, []
        gains = {
            term: self._weight(best, term) - max(self._weight(name, term) for name in others)
            for term in known
        }
        speaking = sorted((term for term in known if gains[term] > 0), key=lambda t: -gains[t])
        return best, speaking[:REASONS]


def cross_validated(examples):
    """How often a class is met that was not learned from: five parts, each in turn kept back.

    The baseline says the most frequent class every time.

    :param examples: list of pairs (class, terms)
    :return: (hits of the classifier, hits of the baseline), each out of all examples
    """
    hits = baseline_hits = 0
    for fold in range(FOLDS):
        learned = [example for at, example in enumerate(examples) if at % FOLDS != fold]
        kept = [example for at, example in enumerate(examples) if at % FOLDS == fold]
        if not learned:
            continue
        model = NaiveBayes.trained(learned)
        usual = model.documents.most_common(1)[0][0]
        for name, terms in kept:
            baseline_hits += name == usual
            hits += name == (model.suggest(terms)[0] or usual)
    return hits, baseline_hits
