import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    makeServerError,
    models,
    onRpc,
} from "@web/../tests/web_test_helpers";

/** A card as the server sends it; tests change what they are about. */
export function makeCard(values = {}) {
    return {
        state: "ok",
        reason: "",
        value: 128,
        text: "128",
        numerator: null,
        denominator: null,
        count: 128,
        target: null,
        status: "no_target",
        status_text: "No target",
        deltas: [
            {
                against: "previous",
                kind: "percent",
                text: "+12.0%",
                good: true,
                label: "vs. 1–23 October 2026",
                other_text: "114",
            },
            {
                against: "last_year",
                kind: "new",
                text: "new",
                good: null,
                label: "vs. 1–23 November 2025",
                other_text: "0",
            },
        ],
        interval: null,
        spark: {
            values: [80, null, 140, 128],
            texts: ["80", "", "140", "128"],
            labels: ["Aug", "Sep", "Oct", "Nov"],
            alt: "Aug to Nov: lowest 80 (Aug), highest 140 (Oct), now 128",
        },
        unit: "number",
        direction: "up",
        decimals: 0,
        estimated: false,
        is_stock: false,
        drill: ["value"],
        ...values,
    };
}

export function makeTarget(values = {}) {
    return {
        value: 160,
        text: "160",
        pace: 120,
        pace_text: "120",
        progress: 0.8,
        pace_progress: 0.75,
        ...values,
    };
}

export class KpiGroup extends models.Model {
    _name = "crm.kpi.group";
    name = fields.Char();
    _records = [
        { id: 1, name: "New deals" },
        { id: 2, name: "Offers" },
    ];
}

export class KpiMeasure extends models.Model {
    _name = "crm.kpi.measure";
    name = fields.Char();
    _records = [
        { id: 1, name: "Won offers" },
        { id: 2, name: "Decided offers" },
    ];
}

export class KpiTeam extends models.Model {
    _name = "crm.team";
    name = fields.Char();
    _records = [
        { id: 3, name: "Nord" },
        { id: 4, name: "Nordwest" },
        { id: 5, name: "Süd" },
    ];
}

export class Kpi extends models.Model {
    _name = "crm.kpi";
    name = fields.Char();
    card = fields.Json();
    explanation = fields.Text();
    is_favorite = fields.Boolean();
    group_id = fields.Many2one({ relation: "crm.kpi.group" });
    numerator_id = fields.Many2one({ relation: "crm.kpi.measure" });
    denominator_id = fields.Many2one({ relation: "crm.kpi.measure" });

    _records = [
        {
            id: 1,
            name: "New leads",
            explanation: "Leads created in the period.",
            group_id: 1,
            card: makeCard(),
        },
        {
            id: 2,
            name: "Win rate",
            group_id: 2,
            numerator_id: 1,
            denominator_id: 2,
            card: makeCard({
                text: "21.4%",
                numerator: 3,
                denominator: 14,
                drill: ["numerator", "denominator"],
            }),
        },
    ];

    _views = {
        kanban: `
            <kanban js_class="crm_kpi_dashboard">
                <field name="group_id"/>
                <templates>
                    <t t-name="card" class="o_kpi_record"><widget name="crm_kpi_card"/></t>
                </templates>
            </kanban>`,
        search: `
            <search>
                <field name="name"/>
                <filter name="my_list" string="My List" domain="[('is_favorite', '=', True)]"/>
                <filter name="my_figures" string="My Figures"
                    context="{'kpi_filters': {'user': [uid]}}"/>
            </search>`,
        form: `<form js_class="crm_kpi_form"><field name="name"/></form>`,
    };

    /** Answers like the server, for the few periods the tests use. */
    dashboard_info() {
        return {};
    }
}

const LABELS = {
    this_month: "1–23 November 2026",
    last_month: "October 2026",
    last_year: "2025",
    "month:2026-09": "September 2026",
};

export function kpiInfo(period, compare) {
    return {
        period,
        label: LABELS[period] || period,
        previous: period === "this_month" ? "last_month" : "month:2026-09",
        next: period === "this_month" ? false : "this_month",
        is_to_date: period === "this_month",
        compare,
        as_of: "14:02",
        timezone: "Europe/Berlin",
        presets: Object.entries({
            this_month: "This month",
            last_month: "Last month",
            last_year: "Last year",
        }).map(([key, label]) => ({ key, label })),
        dimensions: [
            { code: "team", label: "Team", model: "crm.team" },
            { code: "user", label: "Salesperson", model: "res.users" },
        ],
    };
}

/** Models and the answer of `dashboard_info`; to be called once per test file. */
export function defineKpiModels() {
    defineModels({ Kpi, KpiGroup, KpiMeasure, KpiTeam });
    defineMailModels();
}

export function mockDashboardInfo() {
    onRpc("crm.kpi", "dashboard_info", ({ kwargs }) => {
        const { kpi_period, kpi_compare } = kwargs.context;
        if (kpi_period === "nonsense") {
            throw makeServerError({ type: "UserError", message: "“nonsense” is not a period." });
        }
        return kpiInfo(kpi_period, kpi_compare);
    });
}
