import { registry } from "@web/core/registry";
import { KpiControlPanel } from "@crm_kpi/control_panel/kpi_control_panel";
import { InsightController } from "./insight_controller";
import { InsightSearchModel } from "./insight_search_model";

export const insightView = {
    type: "complaint_insight",
    ControlPanel: KpiControlPanel,
    Controller: InsightController,
    SearchModel: InsightSearchModel,
    searchMenuTypes: ["filter", "groupBy", "favorite"],

    props: (genericProps) => ({
        ...genericProps,
        panel: genericProps.arch.getAttribute("panel"),
    }),
};

registry.category("views").add("complaint_insight", insightView);
