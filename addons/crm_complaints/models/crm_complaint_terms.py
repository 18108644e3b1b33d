# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

from odoo.addons.crm_kpi.kpi import formats

from ..tools import rising
from ..tools.complaint_words import CONFIGURATIONS, FALLBACK
from ..tools.term_counter import BOILERPLATE, TermCounter

TOP_RISING = 100
"""Rising terms that the table shows at most."""
TYPICAL_TERMS = 5
"""Typical terms of one member of a group."""
TYPICAL_MEMBERS = 30
GROUPABLE = ("many2one", "selection", "boolean")


class CrmComplaint(models.Model):
    """What complaints say: their most frequent and their rising words and phrases.

    Everything is counted in complaints, not in occurrences: who repeats himself has
    complained once. Each language is counted for itself.
    """

    _inherit = "crm.complaint"

    @api.model
    def _insight_terms(self, domain, options):
        """Tables of rising terms, words, phrases and, grouped, of typical terms.

        :param options: ``config``, the language's dictionary, by default the one most used;
            ``groupby``, a field of complaints
        """
        question = self._insight_question()
        now, before = question.period, self._insight_other_period(question)
        in_now = domain & self._in_period("received_on", now, question.timezone)
        in_before = before and domain & self._in_period("received_on", before, question.timezone)
        totals = self._totals_by_config(in_now)
        config = str(options.get("config"))
        if config not in totals:
            config = max(totals, key=lambda name: (totals[name], name), default=None)
        answer = {
            "tables": [],
            "complaints": sum(totals.values()),
            "config": config or False,
            "configs": [
                {"key": name, "label": self._config_label(name), "count": totals[name]}
                for name in sorted(totals, key=lambda name: -totals[name])
            ],
        }
        if not config:
            return answer
        counter = TermCounter(self, config, in_now, in_before, totals[config])
        if before:
            answer["tables"].append(self._rising_table(counter, now, before))
        answer["tables"] += [
            self._top_table(counter, "words", self.env._("Most frequent words"), phrases=False),
            self._top_table(counter, "phrases", self.env._("Most frequent phrases"), phrases=True),
        ]
        if options.get("groupby"):
            answer["tables"].append(self._typical_table(counter, options["groupby"]))
        if hidden := counter.hidden():
            answer["hidden"] = self.env._(
                "Left out, because they stand in more than %(share)s of all complaints: %(terms)s",
                share=formats.percent_text(self.env, str(round(100 * BOILERPLATE))),
                terms=", ".join(hidden),
            )
        return answer

    @api.model
    def _config_label(self, config):
        """Name of a dictionary's language in the viewer's language."""
        if config == FALLBACK:
            return self.env._("Other languages")
        code = next(code for code, name in CONFIGURATIONS.items() if name == config)
        return babel_locale_parse(get_lang(self.env).code).languages.get(code, config).capitalize()

    @api.model
    def _totals_by_config(self, domain):
        """Number of complaints by dictionary."""
        found = self.env.execute_query(
            SQL(
                "SELECT text.config, count(*) FROM crm_complaint_text text"
                " WHERE text.complaint_id IN %s GROUP BY text.config",
                self._search(domain).subselect(),
            )
        )
        return dict(found)

    # ------------------------------------------------------------------
    # Tables
    # ------------------------------------------------------------------
    @api.model
    def _rising_table(self, counter, now, before):
        label = formats.period_label(self.env, before)
        if before.end > now.start:
            found, tested = [], 0
            empty = self.env._("The periods overlap, so that nothing can be told apart.")
        else:
            found, tested = rising.rising(counter.counts, counter.total_now, counter.total_before)
            empty = self.env._(
                "No term rises by more than chance. Complaints: %(now)s, in %(period)s %(before)s.",
                now=formats.number_text(self.env, counter.total_now, 0),
                period=label,
                before=formats.number_text(self.env, counter.total_before, 0),
            )
        found = [key for key, _value in found if not counter.is_boilerplate(key)][:TOP_RISING]
        counter.load_spellings(found)
        rows = []
        for key in found:
            count, earlier = counter.counts[key]
            share, share_before = counter.shares(key)
            change = self.env._("new")
            if earlier:
                factor = formats.number_text(self.env, share / share_before, 1)
                change = f"×\N{NO-BREAK SPACE}{factor}"
            rows.append(
                {
                    "key": counter.name(key),
                    "level": 0,
                    "cells": [
                        counter.term_cell(key),
                        self._number_cell(count, domain=counter.domain(key)),
                        self._percent_cell(share),
                        self._number_cell(
                            earlier, domain=counter.domain(key, before=True) if earlier else None
                        ),
                        self._percent_cell(share_before),
                        {"text": change, "value": share / share_before if earlier else None},
                    ],
                }
            )
        return {
            "key": "rising",
            "title": self.env._("Rising"),
            "note": self.env._(
                "More frequent than in %(period)s by more than chance: Fisher's exact test on the "
                "share of complaints, at most %(rate)s false ones among them "
                "(Benjamini-Hochberg). %(tested)s terms tested.",
                period=label,
                rate=formats.percent_text(
                    self.env, formats.number_text(self.env, 100 * rising.FALSE_DISCOVERY_RATE, 0)
                ),
                tested=formats.number_text(self.env, tested, 0),
            ),
            "empty": empty,
            "columns": [
                self._column("term", self.env._("Term"), "text"),
                self._column("now", self.env._("Complaints")),
                self._column("share", self.env._("Share")),
                self._column("before", self.env._("Before")),
                self._column("share_before", self.env._("Share before")),
                self._column("change", self.env._("Change")),
            ],
            "rows": rows,
        }

    @api.model
    def _top_table(self, counter, key, title, phrases):
        columns = [
            self._column("term", self.env._("Term"), "text"),
            self._column("now", self.env._("Complaints")),
            self._column("share", self.env._("Share")),
        ]
        if counter.is_compared:
            columns.append(self._column("share_before", self.env._("Share before")))
        rows = []
        for term in counter.top(phrases):
            share, share_before = counter.shares(term)
            cells = [
                counter.term_cell(term),
                self._number_cell(
                    counter.counts[term][0], domain=counter.domain(term), share=share
                ),
                self._percent_cell(share),
            ]
            if counter.is_compared:
                cells.append(self._percent_cell(share_before))
            rows.append({"key": counter.name(term), "level": 0, "cells": cells})
        return {
            "key": key,
            "title": title,
            "note": self.env._(
                "Number of complaints that say it, of %s.",
                formats.number_text(self.env, counter.total_now, 0),
            ),
            "empty": self.env._("Nothing is said more than once."),
            "columns": columns,
            "rows": rows,
        }

    @api.model
    def _typical_table(self, counter, groupby):
        """For each member of a dimension the terms that set it apart from the others."""
        field_name = str(groupby).split(":")[0]
        field = self._fields.get(field_name)
        if not field or not field.store or not self._has_field_access(field, "read"):
            raise UserError(self.env._("Terms cannot be grouped by “%s”.", groupby))
        rows, empty = [], self.env._("There is nothing to group.")
        if field.type in GROUPABLE:
            rows = self._typical_rows(counter, field_name)
        else:
            empty = self.env._("Terms are grouped by category, product, team and the like.")
        return {
            "key": "typical",
            "title": self.env._("Typical for each: %s", field._description_string(self.env)),
            "note": self.env._(
                "Terms that stand out against all other complaints of the period "
                "(log-likelihood G² of at least %s, which chance reaches once in 1,000 times).",
                formats.number_text(self.env, rising.TYPICAL, 2),
            ),
            "empty": empty,
            "columns": [
                self._column("member", field._description_string(self.env), "text"),
                self._column("now", self.env._("Complaints")),
                *(
                    self._column(f"term{number}", str(number), "text")
                    for number in range(1, TYPICAL_TERMS + 1)
                ),
            ],
            "rows": rows,
        }

    @api.model
    def _typical_rows(self, counter, field_name):
        groups, totals = counter.by_group(field_name)
        members = sorted(totals, key=lambda member: -totals[member])[:TYPICAL_MEMBERS]
        best = {
            member: self._typical(counter, groups[member], totals[member]) for member in members
        }
        counter.load_spellings({key for keys in best.values() for key in keys})
        rows = []
        for member in members:
            label = self._member_label(field_name, member)
            domain = [*counter.in_language(), (field_name, "=", member)]
            cells = [
                {"text": label, "value": label},
                self._number_cell(totals[member], domain=domain),
            ]
            for key in best[member]:
                count = formats.number_text(self.env, groups[member][key], 0)
                text = f"{counter.spelling(key)} ({count})"
                domain = [*counter.domain(key), (field_name, "=", member)]
                cells.append({"text": text, "value": text, "domain": domain})
            cells += [{"text": "", "value": None}] * (TYPICAL_TERMS - len(best[member]))
            rows.append({"key": str(member), "level": 0, "cells": cells})
        return rows

    @api.model
    def _typical(self, counter, numbers, total):
        """Keys of the terms that set a group apart, the clearest first.

        :param numbers: dict key → complaints of the group with the term
        :param total: complaints of the group
        """
        scores = {}
        for key, count in numbers.items():
            others = counter.counts[key][0] - count
            score = rising.log_likelihood(count, total, others, counter.total_now - total)
            if score >= rising.TYPICAL and not counter.is_boilerplate(key):
                scores[key] = score
        return sorted(scores, key=lambda key: (-scores[key], key))[:TYPICAL_TERMS]
