import { onMounted } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { KpiControlPanel } from "../control_panel/kpi_control_panel";
import { KpiSearchModel } from "../state/kpi_search_model";
import { useKpiUrl } from "../state/kpi_url";

export class KpiFormController extends FormController {
    setup() {
        super.setup();
        useKpiUrl();
        onMounted(() => this.openAskedTab());
    }

    /** A card's "Breakdown" asks for that tab; the answer is given once. */
    openAskedTab() {
        const { searchModel } = this.env;
        if (searchModel.openedTab) {
            const selector = `.o_notebook_headers [name="${searchModel.openedTab}"]`;
            this.rootRef.el.querySelector(selector)?.click();
            searchModel.openedTab = null;
        }
    }
}

/** Detail page of a KPI, with the period picker of the dashboard. */
export const kpiFormView = {
    ...formView,
    ControlPanel: KpiControlPanel,
    Controller: KpiFormController,
    SearchModel: KpiSearchModel,
};

registry.category("views").add("crm_kpi_form", kpiFormView);
