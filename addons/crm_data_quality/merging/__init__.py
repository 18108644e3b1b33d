# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Merging of records in the database: set-based, every changed row journalled."""
