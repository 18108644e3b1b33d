# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .offer_common import OfferCase


@tagged("post_install", "-at_install")
class TestOfferDepartments(OfferCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north, cls.south = cls.env["hr.department"].create([{"name": "N"}, {"name": "S"}])
        cls.seller = cls.env["res.users"].create(
            {
                "name": "Seller",
                "login": "department_seller",
                "group_ids": [(6, 0, cls.env.ref("sales_team.group_sale_salesman").ids)],
            }
        )
        cls.employee = cls.env["hr.employee"].create(
            {
                "name": "Seller",
                "user_id": cls.seller.id,
                "department_id": cls.north.id,
                "date_version": "2025-01-01",
            }
        )

    def _order(self, created):
        return self.quotation(created, user_id=self.seller.id)

    def test_department_at_the_time(self):
        old = self._order("2026-03-02 08:00")
        self.assertEqual(old.sales_department_id, self.north)
        self.employee.create_version({"date_version": "2026-04-01", "department_id": self.south.id})
        self.assertEqual(old.sales_department_id, self.north)
        # 31 March 22:30 UTC is 1 April in Berlin
        new = self._order("2026-03-31 22:30")
        self.assertEqual(new.sales_department_id, self.south)
        self.at("2026-04-02 08:00", old.action_confirm)
        self.assertEqual(old.sales_department_id, self.south)

    def test_before_the_first_version(self):
        self.assertEqual(self._order("2024-03-02 08:00").sales_department_id, self.north)

    def test_no_salesperson_no_employee(self):
        order = self.quotation("2026-03-02 08:00", user_id=False)
        self.assertFalse(order.sales_department_id)
        order.user_id = self.env["res.users"].create({"name": "New", "login": "department_new"})
        self.assertFalse(order.sales_department_id)
        order.user_id = self.seller
        self.assertEqual(order.sales_department_id, self.north)

    def test_correction_of_the_past(self):
        order = self._order("2026-03-02 08:00")
        later = self._order("2026-05-02 08:00")
        version = self.employee.create_version(
            {"date_version": "2026-03-01", "department_id": self.south.id}
        )
        self.assertEqual((order | later).sales_department_id, self.south)
        version.date_version = "2026-05-01"
        self.assertEqual(order.sales_department_id, self.north)
        self.assertEqual(later.sales_department_id, self.south)
        version.department_id = self.north
        self.assertEqual((order | later).sales_department_id, self.north)
        self.employee.user_id = False
        self.assertFalse((order | later).sales_department_id)

    def test_employee_of_the_company_of_the_order(self):
        company = self.env["res.company"].create({"name": "Second"})
        department = self.env["hr.department"].create({"name": "X", "company_id": company.id})
        self.seller.company_ids |= company
        self.env["hr.employee"].create(
            {
                "name": "Seller",
                "user_id": self.seller.id,
                "company_id": company.id,
                "department_id": department.id,
                "date_version": "2025-01-01",
            }
        )
        order = self._order("2026-03-02 08:00")
        self.assertEqual(order.sales_department_id, self.north)
        other = self.quotation("2026-03-02 08:00", user_id=self.seller.id, company_id=company.id)
        self.assertEqual(other.sales_department_id, department)
