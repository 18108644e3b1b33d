import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { markup } from "@odoo/owl";
import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    mockService,
    models,
    mountView,
    onRpc,
    toggleMenuItem,
    toggleSearchBarMenu,
} from "@web/../tests/web_test_helpers";

const DRILL = [["said", "=", "german:verpack"]];

class Complaint extends models.Model {
    _name = "crm.complaint";
    name = fields.Char();
    is_closed = fields.Boolean();
    category_id = fields.Many2one({ relation: "crm.complaint.category" });
    _records = [
        { id: 1, name: "Frame bent" },
        { id: 2, name: "Box torn" },
    ];
    _views = {
        search: `
            <search>
                <filter name="open" string="Open" domain="[('is_closed', '=', False)]"/>
                <filter name="by" string="Category" context="{'group_by': 'category_id'}"/>
            </search>`,
        form: `<form><field name="name"/><widget name="complaint_similar"/></form>`,
    };
}

class Category extends models.Model {
    _name = "crm.complaint.category";
    name = fields.Char();
    _records = [{ id: 1, name: "Quality" }];
}

defineModels({ Complaint, Category });
defineMailModels();

function info(period) {
    return {
        period,
        label: period,
        previous: period === "this_month" ? "month:2026-09" : "month:2026-08",
        next: false,
        compare: "previous",
        as_of: "14:02",
        timezone: "Europe/Berlin",
        presets: [{ key: "this_month", label: "This month" }],
        dimensions: [],
    };
}

function table(values = {}) {
    return {
        key: "words",
        title: "Most frequent words",
        note: "Of 40.",
        empty: "Nothing is said more than once.",
        columns: [
            { key: "term", label: "Term", kind: "text" },
            { key: "now", label: "Complaints", kind: "number" },
            { key: "heat", label: "Heat", kind: "number" },
        ],
        rows: [
            {
                key: "german:verpack",
                level: 0,
                is_strong: true,
                cells: [
                    { text: "Verpackung", value: "Verpackung", domain: DRILL },
                    { text: "12", value: 12, domain: DRILL, share: 0.3 },
                    { text: "–", value: null },
                ],
            },
            {
                key: "german:lack",
                level: 1,
                cells: [
                    { text: "Lack", value: "Lack" },
                    { text: "2", value: 2, domain: [], model: "crm.complaint.cost" },
                    { text: "2", value: 2, shade: 1 },
                ],
            },
        ],
        ...values,
    };
}

/** Answers of the page; every question is a step. */
function mockInsight(answer) {
    onRpc("crm.complaint", "get_insight_info", ({ kwargs }) => info(kwargs.context.kpi_period));
    onRpc("crm.complaint", "get_insight", ({ args, kwargs }) => {
        const [panel, domain, options] = args;
        const { kpi_period, kpi_compare } = kwargs.context;
        expect.step(
            [panel, JSON.stringify(domain), JSON.stringify(options), kpi_period, kpi_compare].join(
                " ",
            ),
        );
        return typeof answer === "function" ? answer(options) : answer;
    });
}

function mountPage(panel, params = {}) {
    return mountView({
        resModel: "crm.complaint",
        type: "complaint_insight",
        arch: `<complaint_insight panel="${panel}"/>`,
        searchViewId: false,
        ...params,
    });
}

test.tags("desktop");
test("tables as text, with bars and shades, and what each figure opens", async () => {
    mockService("action", {
        doAction: ({ name, res_model, domain }) =>
            expect.step(`${name} ${res_model} ${JSON.stringify(domain)}`),
    });
    mockInsight({
        tables: [table(), table({ key: "rising", title: "Rising", rows: [] })],
        configs: [],
    });
    await mountPage("terms");
    expect.verifySteps(['terms [] {"groupby":false} this_month previous']);
    expect(queryAllTexts("h2")).toEqual(["Most frequent words", "Rising"]);
    expect(queryAllTexts("[data-table=words] thead th")).toEqual(["Term", "Complaints", "Heat"]);
    expect(
        queryAllTexts("[data-table=words] tbody th, [data-table=words] tbody td").slice(0, 3),
    ).toEqual(["Verpackung", "12", "–"]);
    expect("[data-table=rising] p").toHaveText("Nothing is said more than once.");
    expect("[data-table=rising] table").toHaveCount(0);
    expect(".o_complaint_share").toHaveCount(1);
    expect(".o_complaint_shade").toHaveCount(1);
    expect("tbody th[scope=row]").toHaveCount(2);
    expect(".o_complaint_language").toHaveCount(0);
    await contains("td .o_complaint_drill:first").click();
    await contains("td .o_complaint_drill:last").click();
    expect.verifySteps([
        `Most frequent words: Verpackung crm.complaint ${JSON.stringify(DRILL)}`,
        "Most frequent words: Lack crm.complaint.cost []",
    ]);
});

