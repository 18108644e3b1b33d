import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useKpiData } from "./kpi_data";

/** What is expected at the end of a period that still runs, each method with its formula. */
export class KpiExpected extends Component {
    static template = "crm_kpi.KpiExpected";
    static props = { ...standardWidgetProps };

    setup() {
        this.expectation = useKpiData("get_expectation");
    }
}

registry.category("view_widgets").add("crm_kpi_expected", { component: KpiExpected });
