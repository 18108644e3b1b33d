import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** What a figure means, in the words of its definition. */
export class KpiExplanationPopover extends Component {
    static template = "crm_kpi.KpiExplanationPopover";
    static props = {
        text: String,
        direction: { type: String, optional: true },
        estimated: Boolean,
        isStock: Boolean,
        close: Function,
    };

    get directionText() {
        return {
            up: _t("Higher is better."),
            down: _t("Lower is better."),
        }[this.props.direction];
    }
}
