import { formatMonetary, formatFloat, formatInteger } from "@web/views/fields/formatters";
import { router } from "@web/core/browser/router";
import { useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { _t } from "@web/core/l10n/translation";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { useSetupAction } from "@web/search/action_hook";
import { ActionHelper } from "@web/views/action_helper";
import { standardViewProps } from "@web/views/standard_view_props";

import { Component, onWillStart, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";

/** Shading of a cell: eleven steps from nothing to all. */
const STEPS = 10;

/** Churn by cohort as a table of text; each figure opens what is behind it. */
export class CohortController extends Component {
    static template = "crm_complaints.Cohorts";
    static components = { Layout, SearchBar, ActionHelper };
    static props = { ...standardViewProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.searchBarToggler = useSearchBarToggler();
        this.keepLast = new KeepLast();
        const { unit, measure } = this.props.state || router.current;
        this.state = useState({
            unit: Object.hasOwn(this.units, unit) ? unit : "quarter",
            measure: Object.hasOwn(this.measures, measure) ? measure : "customers",
            table: null,
        });
        // F5, the back button and a copied link show the same table
        useEffect(
            (unit, measure) => {
                this.props.updateActionState?.({ unit, measure });
            },
            () => [this.state.unit, this.state.measure],
        );
        useSetupAction({
            rootRef: useRef("root"),
            getLocalState: () => ({ unit: this.state.unit, measure: this.state.measure }),
        });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((props) => this.load(props));
    }

    get units() {
        return { month: _t("Months"), quarter: _t("Quarters"), year: _t("Years") };
    }

    get measures() {
        return { customers: _t("Customers"), revenue: _t("Order Value") };
    }

    get table() {
        return this.state.table;
    }

    get isRevenue() {
        return this.table.measure === "revenue";
    }

    async load({ domain, context }) {
        this.state.table = await this.keepLast.add(
            this.orm.call(
                "crm.customer.lifecycle",
                "load_cohorts",
                [domain, this.state.unit, this.state.measure],
                { context },
            ),
        );
    }

    async choose(choice) {
        Object.assign(this.state, choice);
        await this.load(this.props);
    }

    // ------------------------------------------------------------ texts

    percent(value) {
        return value === null ? "–" : `${formatFloat(value, { digits: [16, 1] })} %`;
    }

    amount(value) {
        return this.isRevenue
            ? formatMonetary(value, { currencyId: this.table.currency, digits: [16, 0] })
            : formatInteger(value);
    }

    columnName(step) {
        return step ? `+${step}` : _t("First");
    }

    /** What a screen reader says, and the pointer shows, about a cell. */
    cellTitle(row, step) {
        const cell = row.cells[step];
        const texts = [`${row.label}, ${this.columnName(step)}`];
        if (this.isRevenue) {
            texts.push(_t("order value %s", this.amount(cell.value)));
        } else {
            texts.push(_t("%s active", this.amount(cell.value)));
            texts.push(_t("%s lost", this.amount(cell.lost)));
        }
        if (cell.is_running) {
            texts.push(_t("period not over yet"));
        }
        return texts.join(", ");
    }

    lostTitle(row, step) {
        return _t("%s lost", this.amount(row.cells[step].lost));
    }

    shade(percent) {
        const share = Math.min(Math.max(percent || 0, 0), 100) / 100;
        return `o_cohort_shade_${Math.round(share * STEPS)}`;
    }

    // ------------------------------------------------------------ actions

    async open(row, step, side) {
        const action = await this.orm.call(
            "crm.customer.lifecycle",
            "action_open_cohort",
            [this.props.domain, this.table.unit, row.start, step, side],
            { context: this.props.context },
        );
        await this.action.doAction(action);
    }

    get exportUrl() {
        const filters = this.env.searchModel.facets
            .map((facet) => `${facet.title || ""} ${facet.values.join(" / ")}`.trim())
            .join(", ");
        const query = new URLSearchParams({
            domain: JSON.stringify(this.props.domain),
            unit: this.state.unit,
            measure: this.state.measure,
            filters,
        });
        return `/crm_complaints/cohorts.xlsx?${query}`;
    }
}
