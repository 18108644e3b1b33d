import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { router } from "@web/core/browser/router";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useRef, useState } from "@odoo/owl";

import { GridModel, MONTHS } from "./grid_model";
import { NotANumberError, parseBlock, parseTarget } from "./number_parser";

const { DateTime } = luxon;
const MOST_DECIMALS = 4;

/** Planning of a year's targets: rows of company, teams and persons × twelve months. */
export class TargetGrid extends Component {
    static template = "crm_kpi.TargetGrid";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.dialog = useService("dialog");
        this.table = useRef("table");
        this.display = { controlPanel: {} };
        this.state = useState({
            model: null,
            method: "working_days",
            percent: "5",
            focus: null,
            selected: [],
            isBusy: false,
        });
        useSetupAction({
            beforeLeave: () => this.mayLeave(),
            beforeUnload: (ev) => {
                if (this.model.isDirty) {
                    ev.preventDefault();
                }
            },
        });
        onWillStart(() => {
            const { kpi, year } = router.current;
            const asked = this.props.action.context.kpi_id || Number(kpi);
            return this.load(asked || false, Number(year) || false);
        });
    }

    // ------------------------------------------------------------ data

    get model() {
        return this.state.model;
    }

    get grid() {
        return this.model.data;
    }

    /** The KPIs to choose from, in their groups. */
    get kpiGroups() {
        const groups = new Map();
        for (const kpi of this.grid.kpis) {
            groups.set(kpi.group, [...(groups.get(kpi.group) || []), kpi]);
        }
        return [...groups].map(([name, kpis]) => ({ name, kpis }));
    }

    get months() {
        return Array.from({ length: MONTHS }, (_, month) => {
            const first = DateTime.local(this.grid.year, month + 1, 1);
            return { short: first.toFormat("LLL"), long: first.toFormat("LLLL yyyy") };
        });
    }

    async load(kpiId, year) {
        const data = await this.orm.call("crm.kpi.target", "load_grid", [kpiId, year]);
        this.show(data);
    }

    show(data) {
        this.state.model = new GridModel(data);
        this.state.selected = [];
        if (data.kpi) {
            this.props.updateActionState({ kpi: data.kpi.id, year: data.year });
        }
    }

    async onChangeKpi(ev) {
        const kpiId = Number(ev.target.value);
        if (await this.mayLeave()) {
            await this.load(kpiId, this.grid.year);
        } else {
            ev.target.value = this.grid.kpi.id;
        }
    }

    async onChangeYear(step) {
        if (await this.mayLeave()) {
            await this.load(this.grid.kpi.id, this.grid.year + step);
        }
    }

    async onSave() {
        this.state.isBusy = true;
        try {
            const { kpi, year, stamp } = this.grid;
            const data = await this.orm.call("crm.kpi.target", "save_grid", [
                kpi.id,
                year,
                this.model.changes,
                stamp,
            ]);
            this.show(data);
            this.notification.add(_t("Targets saved"), { type: "success" });
        } finally {
            this.state.isBusy = false;
        }
    }

    /** Ask before changes get lost. */
    mayLeave() {
        if (!this.model?.isDirty) {
            return true;
        }
        return new Promise((resolve) => {
            this.dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Discard changes?"),
                    body: _t("The targets you changed have not been saved."),
                    confirmLabel: _t("Discard"),
                    cancelLabel: _t("Stay here"),
                    confirm: () => {
                        this.model.discard();
                        resolve(true);
                    },
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) },
            );
        });
    }

    // ------------------------------------------------------------ cells

    /** A number as text: as many decimals as it needs, at least the KPI's. */
    format(value) {
        if (value === null || value === undefined) {
            return "";
        }
        const [, fraction = ""] = String(Number(value.toFixed(MOST_DECIMALS))).split(".");
        const wanted = Math.min(Math.max(this.grid.kpi.decimals, fraction.length), 2);
        return formatFloat(value, { digits: [16, wanted] });
    }

    /** A measured figure: a ratio has endless decimals, the KPI's are enough. */
    formatActual(value) {
        return value === null || value === undefined
            ? ""
            : formatFloat(value, { digits: [16, this.grid.kpi.decimals] });
    }

    /** Characters the widest number of the months needs. */
    get cellWidth() {
        const texts = this.model.rows.flatMap((row, index) => [
            ...row.values.map((value) => this.format(value)),
            ...this.model.given(index).map((value) => this.format(value)),
        ]);
        return Math.max(5, ...texts.map((text) => text.length));
    }

    cellLabel(row, month) {
        return `${row.label}, ${this.months[month].long}`;
    }

    lastYearHint(row, month) {
        const value = row.last_year[month];
        return value === null ? "" : _t("Last year: %s", this.format(value));
    }

    unallocatedText(rest) {
        return this.model.year(rest) < 0 ? _t("Given too much") : _t("Not allocated");
    }

    /**
     * @param {string} text
     * @param {(bad: string) => string} complaint
     * @returns {number|null|undefined} undefined after telling that it is no number
     */
    read(text, complaint) {
        try {
            return parseTarget(text, localization);
        } catch (error) {
            if (!(error instanceof NotANumberError)) {
                throw error;
            }
            this.warn(complaint(error.text));
        }
    }

    onEdit(index, month, ev) {
        this.enter(ev.target.value, (value) => this.model.setValue(index, month, value));
    }

    onEditYear(index, ev) {
        this.enter(ev.target.value, (value) => {
            this.model.setYear(index, value, this.state.method);
        });
    }

    /** Take over what was typed, or say why not and show the old value again. */
    enter(text, apply) {
        const value = this.read(text, (bad) => _t("“%s” is not a number.", bad));
        if (value !== undefined) {
            apply(value);
        }
        // also when nothing changed: what is shown is the number, not what was typed
        this.render();
    }

    warn(message) {
        this.notification.add(message, { type: "danger" });
    }

    onFocus(index, month, ev) {
        this.state.focus = { index, month };
        ev.target.select();
    }

    onKeydown(index, month, ev) {
        const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[ev.key];
        if (step) {
            ev.preventDefault();
            this.focusCell(index + step, month);
        } else if (ev.key.toLowerCase() === "z" && (ev.ctrlKey || ev.metaKey)) {
            // inside a cell that is being typed in, the browser undoes the typing
            const { values } = this.model.rows[index];
            const value = month === "year" ? this.model.year(values) : values[month];
            if (ev.target.value === this.format(value)) {
                ev.preventDefault();
                this.model.undo();
            }
        }
    }

    focusCell(index, month) {
        const cell = this.table.el.querySelector(`input[data-cell="${index}-${month}"]`);
        cell?.focus();
    }

    onPaste(index, month, ev) {
        const text = ev.clipboardData.getData("text/plain");
        if (!/[\t\n]/.test(text.trim())) {
            return;
        }
        ev.preventDefault();
        let block;
        try {
            block = parseBlock(text, localization);
        } catch (error) {
            if (!(error instanceof NotANumberError)) {
                throw error;
            }
            const { row, column, text: bad } = error;
            this.warn(
                _t(
                    "Line %(row)s, column %(column)s: “%(bad)s” is not a number. Nothing was pasted.",
                    { row, column, bad },
                ),
            );
            return;
        }
        const refused = this.model.paste(index, month, block);
        if (refused) {
            this.warn(this.pasteProblem(refused));
        }
    }

    pasteProblem({ problem, detail }) {
        switch (problem) {
            case "unknown_name":
                return _t("There is no row “%s”. Nothing was pasted.", detail);
            case "too_many_rows":
                return _t("Only %s rows of this kind follow. Nothing was pasted.", detail);
            case "too_many_columns":
                return _t("Only %s months follow. Nothing was pasted.", detail);
            default:
                return _t("“%s” reaches beyond the year. Nothing was pasted.", detail);
        }
    }

    // ------------------------------------------------------------ tools

    onToggleRow(index, ev) {
        const others = this.state.selected.filter((number) => number !== index);
        this.state.selected = ev.target.checked ? [...others, index] : others;
    }

    onFillRight() {
        const { index, month } = this.state.focus;
        this.model.fillRight(index, month);
        this.focusCell(index, month);
    }

    /** Rows a tool works on: the ticked ones, else all that have figures of last year. */
    get toolRows() {
        return this.state.selected.length
            ? this.state.selected
            : this.model.rows.map((row, index) => index);
    }

    onCopyLastYear() {
        const percent = this.read(this.state.percent, (bad) => _t("“%s” is no percentage.", bad));
        if (percent !== undefined) {
            this.model.copyLastYear(this.toolRows, percent || 0);
        }
    }
}

registry.category("actions").add("crm_kpi_target_grid", TargetGrid);
