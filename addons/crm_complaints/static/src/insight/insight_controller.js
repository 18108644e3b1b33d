import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { useKpiUrl } from "@crm_kpi/state/kpi_url";
import { RPCError } from "@web/core/network/rpc";
import { download } from "@web/core/network/download";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { ActionHelper } from "@web/views/action_helper";
import { standardViewProps } from "@web/views/standard_view_props";
import { InsightTable } from "./insight_table";
import { ParetoChart } from "./pareto_chart";

/** A page of tables over the complaints that the search finds in the period. */
export class InsightController extends Component {
    static template = "crm_complaints.InsightView";
    static components = { ActionHelper, CogMenu, InsightTable, Layout, ParetoChart, SearchBar };
    static props = { ...standardViewProps, panel: String };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.rootRef = useRef("root");
        this.searchBarToggler = useSearchBarToggler();
        this.state = useState({
            options: this.props.state?.options || {},
            answer: null,
            error: "",
        });
        this.lastLoad = 0;
        useKpiUrl();
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({ options: { ...this.state.options } }),
        });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((nextProps) => this.load(nextProps));
    }

    /** Names of the chosen measure and dimension. */
    get chosen() {
        const { measures, measure, dimensions, dimension } = this.state.answer;
        const label = (options, chosen) => options.find(({ key }) => key === chosen).label;
        return { measure: label(measures, measure), dimension: label(dimensions, dimension) };
    }

    /** What the page asks the server for. */
    request({ domain, groupBy, context, panel }) {
        const { kpi_period, kpi_compare } = context;
        return {
            panel,
            domain,
            options: { ...this.state.options, groupby: groupBy[0] || false },
            context: { ...user.context, kpi_period, kpi_compare },
        };
    }

    async load(props) {
        const load = ++this.lastLoad;
        const { panel, domain, options, context } = this.request(props);
        let answer = null;
        let error = "";
        try {
            answer = await this.orm.call(props.resModel, "get_insight", [panel, domain, options], {
                context,
            });
        } catch (exception) {
            if (!(exception instanceof RPCError)) {
                throw exception;
            }
            error = exception.data?.message || exception.message;
        }
        if (load === this.lastLoad) {
            Object.assign(this.state, { answer, error });
        }
    }

    /** Change a choice of the page, e.g. the language of the terms. */
    choose(key, value) {
        this.state.options[key] = value;
        return this.load(this.props);
    }

    open(name, { domain, model }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model || this.props.resModel,
            domain,
            views: model
                ? [[false, "list"]]
                : [
                      [false, "list"],
                      [false, "form"],
                  ],
            context: {},
        });
    }

    /** The same tables as a workbook. */
    async exportXlsx() {
        const { searchModel, config } = this.env;
        const data = {
            ...this.request(this.props),
            title: config.getDisplayName(),
            facets: searchModel.facetTexts,
        };
        await download({
            url: "/crm_complaints/insight/xlsx",
            data: { data: JSON.stringify(data) },
        });
    }
}
