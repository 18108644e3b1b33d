import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { KpiControlPanel } from "../control_panel/kpi_control_panel";
import { KpiSearchModel } from "../state/kpi_search_model";
import { useKpiUrl } from "../state/kpi_url";

export class KpiListController extends ListController {
    setup() {
        super.setup();
        useKpiUrl();
    }
}

/** The dashboard as a table: accessible, sortable by definition fields, exportable. */
export const kpiListView = {
    ...listView,
    ControlPanel: KpiControlPanel,
    Controller: KpiListController,
    SearchModel: KpiSearchModel,
};

registry.category("views").add("crm_kpi_list", kpiListView);
