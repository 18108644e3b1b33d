import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useKpiData } from "./kpi_data";

const COLORS = { actual: "#714B67", target: "#146C43", last_year: "#8A929A" };

/** Actual, target and last year over the last periods: a chart and the same as a table. */
export class KpiTrend extends Component {
    static template = "crm_kpi.KpiTrend";
    static props = { ...standardWidgetProps };

    setup() {
        this.trend = useKpiData("get_trend");
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (data) => {
                if (!data || !this.canvas.el) {
                    return;
                }
                const chart = new Chart(this.canvas.el, this.chartConfig(data));
                return () => chart.destroy();
            },
            () => [this.trend.data],
        );
    }

    /** Series that have any figure at all. */
    get series() {
        const { data } = this.trend;
        return [
            { key: "actual", name: _t("Actual"), texts: data.texts },
            { key: "target", name: _t("Target"), texts: data.target_texts },
            { key: "last_year", name: _t("Last year"), texts: data.last_year_texts },
        ].filter(({ key }) => key === "actual" || data[key].some((value) => value !== null));
    }

    get rows() {
        const { data } = this.trend;
        return data.labels
            .map((label, index) => ({
                label,
                texts: this.series.map(({ key, texts }) => ({
                    key,
                    text: texts[index] || "–",
                })),
            }))
            .reverse();
    }

    chartConfig(data) {
        const series = this.series;
        return {
            type: "line",
            data: {
                labels: data.labels,
                datasets: series.map(({ key, name }) => ({
                    label: name,
                    data: data[key],
                    borderColor: COLORS[key],
                    backgroundColor: COLORS[key],
                    borderWidth: key === "actual" ? 3 : 2,
                    borderDash: key === "target" ? [6, 4] : [],
                    pointRadius: key === "actual" ? 3 : 0,
                    spanGaps: false,
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                scales: {
                    x: { grid: { display: false } },
                    y: {
                        beginAtZero: true,
                        ticks: {
                            maxTicksLimit: 6,
                            // in the language of the user, not of the browser
                            callback: (value) => formatFloat(value, { trailingZeros: false }),
                        },
                    },
                },
                plugins: {
                    legend: { position: "bottom", labels: { usePointStyle: true, boxHeight: 7 } },
                    tooltip: {
                        callbacks: {
                            label: ({ datasetIndex, dataIndex }) => {
                                const { name, texts } = series[datasetIndex];
                                return ` ${name}: ${texts[dataIndex] || "–"}`;
                            },
                        },
                    },
                },
            },
        };
    }
}

registry.category("view_widgets").add("crm_kpi_trend", { component: KpiTrend });
