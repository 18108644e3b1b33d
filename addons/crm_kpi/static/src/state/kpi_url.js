import { useComponent, useEffect } from "@odoo/owl";

/**
 * Mirror period, comparison, filters and facets in the URL of the action, so that F5 and
 * a copied link show the same page. To be called in the setup of a view's controller.
 */
export function useKpiUrl() {
    const component = useComponent();
    useEffect(
        (kpi_period, kpi_compare, kpi_filters, kpi_facets) => {
            component.props.updateActionState?.({
                kpi_period,
                kpi_compare,
                kpi_filters,
                kpi_facets,
            });
        },
        () => {
            const { kpi_period, kpi_compare, kpi_filters, kpi_facets } =
                component.env.searchModel.kpiUrlState;
            return [kpi_period, kpi_compare, kpi_filters, kpi_facets];
        },
    );
}
