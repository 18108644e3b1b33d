import { useComponent, useEffect, useState } from "@odoo/owl";
import { RPCError } from "@web/core/network/rpc";

/**
 * Load data of the shown KPI and load it again when the KPI, the period, the filters or
 * the given arguments change. An error stays where it belongs: in this part of the page.
 *
 * @param {string} method public method of crm.kpi
 * @param {() => any[]} [getArgs] further arguments; null as result means "not yet"
 * @returns {{data: any, error: string, isLoading: boolean}}
 */
export function useKpiData(method, getArgs = () => []) {
    const component = useComponent();
    const state = useState({ data: null, error: "", isLoading: true });
    let lastLoad = 0;
    useEffect(
        (key, args) => {
            const { record } = component.props;
            if (!record.resId || args === "null") {
                return;
            }
            const load = ++lastLoad;
            state.isLoading = true;
            component.env.services.orm
                .call(record.resModel, method, [[record.resId], ...JSON.parse(args)], {
                    context: record.context,
                })
                .then((data) => {
                    if (load === lastLoad) {
                        Object.assign(state, { data, error: "", isLoading: false });
                    }
                })
                .catch((error) => {
                    if (!(error instanceof RPCError)) {
                        throw error;
                    }
                    if (load === lastLoad) {
                        const message = error.data?.message || error.message;
                        Object.assign(state, { data: null, error: message, isLoading: false });
                    }
                });
            return () => lastLoad++;
        },
        () => {
            const { record } = component.props;
            const { kpi_period, kpi_compare, kpi_filters } = record.context;
            return [
                JSON.stringify([record.resId, kpi_period, kpi_compare, kpi_filters]),
                JSON.stringify(getArgs()),
            ];
        },
    );
    return state;
}
