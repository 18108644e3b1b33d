import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";

const COLORS = { bar: "#714B67", line: "#146C43" };
/** More bars would be too thin to read; the table below has all of them. */
export const MAX_BARS = 20;

/** Bars in falling order and the line of their cumulative share; the table has the same. */
export class ParetoChart extends Component {
    static template = "crm_complaints.ParetoChart";
    static props = { chart: Object, measure: String, dimension: String };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (chart) => {
                if (!this.canvas.el) {
                    return;
                }
                const drawn = new Chart(this.canvas.el, this.config(chart));
                return () => drawn.destroy();
            },
            () => [this.props.chart],
        );
    }

    get description() {
        const { measure, dimension } = this.props;
        return _t("%(measure)s by %(dimension)s, largest first; the table below has the figures", {
            measure,
            dimension,
        });
    }

    config(chart) {
        const first = (values) => values.slice(0, MAX_BARS);
        const number = (value) => formatFloat(value, { trailingZeros: false });
        const cumulative = _t("Cumulative share");
        return {
            data: {
                labels: first(chart.labels),
                datasets: [
                    {
                        type: "line",
                        label: cumulative,
                        data: first(chart.cumulative),
                        yAxisID: "share",
                        borderColor: COLORS.line,
                        backgroundColor: COLORS.line,
                        borderWidth: 2,
                        pointRadius: 3,
                    },
                    {
                        type: "bar",
                        label: this.props.measure,
                        data: first(chart.values),
                        backgroundColor: COLORS.bar,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                scales: {
                    x: { grid: { display: false } },
                    y: { beginAtZero: true, ticks: { maxTicksLimit: 6, callback: number } },
                    share: {
                        position: "right",
                        min: 0,
                        max: 100,
                        grid: { display: false },
                        ticks: { callback: (value) => `${number(value)} %` },
                    },
                },
                plugins: {
                    legend: { position: "bottom", labels: { usePointStyle: true, boxHeight: 7 } },
                    tooltip: {
                        callbacks: {
                            label: ({ datasetIndex, dataIndex }) =>
                                datasetIndex
                                    ? ` ${this.props.measure}: ${chart.texts[dataIndex]}`
                                    : ` ${cumulative}: ${chart.cumulative_texts[dataIndex]}`,
                        },
                    },
                },
            },
        };
    }
}
