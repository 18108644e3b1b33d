# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what with which record, written as a table and tried verb by verb."""

from odoo.exceptions import AccessError

VERBS = {"c": "create", "r": "read", "w": "write", "d": "unlink"}


class _Undo(Exception):
    """Takes back what a try has changed."""


def parse(table):
    """Rows of a text table.

    :return: dict row name → dict column name → set of letters
    """
    head, *lines = [line.split() for line in table.strip().splitlines()]
    return {name: dict(zip(head, map(set, cells), strict=True)) for name, *cells in lines}


class AccessMatrix:
    """Mix-in for test cases: compares a table with what really happens."""

    def allowed_verbs(self, env, record, values, changes):
        """Letters of the verbs that succeed for the user of ``env``.

        :param record: what is read, written and deleted
        :param values: of a record of the same kind, for the creation
        :param changes: values to write
        """
        record = record.with_env(env)
        tries = {
            "c": lambda: env[record._name].create(dict(values)),
            "r": lambda: record.read(["id", "display_name"]),
            "w": lambda: record.write(dict(changes)),
            "d": lambda: record.unlink(),
        }
        return {letter for letter, action in tries.items() if self._succeeds(action)}

    def _succeeds(self, action):
        try:
            with self.env.cr.savepoint():
                action()
                self.env.flush_all()
                raise _Undo
        except _Undo:
            return True
        except AccessError:
            return False
        finally:
            self.env.invalidate_all(flush=False)

    def assert_matrix(self, table, users, cases):
        """Try every verb of every user on every record.

        :param table: rows are records, columns users, cells letters of VERBS (none: "-")
        :param users: dict column name → user
        :param cases: dict row name → (record, values to create, values to write)
        """
        rows = parse(table)
        self.assertEqual(set(rows), set(cases), "every record has its row")
        for row, cells in rows.items():
            self.assertEqual(set(cells), set(users), "every user has a column")
            record, values, changes = cases[row]
            for column, letters in cells.items():
                user = users[column]
                env = self.env(
                    user=user, su=False, context={"allowed_company_ids": user.company_ids.ids}
                )
                with self.subTest(record=row, user=column):
                    verbs = self.allowed_verbs(env, record, values, changes)
                    self.assertEqual(
                        sorted(VERBS[letter] for letter in verbs),
                        sorted(VERBS[letter] for letter in letters - {"-"}),
                    )
                    self.assert_found(env, record, "r" in letters)

    def assert_found(self, env, record, expected):
        """Searching finds exactly what may be read, or refuses."""
        try:
            found = env[record._name].search([("id", "=", record.id)])
        except AccessError:
            found = env[record._name]
        self.assertEqual(bool(found), expected, "search")
