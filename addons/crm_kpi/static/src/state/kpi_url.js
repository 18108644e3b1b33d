import { useComponent, useEffect } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { COMPARISONS, filtersFromUrl } from "./kpi_state";

/** Period, comparison, filters and facets that the URL asks for; null without a period. */
export function readKpiUrl() {
    const { kpi_period, kpi_compare, kpi_filters, kpi_facets } = router.current;
    if (!kpi_period) {
        return null;
    }
    const kpi = { period: String(kpi_period) };
    if (COMPARISONS.includes(kpi_compare)) {
        kpi.compare = kpi_compare;
    }
    return {
        kpi,
        filters: filtersFromUrl(kpi_filters),
        facets: String(kpi_facets || "")
            .split("~")
            .filter(Boolean),
    };
}

/** What stands for a search item in the URL; nothing for those that have no name. */
export function facetKey({ type, name, serverSideId }) {
    if (type === "favorite") {
        return serverSideId && `fav-${serverSideId}`;
    }
    return ["filter", "groupBy"].includes(type) && name;
}

/** Active named filters, group-bys and saved favourites, e.g. `starred~fav-12`. */
export function facetsToUrl(query, searchItems) {
    const keys = query.map(({ searchItemId }) => facetKey(searchItems[searchItemId]));
    return [...new Set(keys.filter(Boolean))].join("~") || undefined;
}

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
