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

    get notes() {
        const { direction, isStock, estimated } = this.props;
        return [
            { up: _t("Higher is better."), down: _t("Lower is better.") }[direction],
            isStock && _t("Taken at the end of the period."),
            estimated && _t("Some dates had to be estimated."),
        ]
            .filter(Boolean)
            .join(" ");
    }
}
