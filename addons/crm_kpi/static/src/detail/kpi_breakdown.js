import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { cardStatus, STATUS } from "../card/kpi_status";
import { openKpiRecords } from "../state/kpi_actions";
import { useKpiData } from "./kpi_data";

/** Dimension shown first, where the KPI has it. */
const FIRST_CHOICES = ["team", "user", "department"];

/** Amounts of a ratio's sides: thousands separated, no more decimals than they need. */
export function partText(value) {
    if (value === null || value === undefined) {
        return "–";
    }
    const decimals = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2;
    return formatFloat(value, { digits: [16, decimals] });
}

/** The figure split by a dimension of the viewer's choice; every row opens its records. */
export class KpiBreakdown extends Component {
    static template = "crm_kpi.KpiBreakdown";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ dimension: null });
        this.dimensions = useKpiData("get_dimensions");
        this.breakdown = useKpiData("get_breakdown", () =>
            this.dimension ? [this.dimension] : null,
        );
    }

    /** The chosen dimension if this KPI has it, else its most useful one. */
    get dimension() {
        const codes = (this.dimensions.data || []).map(({ code }) => code);
        return [this.state.dimension, ...FIRST_CHOICES, codes[0]].find((code) =>
            codes.includes(code),
        );
    }

    get error() {
        return this.dimensions.error || this.breakdown.error;
    }

    get emptyReason() {
        return this.breakdown.data.total.reason || _t("No cases in this period.");
    }

    /** Heads of the two columns of a ratio; empty for other kinds. */
    get sides() {
        const { drill } = this.breakdown.data.total;
        const { numerator_id, denominator_id } = this.props.record.data;
        const names = {
            numerator: numerator_id?.display_name || _t("Numerator"),
            denominator: denominator_id?.display_name || _t("Denominator"),
        };
        return drill.filter((side) => side in names).map((side) => ({ side, name: names[side] }));
    }

    get rows() {
        const { rows, total, additive } = this.breakdown.data;
        const largest = Math.max(...rows.map(({ card }) => Math.abs(card.value || 0)));
        const lines = rows.map(({ id, label, card }) => ({
            key: JSON.stringify(id),
            label,
            member: { dimension: this.dimension, id },
            ...this.line(card, largest),
        }));
        const name = additive ? _t("Total") : _t("Overall");
        return [...lines, { key: "total", label: name, isTotal: true, ...this.line(total, 0) }];
    }

    line(card, largest) {
        return {
            card,
            status: STATUS[cardStatus(card)],
            text: card.state === "ok" ? card.text : "–",
            bar: largest ? `${((Math.abs(card.value || 0) / largest) * 100).toFixed(1)}%` : "",
            parts: { numerator: partText(card.numerator), denominator: partText(card.denominator) },
        };
    }

    get hasTargets() {
        return this.breakdown.data.rows.some(({ card }) => card.target);
    }

    /** Accessible name of a figure's button; it begins with the text one sees. */
    openLabel(row, side) {
        return _t("%(figure)s: open the records, %(member)s, %(name)s", {
            figure: side ? row.parts[side.side] : row.text,
            member: row.label,
            name: side ? side.name : this.props.record.data.name,
        });
    }

    open(row, side) {
        return openKpiRecords(this.action, this.orm, this.props.record, {
            side,
            member: row.member,
        });
    }
}

registry.category("view_widgets").add("crm_kpi_breakdown", {
    component: KpiBreakdown,
    fieldDependencies: [
        { name: "numerator_id", type: "many2one", relation: "crm.kpi.measure" },
        { name: "denominator_id", type: "many2one", relation: "crm.kpi.measure" },
    ],
});
