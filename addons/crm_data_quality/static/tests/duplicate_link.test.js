// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import { expect, test } from "@odoo/hoot";
import { click, press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { formatProbability } from "@crm_data_quality/review/probability";
import { getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const BASE = { created: "01/01/2026", archived: false, hanging: [] };

/** Two customers and some leads, as the server answers it. */
function linkCase(master, leads) {
    return {
        id: 1,
        kind: "leads_customers",
        state: leads.length ? "open" : "merged",
        band: "automatic",
        score: 1,
        model: "res.partner",
        master: master || 11,
        reasons: [{ id: 1, score: 1, names: "A · B", lines: ["Same mailbox"] }],
        refusals: [],
        records: [11, 12].map((id) => ({ ...BASE, id, name: `Customer ${id}` })),
        leads: leads.map((id) => ({ ...BASE, id, name: `Lead ${id}`, refusal: "" })),
        fields: [
            {
                name: "email",
                label: "Email",
                customers: { 11: "a@b.example", 12: "" },
                leads: Object.fromEntries(leads.map((id) => [id, "a@b.example"])),
            },
        ],
    };
}

/** Opens the page with one case; every decision is a step. */
async function openLink({ refused } = {}) {
    let leads = [21, 22];
    onRpc("crm.duplicate.cluster", "review_queue", () => ({ ids: [1], total: 1 }));
    onRpc("crm.duplicate.cluster", "review_case", ({ args: [, master] }) => {
        const item = linkCase(master, leads);
        for (const lead of item.leads) {
            lead.refusal = lead.id === refused ? "It has a customer already." : "";
        }
        return item;
    });
    onRpc("crm.duplicate.cluster", "review_link", ({ args: [, customer, ids] }) => {
        expect.step(`link ${ids} to ${customer}`);
        leads = leads.filter((id) => !ids.includes(id));
        return { merge: 7, name: `Customer ${customer}` };
    });
    onRpc("crm.duplicate.cluster", "review_take_out", ({ args: [, model, id] }) => {
        expect.step(`take out ${model} ${id}`);
        leads = leads.filter((key) => key !== id);
        return [31, 32];
    });
    onRpc("crm.duplicate.pair", "action_reopen", ({ args: [ids] }) => {
        expect.step(`reopen ${ids}`);
        leads = [21, 22];
        return true;
    });
    onRpc("crm.merge", "action_undo", ({ args: [[id]] }) => {
        expect.step(`undo ${id}`);
        leads = [21, 22];
        return true;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_data_quality.duplicate_review",
    });
    await animationFrame();
}

async function key(name) {
    await press(name);
    await animationFrame();
    await animationFrame();
}

test("L links all leads to the customer that was chosen, U takes it back", async () => {
    await openLink();
    expect(".o_duplicate_merge").toHaveCount(0);
    await key("m");
    expect.verifySteps([]);
    await key("2");
    expect("input[name=duplicate_customer][value='12']").toBeChecked();
    expect("[role=status]").toHaveText("Customer 12 is the customer.");
    await key("l");
    expect.verifySteps(["link 21,22 to 12"]);
    expect(".o_duplicate_empty").toHaveCount(1);
    await key("u");
    expect.verifySteps(["undo 7"]);
    expect("[role=status]").toHaveText("The link was undone.");
    expect(queryAllTexts(".o_duplicate_lead")).toEqual(["3Lead 21", "4Lead 22"]);
});

test("a lead that is not ticked stays to be decided", async () => {
    await openLink();
    await key("4");
    expect("[role=status]").toHaveText("Lead 22 will not be linked.");
    await key("l");
    expect.verifySteps(["link 21 to 11"]);
    expect(queryAllTexts(".o_duplicate_lead")).toEqual(["3Lead 22"]);
    await key("3");
    await key("l");
    expect.verifySteps([]);
    expect("[role=status]").toHaveText("No lead is ticked.");
    expect(".o_duplicate_link").not.toBeEnabled();
});

test("a lead that cannot be linked says why", async () => {
    await openLink({ refused: 21 });
    expect(".o_duplicate_link_table thead").toHaveText(/It has a customer already\./);
    await key("3");
    expect("[role=status]").toHaveText("It has a customer already.");
    await key("l");
    expect.verifySteps(["link 22 to 11"]);
});

test("a record leaves the case and comes back", async () => {
    await openLink();
    await click(".o_duplicate_take_out:eq(3)");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["take out crm.lead 22"]);
    expect(queryAllTexts(".o_duplicate_lead")).toEqual(["3Lead 21"]);
    await key("u");
    expect.verifySteps(["reopen 31,32"]);
    expect(".o_duplicate_lead").toHaveCount(2);
});

test("a probability is never certainty", async () => {
    expect(formatProbability(1)).toBe("99.9\u00a0%");
    expect(formatProbability(0.99999)).toBe("99.9\u00a0%");
    expect(formatProbability(0.9876)).toBe("98.7\u00a0%");
    await openLink();
    expect(".o_duplicate_heading").toHaveText(/Almost certain: 99\.9/);
});
