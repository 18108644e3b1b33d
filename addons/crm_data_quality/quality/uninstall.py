# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def forget_names_in_other_modules(env):
    """Forget the external ids that other modules gave to parts of the models that go.

    Odoo names the fields, choices and inheritance that a mixin brings after the mixin's
    module. These names outlive a model that is removed, and a name without its field
    keeps the mixin's module from being uninstalled later.
    """
    data = env["ir.model.data"]
    removed = env["ir.module.module"].search([("state", "=", "to remove")]).mapped("name")
    names = data.search([("model", "=", "ir.model")]).grouped("res_id")
    models = env["ir.model"].browse(
        model_id
        for model_id, given in names.items()
        if all(name.module in removed for name in given)
    )
    parts = (
        models.field_id,
        models.field_id.selection_ids,
        env["ir.model.inherit"].search([("model_id", "in", models.ids)]),
    )
    for records in parts:
        data.search(
            [
                ("model", "=", records._name),
                ("res_id", "in", records.ids),
                ("module", "not in", removed),
            ]
        ).unlink()
