// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// A probability is never certainty, however many digits would be rounded away.
const HIGHEST = 999;

/**
 * @param {number} score probability, 0 to 1
 * @returns {string} in percent with one decimal, rounded down, at most 99.9 %
 */
export function formatProbability(score) {
    const tenths = Math.min(Math.floor(score * 1000), HIGHEST);
    return `${formatFloat(tenths / 10, { digits: [16, 1] })}\u00a0%`;
}

/** A probability as the review page shows it: `widget="probability"`. */
export class ProbabilityField extends Component {
    static template = "crm_data_quality.ProbabilityField";
    static props = { ...standardFieldProps };

    get text() {
        return formatProbability(this.props.record.data[this.props.name]);
    }
}

registry.category("fields").add("probability", {
    component: ProbabilityField,
    displayName: _t("Probability"),
    supportedTypes: ["float"],
});
