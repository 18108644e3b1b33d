import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { openKpiRecords } from "../state/kpi_actions";
import { KpiExplanationPopover } from "./kpi_explanation_popover";
import { cardStatus, STATUS } from "./kpi_status";
import { KpiDeltas, KpiTargetBar } from "./kpi_parts";
import { Sparkline } from "./sparkline";

/**
 * One KPI as a card: figure, verdict, target, comparison, trend. Draws the `card` of the
 * record and computes nothing but positions.
 */
export class KpiCard extends Component {
    static template = "crm_kpi.KpiCard";
    static components = { Dropdown, DropdownItem, KpiDeltas, KpiTargetBar, Sparkline };
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.explanation = usePopover(KpiExplanationPopover, { position: "bottom-start" });
    }

    get data() {
        return this.props.record.data;
    }

    get card() {
        return this.data.card || { state: "error", reason: _t("This figure did not arrive.") };
    }

    get hasFigure() {
        return this.card.state === "ok";
    }

    get status() {
        return STATUS[cardStatus(this.card)];
    }

    /** The verdict's word; a figure that may not or cannot be told is not "no data". */
    get statusText() {
        const words = { hidden: _t("Not visible"), unavailable: _t("Not available") };
        return words[this.card.state] || this.card.status_text || _t("Error");
    }

    /** Both sides of a ratio, each with its own records. */
    get sides() {
        const names = {
            numerator: this.data.numerator_id?.display_name || _t("Numerator"),
            denominator: this.data.denominator_id?.display_name || _t("Denominator"),
        };
        return (this.card.drill || [])
            .filter((side) => side in names)
            .map((side) => ({ side, name: names[side] }));
    }

    /** Accessible names: seventy cards must not have seventy buttons of one name. */
    get labels() {
        const { name, is_favorite: isFavorite } = this.data;
        return {
            value: _t("%(kpi)s: %(figure)s. Open the records behind it", {
                kpi: name,
                figure: this.card.text,
            }),
            info: _t("What is %s?", name),
            star: isFavorite ? _t("Remove %s from my list", name) : _t("Add %s to my list", name),
            records: _t("Records of %s", name),
            breakdown: _t("Breakdown of %s", name),
        };
    }

    openRecords(side) {
        return openKpiRecords(this.action, this.orm, this.props.record, { side });
    }

    openDetail(tab) {
        this.env.openKpi(this.props.record, tab);
    }

    toggleExplanation(ev) {
        if (this.explanation.isOpen) {
            this.explanation.close();
        } else {
            this.explanation.open(ev.currentTarget, {
                text: this.data.explanation || _t("No explanation has been written yet."),
                direction: this.card.direction,
                estimated: Boolean(this.card.estimated),
                isStock: Boolean(this.card.is_stock),
            });
        }
    }

    toggleFavorite() {
        return this.props.record.update({ is_favorite: !this.data.is_favorite }, { save: true });
    }
}

export const kpiCard = {
    component: KpiCard,
    fieldDependencies: [
        { name: "card", type: "json" },
        { name: "name", type: "char" },
        { name: "explanation", type: "text" },
        { name: "is_favorite", type: "boolean", readonly: false },
        { name: "numerator_id", type: "many2one", relation: "crm.kpi.measure" },
        { name: "denominator_id", type: "many2one", relation: "crm.kpi.measure" },
    ],
};

registry.category("view_widgets").add("crm_kpi_card", kpiCard);
