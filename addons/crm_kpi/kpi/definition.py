# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading of KPI definitions: what is wrong is said in words, not raised as a traceback."""

import ast

from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

NUMERIC_TYPES = ("integer", "float", "monetary")


class DefinitionError(Exception):
    """A definition cannot be resolved; the text says why, for the person who reads the card."""


def evaluate_domain(env, text):
    """Evaluate the text of a domain.

    :return: :class:`Domain`
    :raise DefinitionError: when the text is no domain
    """
    names = {"uid": env.uid, "company_ids": env.companies.ids, "True": True, "False": False}
    try:
        return Domain(safe_eval(text or "[]", names))
    except (
        ValueError, TypeError, SyntaxError, NameError, AssertionError, ArithmeticError
    ) as error:  # fmt: skip
        raise DefinitionError(env._("The filter %s cannot be read.", text)) from error


def stored_field(model, name, types=None, comodel=None):
    """The field ``name`` of ``model``, checked to be usable in a query.

    :param types: allowed field types
    :param comodel: model that the field must point to
    :raise DefinitionError: when it is missing, not stored or of another type
    """
    field = model._fields.get(name)
    env = model.env
    label = f"{model._name}.{name}"
    if field is None:
        raise DefinitionError(env._("The field “%s” does not exist.", label))
    if (not field.store and not field.related) or field.type in ("one2many", "many2many"):
        raise DefinitionError(env._("The field “%s” is not stored.", label))
    if (types and field.type not in types) or (comodel and field.comodel_name != comodel):
        raise DefinitionError(
            env._(
                "The field “%(field)s” has the wrong type (%(type)s).",
                field=label,
                type=field.comodel_name or field.type,
            )
        )
    return field


def evaluate_formula(formula, values):
    """Compute a derived figure from numbers.

    Allowed are names, numbers, brackets and ``+ - * /``; a division by zero
    and a missing operand give None.

    :param values: dict name → number or None
    :raise SyntaxError: when the formula holds anything else
    :raise KeyError: for an unknown name
    """
    return _evaluate_node(ast.parse(formula, mode="eval").body, values)


def _evaluate_node(node, values):
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _evaluate_node(operand, values)
            return None if value is None else -value
        case ast.BinOp(left=left, op=operator, right=right):
            first, second = _evaluate_node(left, values), _evaluate_node(right, values)
            if first is None or second is None:
                return None
            match operator:
                case ast.Add():
                    return first + second
                case ast.Sub():
                    return first - second
                case ast.Mult():
                    return first * second
                case ast.Div():
                    return first / second if second else None
    raise SyntaxError(ast.unparse(node))


def formula_names(formula):
    """The names a formula uses.

    :raise SyntaxError: when it cannot be parsed
    """
    tree = ast.parse(formula, mode="eval")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
