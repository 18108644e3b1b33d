// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne, click } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const RECORDS = { 1: [11, 12], 2: [21, 22], 3: [31, 32, 33] };

/** A case as the server answers it. */
function reviewCase(id, master, choices) {
    const ids = RECORDS[id];
    return {
        id,
        state: "open",
        band: "review",
        score: 0.9,
        model: "res.partner",
        master: master || ids[0],
        hidden: false,
        reasons: [{ id, score: 0.9, names: "A · B", lines: [`Reason ${id}`] }],
        refusals: choices.login || id !== 2 ? [] : ["Decide which login stays."],
        records: ids.map((key) => ({
            id: key,
            name: `Record ${key}`,
            created: "01/01/2026",
            archived: false,
            hanging: [{ model: "crm.lead", label: "Leads", count: 1234 }],
            staying: 0,
            logins: id === 2 ? [{ id: key + 100, login: `login${key}`, archived: false }] : [],
        })),
        fields: [
            {
                name: "phone",
                label: "Phone",
                conflict: true,
                proposed: ids[1],
                is_picture: false,
                values: Object.fromEntries(ids.map((key) => [key, `0${key}`])),
            },
        ],
    };
}

/** Opens the page; every decision is a step. */
async function openReview(ids = [1, 2, 3]) {
    const merged = new Set();
    onRpc("crm.duplicate.cluster", "review_queue", () => ({ ids, total: ids.length }));
    onRpc("crm.duplicate.cluster", "review_case", ({ args: [[id], master, choices] }) => {
        expect.step(`load ${id}`);
        return merged.has(id) ? null : reviewCase(id, master, choices);
    });
    onRpc("crm.duplicate.cluster", "review_merge", ({ args: [[id], master, choices] }) => {
        expect.step(`merge ${id} into ${master} ${JSON.stringify(choices)}`);
        merged.add(id);
        return { merge: 100 + id, name: `Record ${master}` };
    });
    onRpc("crm.duplicate.cluster", "action_not_duplicate", ({ args: [[id]] }) => {
        expect.step(`no duplicates ${id}`);
        return true;
    });
    onRpc("crm.merge", "action_undo", ({ args: [[id]] }) => {
        expect.step(`undo ${id}`);
        merged.delete(id - 100);
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

test("the next case is loaded ahead, and keys decide", async () => {
    await openReview();
    expect.verifySteps(["load 1", "load 2"]);
    expect(queryAllTexts(".o_duplicate_master .badge")).toEqual(["Kept"]);
    await key("2");
    expect.verifySteps(["load 1"]);
    await key("m");
    expect.verifySteps(["merge 1 into 12 {}", "load 2", "load 3"]);
    expect("[role=status]").toHaveText("Merged into Record 12.");
    await key("n");
    expect.verifySteps(["no duplicates 2", "load 3"]);
    await key("s");
    expect(".o_duplicate_empty").toHaveCount(1);
});

test("arrows go round, values are chosen by hand", async () => {
    await openReview([3]);
    await key("ArrowLeft");
    expect("input[name=duplicate_master][value='33']").toBeChecked();
    await key("ArrowRight");
    expect("input[name=duplicate_master][value='31']").toBeChecked();
    expect("input[name=duplicate_phone][value='32']").toBeChecked();
    await click("input[name=duplicate_phone][value='33']");
    await animationFrame();
    await key("m");
    expect.verifySteps(["load 3", "load 3", "load 3", 'merge 3 into 31 {"phone":33}']);
});

test("what is refused says why and is not merged", async () => {
    await openReview([2]);
    expect(".o_duplicate_refusals").toHaveText("Decide which login stays.");
    expect(".o_duplicate_merge").not.toBeEnabled();
    await key("m");
    expect.verifySteps(["load 2"]);
    expect("[role=status]").toHaveText("Decide which login stays.");
    await click(".o_duplicate_logins input:eq(1)");
    await animationFrame();
    await animationFrame();
    expect(".o_duplicate_refusals").toHaveCount(0);
    await key("m");
    expect.verifySteps(["load 2", 'merge 2 into 21 {"login":122}']);
});

test("a merge is undone and its case comes back", async () => {
    await openReview([1]);
    await key("m");
    expect(".o_duplicate_empty").toHaveCount(1);
    await key("u");
    expect.verifySteps(["load 1", "merge 1 into 11 {}", "undo 101", "load 1"]);
    expect(queryOne(".o_duplicate_heading").textContent).toInclude("To review: 90.0\u00a0%");
    expect(".o_duplicate_undo").toHaveCount(0);
});

test("counts are read with their thousands, every choice has a name", async () => {
    await openReview([1]);
    expect(queryAllTexts(".o_duplicate_hanging td")).toEqual(["Leads: 1,234", "Leads: 1,234"]);
    expect.verifySteps(["load 1"]);
    const inputs = [...document.querySelectorAll(".o_duplicate_field input")];
    expect(inputs.every((input) => input.getAttribute("aria-label"))).toBe(true);
});
