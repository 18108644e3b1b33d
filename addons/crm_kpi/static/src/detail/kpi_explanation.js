import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useKpiData } from "./kpi_data";
import { KpiFilter } from "./kpi_filter";

/** How the figure comes about, in words: sentence, formula, filters, dates, currency. */
export class KpiExplanation extends Component {
    static template = "crm_kpi.KpiExplanation";
    static components = { KpiFilter };
    static props = { ...standardWidgetProps };

    setup() {
        this.explanation = useKpiData("get_explanation");
    }

    facts(measure) {
        if (measure.error) {
            return [{ label: _t("Not available"), text: measure.error }];
        }
        return [
            { label: _t("Records"), text: measure.source },
            { label: _t("Computed as"), text: measure.aggregate },
            { label: _t("Date"), text: measure.date },
            { label: _t("Time"), text: measure.time },
            { label: _t("Filter"), text: measure.filter, model: measure.model },
            ...(measure.archived
                ? [{ label: _t("Archived records"), text: _t("count as well") }]
                : []),
        ].filter(({ text }) => text);
    }
}

registry.category("view_widgets").add("crm_kpi_explanation", { component: KpiExplanation });
