import { registry } from "@web/core/registry";
import { KpiCard, kpiCard } from "../card/kpi_card";

/** The card's figure, verdict, target and comparison as the head of the form. */
export class KpiHeadline extends KpiCard {
    static template = "crm_kpi.KpiHeadline";
}

registry.category("view_widgets").add("crm_kpi_headline", { ...kpiCard, component: KpiHeadline });

/** Buttons that open the records behind the figure. */
export class KpiRecords extends KpiCard {
    static template = "crm_kpi.KpiRecords";

    get buttons() {
        if (this.sides.length) {
            return this.sides;
        }
        return this.hasFigure ? [{ side: "value", name: this.data.name }] : [];
    }
}

registry.category("view_widgets").add("crm_kpi_records", { ...kpiCard, component: KpiRecords });
