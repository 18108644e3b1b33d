import { KpiSearchModel } from "@crm_kpi/state/kpi_search_model";
import { user } from "@web/core/user";

/** Period and comparison beside the search of complaints, as on the KPI dashboard. */
export class InsightSearchModel extends KpiSearchModel {
    /**
     * @override
     */
    _fetchKpiInfo() {
        const { period: kpi_period, compare: kpi_compare } = this.kpi;
        return this.orm.call(this.resModel, "get_insight_info", [], {
            context: { ...user.context, kpi_period, kpi_compare },
        });
    }

    /** Facets in words, for the head of the workbook. */
    get facetTexts() {
        return this.facets
            .map(({ title, values, separator }) => {
                const text = values.join(` ${separator} `);
                return title ? `${title}: ${text}` : text;
            })
            .join(" · ");
    }
}
