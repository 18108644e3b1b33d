# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
from zipfile import BadZipFile, ZipFile

from odoo import Command
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from .common import QualityCase

# Stands in every text of the foreign customers and leads, and nowhere else.
FOREIGN = "Geheimfisch"
OWN = "Eigenhecht"
# What a call with missing or senseless arguments raises.
REFUSED = (AccessError, MissingError, UserError, ValueError, TypeError, AttributeError)


class _Undo(Exception):
    """Takes back what a call has changed."""


@tagged("post_install", "-at_install")
class TestQualityForeign(QualityCase, HttpCase):
    """A salesperson who may see only what is his own: over every model of the addon and every way
    in, no string of a foreign customer or lead comes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._restrict()
        cls._records()
        cls._checks()
        cls._duplicates()
        cls._privacy()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _restrict(cls):
        group = cls.env["res.groups"].create({"name": "Only own customers"})
        own = "['|', ('user_id', '=', user.id), ('partner_share', '=', False)]"
        for model, domain in (("res.partner", own), ("crm.lead", "[('user_id', '=', user.id)]")):
            cls.env["ir.rule"].create(
                {
                    "name": "Only own",
                    "model_id": cls.env["ir.model"]._get_id(model),
                    "domain_force": domain,
                    "groups": [Command.link(group.id)],
                }
            )
        cls.seller.group_ids = [Command.link(group.id)]

    @classmethod
    def _contact(cls, word, user, **values):
        defaults = {
            "name": f"{word.upper()} GMBH", "user_id": user.id, "email": f"{word}@bau..de",
            "phone": f"0000 {word}", "street": f"{word} 1", "city": word, "zip": "80331",
            "country_id": cls.germany.id, "website": f"http://{word}.de", "vat": "DE136695976",
        }  # fmt: skip
        return cls.customer(**defaults | values)

    @classmethod
    def _lead(cls, word, user, **values):
        defaults = {
            "name": f"Anfrage {word}", "contact_name": word, "partner_name": f"{word} GmbH",
            "email_from": f"{word}@bau..de", "phone": f"0000 {word}", "user_id": user.id,
        }  # fmt: skip
        return cls.lead(**defaults | values)

    @classmethod
    def _records(cls):
        cls.own = cls._contact(OWN, cls.seller)
        cls.foreign = cls._contact(FOREIGN, cls.manager)
        cls.twin = cls._contact(FOREIGN, cls.manager)
        cls.given_away = cls._contact(FOREIGN, cls.seller)
        cls.own_lead = cls._lead(OWN, cls.seller)
        cls.foreign_lead = cls._lead(FOREIGN, cls.manager)
        cls.twin_lead = cls._lead(FOREIGN, cls.manager)
        cls.env["crm.quality.place"]._learn()

    @classmethod
    def _checks(cls):
        """Checks of both, also one that the salesperson ran while the customer was his."""
        cls.check_of_seller = cls.run_check(user=cls.seller)
        cls.given_away.user_id = cls.manager
        cls.check_of_manager = cls.run_check()
        cls.lead_checks = cls.run_lead_check() | cls.run_lead_check(user=cls.seller)
        for user in (cls.manager, cls.seller):
            fix = cls.env["crm.quality.fix"].with_user(user)
            fix = fix.create({"method": "name_capitals", "scope_domain": "[('ref', '=', 'QTEST')]"})
            fix.action_prepare()
        result = cls.check_of_manager.result_ids.filtered("failed")[:1]
        wizard = cls.env["crm.quality.assign"].with_user(cls.manager)
        wizard = wizard.create({"result_id": result.id, "mode": "user", "user_id": cls.seller.id})
        wizard.action_assign()
        findings = cls.env["crm.quality.finding"].with_user(cls.manager).search([])
        findings.filtered(lambda item: FOREIGN in (item.value or "")).action_accept(FOREIGN)
        cls.env["crm.quality.accept"].with_user(cls.manager).create({"note": FOREIGN})

    @classmethod
    def _duplicates(cls):
        for kind in ("customers", "leads", "leads_customers"):
            search = cls.env["crm.duplicate.search"].with_user(cls.manager)
            search.create({"kind": kind, "name": f"Suche {FOREIGN}"}).action_start()
        env = cls.env(user=cls.manager)
        first, second = (cls._contact(FOREIGN, cls.manager, vat=False) for _number in range(2))
        env["crm.merge"]._merge(first.with_env(env), second.with_env(env))

    @classmethod
    def _privacy(cls):
        for field_name, record in (("partner_id", cls.twin), ("lead_id", cls.twin_lead)):
            values = {"company_id": cls.env.company.id, field_name: record.id}
            cls.env["crm.retention.proposal"].create(values)
        cls.env["crm.retention.search"].create({"name": FOREIGN})
        cls.env["crm.privacy.sweep"].create({"pattern": FOREIGN})
        cls.env["crm.disclosure"].create(
            {"partner_ids": [Command.link(cls.foreign.id)], "lang": "en_US"}
        )
        cls.env["crm.anonymise"].create({"partner_ids": [Command.link(cls.foreign.id)]})

    # ------------------------------------------------------------ asking
    def ask(self, label, call, *arguments):
        """Note what a call answers, its refusal included, and take back what it did."""
        try:
            with self.env.cr.savepoint():
                try:
                    answer = call(*arguments)
                    self.env.flush_all()
                except REFUSED as error:
                    answer = str(error)
                self.answers[label] = json.dumps(answer, default=str, ensure_ascii=False)
                raise _Undo
        except _Undo:
            self.env.invalidate_all(flush=False)

    def models(self):
        return [
            name
            for name, model in sorted(self.env.registry.items())
            if model._original_module == "crm_data_quality" and not model._abstract
        ]

    def ask_about(self, model):
        """Everything that the web client and external programs ask a model."""
        name = model._name
        ids = self.env[name].sudo().with_context(active_test=False).search([]).ids
        fields = model.fields_get()
        specification = {
            field: {"fields": {"display_name": {}}}
            if values["type"] in ("many2one", "many2many", "one2many")
            else {}
            for field, values in fields.items()
        }
        self.ask((name, "search_read"), model.search_read, [], list(fields))
        self.ask((name, "read"), model.browse(ids).read, list(fields))
        for number in ids[:20]:
            self.ask((name, "web_read", number), model.browse(number).web_read, specification)
        self.ask((name, "web_search_read"), model.web_search_read, [], specification)
        self.ask((name, "name_search"), model.name_search, "")
        self.ask((name, "name_search_foreign"), model.name_search, FOREIGN)
        self.ask((name, "export"), model.browse(ids).export_data, list(fields))
        paths = [
            f"{field}/{other}"
            for field, values in fields.items()
            if values.get("relation")
            for other in ("display_name", "partner_id/name", "lead_id/name", "name")
        ]
        for path in paths:
            self.ask((name, "export", path), model.browse(ids).export_data, [path])
        for field, values in fields.items():
            if not values.get("groupable", values.get("store")):
                continue
            group = f"{field}:month" if values["type"] in ("date", "datetime") else field
            self.ask(
                (name, "group", field),
                model.formatted_read_group,
                [],
                [group],
                ["__count"],
            )
        for method in self.public_methods(name):
            self.ask((name, method), getattr(model.browse(ids), method))
            for number in ids[:5]:
                self.ask((name, method, number), getattr(model.browse(number), method))
        return ids

    def public_methods(self, name):
        """Methods that this addon lets anybody call."""
        classes = self.env.registry[name].mro()
        return {
            method
            for cls in classes
            if cls.__module__.startswith("odoo.addons.crm_data_quality")
            for method, value in vars(cls).items()
            if callable(value)
            and not method.startswith("_")
            and method not in ("create", "write", "unlink")
        }

    def collect(self, user):
        """Answers to all questions, as a user: dict label → text."""
        self.answers = {}
        env = self.env(user=user, su=False, context={"allowed_company_ids": user.company_ids.ids})
        for name in self.models():
            self.ask_about(env[name])
        self.ask_hints(env)
        self.ask_records(env)
        return self.answers

    def ask_hints(self, env):
        hints = env["crm.quality.hint"]
        for record in (self.foreign, self.twin, self.foreign_lead, self.own, self.own_lead):
            target = (record._name, record.id)
            self.ask(("hints", *target), hints.get_hints, *target)
            self.ask(("apply", *target), hints.apply_hint, *target, "name_capitals")
        for name in ("res.partner", "crm.lead"):
            typed = {"name": f"{FOREIGN} GmbH", "email": f"{FOREIGN}@bau..de", "city": FOREIGN,
                     "street": f"{FOREIGN} 1", "zip": "80331", "vat": "DE136695976"}  # fmt: skip
            self.ask(("likely", name), hints.get_likely_duplicates, name, typed)
        clusters = env["crm.duplicate.cluster"]
        self.ask(("queue",), clusters.review_queue)
        for cluster in self.env["crm.duplicate.cluster"].search([]):
            self.ask(("case", cluster.id), clusters.browse(cluster.id).review_case)
            self.ask(
                ("merge", cluster.id),
                clusters.browse(cluster.id).review_merge,
                self.foreign.id,
            )
        previews = env["crm.quality.rule.preview"]
        for rule in self.env["crm.quality.rule"].search([], limit=10):
            self.ask(("preview", rule.id), self.preview, previews, rule)

    def preview(self, previews, rule):
        wizard = previews.create({"rule_id": rule.id})
        wizard.action_preview()
        lines = [line.read() for field in wizard._fields.values()
                 if field.type == "one2many" for line in wizard[field.name]]  # fmt: skip
        return [wizard.read(), lines]

    def ask_records(self, env):
        """Our fields of the salesperson's own customer and lead, and of the foreign ones."""
        for record in (self.own, self.own_lead, self.foreign, self.foreign_lead):
            model = env[record._name]
            names = [
                name
                for name, field in model._fields.items()
                if "crm_data_quality" in field._modules and model._has_field_access(field, "read")
            ]
            self.ask(("record", record._name, record.id), model.browse(record.id).read, names)
            for name in names:
                self.ask(
                    ("searched", record._name, name),
                    model.search_read,
                    [(name, "!=", False)],
                    ["display_name"],
                )

    def leaks(self, answers):
        """Labels of the answers that name somebody foreign, beyond what was asked with it."""
        return sorted(
            str(label) for label, text in answers.items() if FOREIGN.lower() in text.lower()
        )

    # ------------------------------------------------------------ tests
    @mute_logger("odoo.models.unlink", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_by_rpc(self):
        answers = self.collect(self.seller)
        self.assertEqual(self.leaks(answers), [])
        own = [label for label, text in answers.items() if OWN.lower() in text.lower()]
        self.assertGreater(len(own), 20, "he sees what is his own")

    @mute_logger("odoo.models.unlink", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_the_questions_would_find_it(self):
        """The same questions of the manager name the foreign records, in most models."""
        answers = self.collect(self.manager)
        found = {label[0] for label, text in answers.items() if FOREIGN.lower() in text.lower()}
        for name in (
            "crm.quality.finding", "crm.quality.fix.line", "crm.quality.acceptance",
            "crm.duplicate.member", "crm.duplicate.pair", "crm.duplicate.search", "crm.merge",
            "crm.retention.proposal", "crm.retention.search", "case", "likely", "hints",
        ):  # fmt: skip
            self.assertIn(name, found)

    def test_figures_do_not_count_them(self):
        """A search that asks about the foreign record finds nothing to count."""
        for name in self.models():
            model = self.env[name].with_user(self.seller)
            for field, path in (("partner_id", "name"), ("lead_id", "name")):
                if field not in model._fields or not model.has_access("read"):
                    continue
                if model._fields[field].comodel_name not in ("res.partner", "crm.lead"):
                    continue
                with self.subTest(model=name, field=field):
                    domain = [(f"{field}.{path}", "ilike", FOREIGN)]
                    self.assertEqual(model.search_count(domain), 0)

    def test_by_http(self):
        self.authenticate("quality_seller", "quality_seller")
        checks = self.check_of_seller | self.check_of_manager | self.lead_checks
        seen = 0
        for check in checks:
            for url in (
                f"/crm_data_quality/check/{check.id}/xlsx",
                f"/report/html/crm_data_quality.report_crm_quality_check/{check.id}",
                f"/report/text/crm_data_quality.report_crm_quality_check/{check.id}",
                f"/odoo/data-quality/{check.id}",
            ):
                text = self.text_of(self.url_open(url))
                self.assertNotIn(FOREIGN.lower(), text.lower(), url)
                seen += OWN.lower() in text.lower()
        self.assertGreaterEqual(seen, 2, "his own checks name his own customers")
        for wizard in self.env["crm.disclosure"].search([]):
            url = f"/report/html/crm_data_quality.crm_disclosure_document/{wizard.id}"
            self.assertNotIn(FOREIGN, self.text_of(self.url_open(url)))
            url = f"/web/content/crm.disclosure/{wizard.id}/file"
            self.assertNotIn(FOREIGN, self.text_of(self.url_open(url)))

    def text_of(self, answer):
        try:
            with ZipFile(io.BytesIO(answer.content)) as book:
                return " ".join(book.read(name).decode() for name in book.namelist())
        except BadZipFile:
            return answer.text

    def test_tables_of_the_test_are_full(self):
        """Data of foreign records is there in every table that holds data of records."""
        for name in (
            "crm.quality.finding", "crm.quality.acceptance", "crm.quality.assignment",
            "crm.quality.fix.line", "crm.duplicate.cluster", "crm.duplicate.member",
            "crm.duplicate.pair", "crm.duplicate.profile", "crm.merge", "crm.merge.line",
            "crm.quality.owner", "crm.quality.tally",
        ):  # fmt: skip
            table = self.env[name]._table
            rows = self.env.execute_query(SQL("SELECT 1 FROM %s LIMIT 1", SQL.identifier(table)))
            self.assertTrue(rows, name)
