# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What axe-core finds on a page that people with a screen reader or weak eyes cannot use."""

from devkit import node

# Parts of Odoo's own widgets with known faults; what stands in them is not the suite's.
STOCK = (
    ".o-mail-Form-chatter, .o-mail-ChatterContainer",  # avatars without names, pale dates
    ".o_notebook_headers",  # tabs without a tab list
    ".o_progress",  # progress bars without a role
    ".o_select_menu_input, .o_select_menu",  # attributes that do not exist or are not allowed
    ".o_list_record_selector, .o_data_row .o-checkbox",  # boxes without a label
    ".o_field_domain",  # pale words of the filter
    ".o-autocomplete--input",  # a selected state that text boxes do not have
    ".badge",  # the colours of its badges
    ".o_kanban_header",  # the titles of its columns, half transparent
    ".o_form_label",  # pale on a phone
    ".o_optional_columns_dropdown, .o_button_more",  # menus without a name
    ".o_avatar, .o_field_many2one_avatar_user",  # pictures without a text
    ".o_field_widget i[role=img]",  # icons of many2one fields without a name
    ".o_activity_view, .o-mail-Activity",
    ".o_control_panel, .o_searchview",
)


def violations(page, *selectors):
    """Serious and critical findings of axe-core inside these parts of the page.

    The web client around them (menus, search bar, chatter) is stock Odoo's.
    """
    node.ensure()
    # a popover that is still fading in has no contrast yet
    page.wait_for_function("document.getAnimations().every((a) => a.playState !== 'running')")
    page.evaluate((node.FOLDER / "node_modules/axe-core/axe.min.js").read_text() + "; null")
    return page.evaluate(
        """async ([selectors, stock]) => {
            const exclude = stock.filter((part) => document.querySelector(part));
            const { violations } = await axe.run({
                include: selectors.map((part) => [part]),
                exclude: exclude.map((part) => [part]),
            });
            return violations
                .filter(({ impact }) => ["serious", "critical"].includes(impact))
                .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
        }""",
        [list(selectors), list(STOCK)],
    )


def fits(page):
    """Whether nothing makes the page scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
