import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const percent = (share) => `${(Math.min(Math.max(share, 0), 1) * 100).toFixed(1)}%`;

/** Bar from zero to the target, with a mark where the target says one should be today. */
export class KpiTargetBar extends Component {
    static template = "crm_kpi.KpiTargetBar";
    static props = { card: Object, tone: String };

    get card() {
        return this.props.card;
    }

    /** A figure above its target fills the bar; the scale then ends at the figure. */
    get scale() {
        return Math.max(1, this.card.target.progress || 0);
    }

    get fillStyle() {
        return `width: ${percent((this.card.target.progress || 0) / this.scale)}`;
    }

    get paceStyle() {
        return `inset-inline-start: ${percent(this.card.target.pace_progress / this.scale)}`;
    }

    get showPace() {
        const { pace, pace_progress, value } = this.card.target;
        return pace_progress !== null && pace_progress !== undefined && pace !== value;
    }

    get targetText() {
        const { text } = this.card.target;
        return this.card.direction === "down" ? _t("Limit %s", text) : _t("Target %s", text);
    }

    get paceText() {
        return _t("due by now %s", this.card.target.pace_text);
    }
}

/** Changes against the previous period and last year; the chosen one first and stronger. */
export class KpiDeltas extends Component {
    static template = "crm_kpi.KpiDeltas";
    static props = { deltas: Array };

    get deltas() {
        const compare = this.env.searchModel?.kpi.compare || "previous";
        if (compare === "none") {
            return [];
        }
        const names = { previous: _t("vs previous"), last_year: _t("vs last year") };
        return this.props.deltas
            .map((delta) => ({
                against: delta.against,
                text: delta.text,
                name: names[delta.against],
                tone: delta.good === null ? "muted" : delta.good ? "good" : "bad",
                isMain: delta.against === compare,
                tooltip: delta.other_text ? `${delta.label}: ${delta.other_text}` : delta.label,
            }))
            .sort((a, b) => b.isMain - a.isMain);
    }
}
