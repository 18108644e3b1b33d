import { expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { contains, mockService, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineKpiModels, Kpi, makeCard, makeTarget, mockDashboardInfo } from "./kpi_test_helpers";

defineKpiModels();

async function mountCards(...cards) {
    mockDashboardInfo();
    Kpi._records = cards.map((card, index) => ({
        id: index + 1,
        name: `KPI ${index + 1}`,
        explanation: "What it means.",
        group_id: 1,
        numerator_id: 1,
        denominator_id: 2,
        card,
    }));
    await mountView({ resModel: "crm.kpi", type: "kanban" });
}

test("a figure with target, pace, comparison and trend", async () => {
    await mountCards(
        makeCard({ target: makeTarget(), status: "on_track", status_text: "On track" }),
    );
    expect(".o_kpi_value").toHaveText("128");
    expect(".o_kpi_status").toHaveText("On track");
    expect(".o_kpi_status").toHaveClass("o_kpi_tone_good");
    expect(".o_kpi_status i").toHaveClass("fa-check-circle");
    expect(queryOne(".o_kpi_bar_fill").style.width).toBe("80%");
    expect(queryOne(".o_kpi_bar_pace").style.insetInlineStart).toBe("75%");
    expect(queryAllTexts(".o_kpi_target_text span")).toEqual(["Target 160", "due by now 120"]);
    expect(queryAllTexts(".o_kpi_delta_text")).toEqual(["+12.0%", "new"]);
    expect(".o_kpi_sparkline svg").toHaveAttribute(
        "aria-label",
        "Aug to Nov: lowest 80 (Aug), highest 140 (Oct), now 128",
    );
    expect(".o_kpi_sparkline_line").toHaveCount(2);
});

test("a figure far above its target fills the bar; a limit is called so", async () => {
    await mountCards(
        makeCard({
            direction: "down",
            status: "off_track",
            status_text: "Off track",
            target: makeTarget({ progress: 2, pace_progress: 1, pace: 160 }),
        }),
    );
    expect(queryOne(".o_kpi_bar_fill").style.width).toBe("100%");
    expect(".o_kpi_target_text").toHaveText("Limit 160");
    expect(".o_kpi_bar_pace").toHaveCount(0);
    expect(".o_kpi_status").toHaveClass("o_kpi_tone_bad");
});

test("no data, error, hidden and unavailable tell their reason and show no figure", async () => {
    const states = ["no_data", "error", "hidden", "unavailable"];
    await mountCards(
        ...states.map((state) =>
            makeCard({
                state,
                value: null,
                text: "",
                reason: `Because ${state}.`,
                status: state === "error" ? "error" : "no_data",
                status_text: state === "error" ? "Error" : "No data",
                spark: null,
                deltas: [],
            }),
        ),
    );
    expect(queryAllTexts(".o_kpi_reason p")).toEqual(states.map((state) => `Because ${state}.`));
    expect(queryAllTexts(".o_kpi_status")).toEqual([
        "No data",
        "Error",
        "Not visible",
        "Not available",
    ]);
    expect(".o_kpi_value").toHaveCount(0);
    expect(".o_kpi_records").toHaveCount(0);
    expect(".o_kpi_breakdown").toHaveCount(4);
});

test("a record without a card becomes an error on its own card only", async () => {
    await mountCards(makeCard(), false);
    expect(".o_kpi_card[data-state=ok]").toHaveCount(1);
    expect(".o_kpi_card[data-state=error]").toHaveCount(1);
});

test("no target is grey", async () => {
    await mountCards(makeCard());
    expect(".o_kpi_status").toHaveClass("o_kpi_tone_muted");
    expect(".o_kpi_bar").toHaveCount(0);
});

test("a click on the figure opens its records with the card's own context", async () => {
    mockService("action", {
        doAction(action) {
            expect.step(action.name);
        },
    });
    onRpc("crm.kpi", "action_open_records", ({ args, kwargs }) => {
        expect(args).toEqual([[1]]);
        expect(kwargs.side).toBe("value");
        expect(kwargs.context.kpi_period).toBe("this_month");
        return { type: "ir.actions.act_window", name: "Records" };
    });
    await mountCards(makeCard());
    await contains(".o_kpi_value").click();
    expect.verifySteps(["Records"]);
});

test("a ratio offers both sides by name", async () => {
    mockService("action", {
        doAction(action) {
            expect.step(action.name);
        },
    });
    onRpc("crm.kpi", "action_open_records", ({ kwargs }) => ({ name: kwargs.side }));
    await mountCards(makeCard({ drill: ["numerator", "denominator"] }));
    await contains(".o_kpi_value").click();
    expect(queryAllTexts(".o_kpi_sides_menu .dropdown-item")).toEqual([
        "Won offers",
        "Decided offers",
    ]);
    await contains(".o_kpi_sides_menu .dropdown-item:last").click();
    expect.verifySteps(["denominator"]);
});

test("explanation and star", async () => {
    onRpc("crm.kpi", "web_save", ({ args }) => {
        expect.step(args);
    });
    await mountCards(makeCard({ estimated: true }));
    await contains(".o_kpi_info").click();
    expect(".o_kpi_explanation p:first").toHaveText("What it means.");
    expect(".o_kpi_explanation p:last").toHaveText(
        "Higher is better. Some dates had to be estimated.",
    );
    await contains(".o_kpi_star").click();
    expect.verifySteps([[[1], { is_favorite: true }]]);
    expect(".o_kpi_star").toHaveAttribute("aria-pressed", "true");
});
