import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { makeServerError, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineKpiModels, Kpi, makeCard, mockDashboardInfo } from "./kpi_test_helpers";

defineKpiModels();

async function mountExpected(answer) {
    mockDashboardInfo();
    onRpc("crm.kpi", "get_expectation", answer);
    Kpi._records = [{ id: 1, name: "New deals", group_id: 1, card: makeCard() }];
    await mountView({
        resModel: "crm.kpi",
        type: "form",
        resId: 1,
        arch: `<form><field name="name"/><widget name="crm_kpi_expected"/></form>`,
    });
    await animationFrame();
}

const ROW = {
    method: "run_rate",
    name: "At the pace so far",
    state: "ok",
    value: 160,
    text: "160",
    formula: "128 so far ÷ 16 working days up to today × 20 working days of the period",
    reason: "",
    target_text: "94% of the target",
};

test("each method with its figure and formula, or the reason why there is none", async () => {
    const missing = { ...ROW, method: "outlook", name: "With what is still open" };
    Object.assign(missing, { state: "no_data", value: null, text: "", formula: "" });
    Object.assign(missing, { reason: "Nothing open is expected.", target_text: "" });
    await mountExpected(() => ({ label: "Expected by Nov 30, 2026", rows: [ROW, missing] }));
    expect(".o_kpi_expected_label").toHaveText("Expected by Nov 30, 2026");
    expect(queryAllTexts(".o_kpi_expected_value")).toEqual(["160", "–"]);
    expect("[data-method=run_rate]").toHaveText(/94% of the target/);
    expect("[data-method=run_rate]").toHaveText(/÷ 16 working days/);
    expect("[data-method=outlook]").toHaveText(/Nothing open is expected\./);
});

test("nothing is shown for a period that does not run", async () => {
    await mountExpected(() => false);
    expect(".o_kpi_expected").toHaveText("");
});

test("an error stays in its part of the page", async () => {
    await mountExpected(() => {
        throw makeServerError({ type: "UserError", message: "This filter cannot be used." });
    });
    expect(".o_kpi_expected .o_kpi_part_error").toHaveText("This filter cannot be used.");
    expect("[name=name] input").toHaveValue("New deals");
});
