# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import new_test_user

from .common import ComplaintCase


class RoleCase(ComplaintCase):
    """A second company, and a user for each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._new_company("Zweite GmbH")
        cls.env.user.company_ids |= cls.second
        cls.users = cls._make_users()

    @classmethod
    def _make_users(cls):
        portal = new_test_user(cls.env, "matrix_portal", "base.group_portal")
        portal.partner_id.parent_id = cls.customer
        other = new_test_user(cls.env, "matrix_other", "base.group_portal")
        other.partner_id.parent_id = cls.other_customer
        for user in (portal, other):
            user.write({"company_ids": [Command.set(cls.company.ids)], "company_id": cls.company})
        stranger = new_test_user(
            cls.env,
            "matrix_stranger",
            "sales_team.group_sale_manager",
            company_id=cls.second.id,
            company_ids=[Command.set(cls.second.ids)],
        )
        admin = cls.env.ref("base.user_admin")
        admin.company_ids |= cls.company | cls.second
        public = cls.env.ref("base.public_user").copy({"login": "matrix_public", "active": True})
        public.write({"company_ids": [Command.set(cls.company.ids)], "company_id": cls.company})
        return {
            "public": public,
            "portal": portal,
            "other": other,
            "clerk": cls._new_user("m_clerk", "base.group_user"),
            "handler": cls._new_user("m_handler", "crm_complaints.group_complaint_user"),
            "seller": cls.seller,
            "leader": cls.leader,
            "all": cls._new_user("m_all", "crm_complaints.group_complaint_all"),
            "chief": cls._new_user("m_chief", "crm_complaints.group_complaint_manager"),
            "manager": cls.manager,
            "stranger": stranger,
            "admin": admin,
        }
