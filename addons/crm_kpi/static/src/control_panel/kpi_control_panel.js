import { ControlPanel } from "@web/search/control_panel/control_panel";
import { PeriodBar } from "./period_bar";

/** Control panel with the period picker beside the view switcher. */
export class KpiControlPanel extends ControlPanel {
    static template = "crm_kpi.ControlPanel";
    static components = { ...ControlPanel.components, PeriodBar };
}
