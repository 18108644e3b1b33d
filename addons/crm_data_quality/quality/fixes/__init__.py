# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Safe corrections of single values: what a value becomes, or None where nothing is safe."""
