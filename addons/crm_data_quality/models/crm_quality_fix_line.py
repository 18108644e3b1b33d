# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class CrmQualityFixLine(models.Model):
    """One correction: which field of which customer or lead, from what to what.

    Values are kept twice: as the field stores them (`old_key`, `new_key`: the text itself, the id
    of a country, the code of a language) and as people read them.
    """

    _name = "crm.quality.fix.line"
    _description = "Correction of One Value"
    _inherit = ["crm.quality.subject.mixin"]
    _order = "fix_id desc, is_certain, id"
    _log_access = False

    fix_id = fields.Many2one(
        "crm.quality.fix", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Lead", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    field_name = fields.Char(required=True, readonly=True, help="Technical name of the field.")
    field_label = fields.Char(
        string="Field", compute="_compute_field_label", help="Name of the field as on the form."
    )
    old_key = fields.Char(readonly=True, help="What was seen; empty where nothing stood there.")
    new_key = fields.Char(readonly=True, help="What is written.")
    old_value = fields.Char(string="Old", readonly=True)
    new_value = fields.Char(
        string="New",
        compute="_compute_new_value",
        inverse="_inverse_new_value",
        store=True,
        readonly=False,
        help="What the value becomes. It can be edited before it is applied.",
    )
    is_selected = fields.Boolean(
        string="Apply", help="Whether this correction is applied with the others."
    )
    is_certain = fields.Boolean(
        string="Certain", readonly=True, help="What is only a good guess is not ticked."
    )
    is_alternative = fields.Boolean(
        string="One of Several",
        readonly=True,
        help="There is another proposal for the same record, and only one of them can be right: "
        "ticking one takes the tick from the other.",
    )
    state = fields.Selection(
        [
            ("open", "Proposed"),
            ("applied", "Applied"),
            ("left_out", "Left out"),
            ("undone", "Undone"),
            ("kept", "Not undone"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        selection="_selection_reason",
        readonly=True,
        help="Why the correction was not applied or not undone.",
    )
    message = fields.Char(readonly=True, help="What Odoo said when it refused the value.")

    _one_record = models.Constraint(
        "CHECK((partner_id IS NULL) <> (lead_id IS NULL))",
        "A correction is about either a customer or a lead.",
    )
    _fix_state_index = models.Index("(fix_id, state, id)")

    @api.model
    def _selection_reason(self):
        return [
            ("access", self.env._("You may not change this record")),
            ("gone", self.env._("The record was deleted or archived")),
            ("changed", self.env._("Somebody has changed the value since")),
            ("busy", self.env._("Somebody was saving the record at this moment")),
            ("refused", self.env._("The value was refused")),
            ("alternative", self.env._("The other proposal for the record was taken")),
        ]

    @api.depends_context("lang")
    @api.depends("field_name", "partner_id")
    def _compute_field_label(self):
        for line in self:
            model = self.env["res.partner" if line.partner_id else "crm.lead"]
            field = model._fields.get(line.field_name)
            line.field_label = field and field._description_string(self.env)

    @api.depends("new_key")
    def _compute_new_value(self):
        for line in self:
            line.new_value = line._text_of(line.new_key)

    def _inverse_new_value(self):
        for line in self:
            if line.new_value == line._text_of(line.new_key):
                continue
            line.sudo().new_key = line._key_of(line.new_value)

    def write(self, vals):
        if not self.env.su:
            if set(vals) - {"is_selected", "new_value"}:
                raise AccessError(
                    self.env._("The journal of corrections cannot be written by hand.")
                )
            if any(line.state != "open" for line in self):
                raise UserError(self.env._("What was applied already cannot change any more."))
        if vals.get("is_selected"):
            self._deselect_alternatives()
        return super().write(vals)

    def _deselect_alternatives(self):
        """Take the tick from the other proposals for the same records."""
        for line in self.filtered("is_alternative"):
            own = "partner_id" if line.partner_id else "lead_id"
            others = line.fix_id.sudo().line_ids.filtered_domain(
                [(own, "=", line[own].id), ("is_selected", "=", True), ("state", "=", "open")]
            )
            (others - self.sudo()).write({"is_selected": False})

    def _surplus(self):
        """Of several proposals for a record, those that come after the first that was tried."""
        choices = self.filtered("is_alternative")
        if not choices:
            return choices
        own = "partner_id" if choices[0].partner_id else "lead_id"
        tried = self.search(
            [
                ("fix_id", "in", choices.fix_id.ids),
                (own, "in", choices[own].ids),
                ("is_alternative", "=", True),
                ("state", "!=", "open"),
                ("reason", "!=", "alternative"),
            ]
        )
        taken = set(tried[own].ids)
        surplus = self.browse()
        for line in choices.sorted("id"):
            if line[own].id in taken:
                surplus |= line
            taken.add(line[own].id)
        return surplus

    def action_select(self):
        """Tick corrections."""
        self.filtered(lambda line: line.state == "open").write({"is_selected": True})
        return True

    def action_deselect(self):
        """Leave corrections out."""
        self.filtered(lambda line: line.state == "open").write({"is_selected": False})
        return True

    def action_open_record(self):
        """The form of the customer or lead."""
        self.ensure_one()
        return self._subject().get_formview_action()

    # ------------------------------------------------------------ keys, values and texts
    def _field(self):
        self.ensure_one()
        return self.env["res.partner" if self.partner_id else "crm.lead"]._fields[self.field_name]

    @api.model
    def _to_key(self, value):
        """A value as `read` returns it with ids, as the journal keeps it; empty is False."""
        return str(value) if value else False

    def _from_key(self, key):
        """What is written into the field for a key."""
        self.ensure_one()
        if not key:
            return False
        return int(key) if self._field().type == "many2one" else key

    def _text_of(self, key):
        """What people read for a key, in the language of the person."""
        self.ensure_one()
        if not key or not self.field_name:
            return key
        field = self._field()
        if field.type == "many2one":
            return self.env[field.comodel_name].browse(int(key)).exists().display_name
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(key, key)
        return key

    def _key_of(self, text):
        """The key for what somebody typed.

        :raise ValidationError: when no, or more than one, country or language is called so
        """
        self.ensure_one()
        field = self._field()
        text = (text or "").strip()
        if not text:
            raise ValidationError(self.env._("Untick the correction if the value should stay."))
        if field.type == "many2one":
            found = self.env[field.comodel_name].name_search(text, operator="=ilike", limit=2)
            if len(found) != 1:
                raise ValidationError(self.env._("There is no single “%s”.", text))
            return str(found[0][0])
        if field.type == "selection":
            options = dict(field._description_selection(self.env))
            codes = [code for code, label in options.items() if text in (code, label)]
            if len(codes) != 1:
                raise ValidationError(self.env._("There is no single “%s”.", text))
            return codes[0]
        return text
