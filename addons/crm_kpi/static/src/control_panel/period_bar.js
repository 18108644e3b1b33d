import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useBus, useChildRef } from "@web/core/utils/hooks";
import { customPeriodKey, periodKey } from "../state/kpi_state";

const { DateTime } = luxon;

const GRAINS = ["month", "quarter", "year"];

/**
 * Period picker and comparison menu, fed by the answer of `dashboard_info`
 * (labels, neighbours and presets come from the server, in the user's language).
 */
export class PeriodBar extends Component {
    static template = "crm_kpi.PeriodBar";
    static components = { DateTimeInput, Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.menu = useDropdownState();
        this.menuRef = useChildRef();
        const today = DateTime.local().startOf("day");
        this.state = useState({
            anchors: Object.fromEntries(GRAINS.map((grain) => [grain, today.startOf(grain)])),
            from: today.startOf("month"),
            to: today,
        });
        useBus(this.env.searchModel, "update", () => this.render());
    }

    /** The menu holds buttons and dates as well: to a screen reader it is a dialog. */
    onMenuOpened() {
        this.menuRef.el.setAttribute("role", "dialog");
        this.menuRef.el.setAttribute("aria-label", _t("Choose a period"));
    }

    get info() {
        return this.env.searchModel.kpiInfo;
    }

    get period() {
        return this.env.searchModel.kpi.period;
    }

    get compare() {
        return this.env.searchModel.kpi.compare;
    }

    get comparisons() {
        return [
            { key: "previous", label: _t("vs previous period") },
            { key: "last_year", label: _t("vs last year") },
            { key: "none", label: _t("No comparison") },
        ];
    }

    get compareLabel() {
        return this.comparisons.find(({ key }) => key === this.compare).label;
    }

    /** Month, quarter and year rows of the menu. */
    get rows() {
        return GRAINS.map((grain) => {
            const anchor = this.state.anchors[grain];
            return {
                grain,
                label: this.anchorLabel(grain, anchor),
                key: periodKey(anchor, grain),
                previousLabel: this.anchorLabel(grain, this.shift(grain, -1)),
                nextLabel: this.anchorLabel(grain, this.shift(grain, 1)),
            };
        });
    }

    anchorLabel(grain, date) {
        switch (grain) {
            case "month":
                return date.toLocaleString({ month: "long", year: "numeric" });
            case "quarter":
                return _t("Q%(quarter)s %(year)s", {
                    quarter: date.quarter,
                    year: String(date.year),
                });
            default:
                return String(date.year);
        }
    }

    shift(grain, step) {
        return this.state.anchors[grain].plus({ [`${grain}s`]: step });
    }

    browse(grain, step) {
        this.state.anchors[grain] = this.shift(grain, step);
    }

    select(period) {
        this.menu.close();
        this.env.searchModel.setPeriod(period);
    }

    selectCustom() {
        const { from, to } = this.state;
        if (from && to) {
            this.select(customPeriodKey(from, to));
        }
    }

    setCompare(compare) {
        this.env.searchModel.setCompare(compare);
    }
}