test.tags("desktop");
test("filters, groups, language and period ask anew", async () => {
    mockInsight((options) => ({
        tables: [table()],
        config: options.config || "german",
        configs: [
            { key: "german", label: "German", count: 40 },
            { key: "english", label: "English", count: 3 },
        ],
        hidden: "Left out: Formular",
    }));
    await mountPage("terms");
    expect(".o_complaint_language.active").toHaveText("German (40)");
    expect(".o_complaint_hidden").toHaveText("Left out: Formular");
    await contains(".o_complaint_language[data-config=english]").click();
    expect(".o_complaint_language.active").toHaveText("English (3)");
    await toggleSearchBarMenu();
    await toggleMenuItem("Open");
    await toggleMenuItem("Category");
    await contains(".o_kpi_previous").click();
    expect.verifySteps([
        'terms [] {"groupby":false} this_month previous',
        'terms [] {"config":"english","groupby":false} this_month previous',
        'terms [["is_closed","=",false]] {"config":"english","groupby":false} this_month previous',
        'terms [["is_closed","=",false]] {"config":"english","groupby":"category_id"} this_month previous',
        'terms [["is_closed","=",false]] {"config":"english","groupby":"category_id"} month:2026-09 previous',
    ]);
});

test.tags("desktop");
test("Pareto: dimension and measure", async () => {
    mockInsight(({ dimension, measure }) => ({
        tables: [table({ key: "pareto" })],
        dimension: dimension || "category_id",
        measure: measure || "complaints",
        dimensions: [
            { key: "category_id", label: "Category" },
            { key: "product_id", label: "Product" },
        ],
        measures: [
            { key: "complaints", label: "Number" },
            { key: "cost", label: "Cost" },
        ],
        chart: {
            labels: ["Quality"],
            values: [12],
            texts: ["12"],
            cumulative: [100],
            cumulative_texts: ["100 %"],
        },
    }));
    await mountPage("overview");
    expect(".o_complaint_pareto canvas").toHaveCount(1);
    expect(".o_complaint_pareto").toHaveAttribute("aria-label", /Number.*Category/);
    await contains(".o_complaint_dimension").select("product_id");
    await contains(".o_complaint_measure").select("cost");
    expect(".o_complaint_pareto").toHaveAttribute("aria-label", /Cost.*Product/);
    expect.verifySteps([
        'overview [] {"groupby":false} this_month previous',
        'overview [] {"dimension":"product_id","groupby":false} this_month previous',
        'overview [] {"dimension":"product_id","measure":"cost","groupby":false} this_month previous',
    ]);
});

test.tags("desktop");
test("nothing to show, and an error in its place", async () => {
    let isBroken = false;
    mockInsight(() => {
        if (isBroken) {
            throw makeServerError({ type: "UserError", message: "That is no period." });
        }
        return { tables: [] };
    });
    await mountPage("terms", { noContentHelp: markup("<p>No complaint</p>") });
    expect(".o_view_nocontent").toHaveText("No complaint");
    isBroken = true;
    await contains(".o_kpi_previous").click();
    expect(".alert").toHaveText("That is no period.");
    expect(".o_complaint_export").not.toBeEnabled();
    isBroken = false;
    await contains(".o_kpi_previous").click();
    expect(".alert").toHaveCount(0);
    expect.verifySteps([
        'terms [] {"groupby":false} this_month previous',
        'terms [] {"groupby":false} month:2026-09 previous',
        'terms [] {"groupby":false} month:2026-08 previous',
    ]);
});

test.tags("desktop");
test("similar complaints beside the form", async () => {
    mockService("action", {
        doAction: ({ res_model, res_id }) => expect.step(`${res_model} ${res_id}`),
    });
    onRpc("crm.complaint", "get_similar", ({ args }) => {
        expect.step(`similar to ${args[0][0]}`);
        return [
            { id: 2, name: "B2 Box torn", stage: "Resolved", closed: true, words: ["Box", "torn"] },
        ];
    });
    await mountView({ resModel: "crm.complaint", type: "form", resId: 1 });
    await animationFrame();
    expect(".o_complaint_similar li").toHaveText(/B2 Box torn\s*Resolved\s*Box, torn/);
    await contains(".o_complaint_similar_open").click();
    expect.verifySteps(["similar to 1", "crm.complaint 2"]);
    await contains("[name=name] input").edit("Frame rusty");
    await contains(".o_form_button_save").click();
    await animationFrame();
    expect.verifySteps(["similar to 1"]);
});

test.tags("desktop");
test("a new complaint has no similar ones yet", async () => {
    await mountView({ resModel: "crm.complaint", type: "form" });
    expect(".o_complaint_similar").toHaveCount(0);
});
