import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    defineActions,
    editFavoriteName,
    editSearch,
    getService,
    mountView,
    mountWithCleanup,
    onRpc,
    saveFavorite,
    serverState,
    toggleMenuItem,
    toggleSaveFavorite,
    toggleSearchBarMenu,
} from "@web/../tests/web_test_helpers";
import { router } from "@web/core/browser/router";
import { redirect } from "@web/core/utils/urls";
import { WebClient } from "@web/webclient/webclient";
import { defineKpiModels, Kpi, makeCard, mockDashboardInfo } from "./kpi_test_helpers";

defineKpiModels();
defineActions([
    {
        id: 1,
        xml_id: "crm_kpi.crm_kpi_action_dashboard",
        name: "KPI Dashboard",
        path: "kpi-dashboard",
        res_model: "crm.kpi",
        views: [
            [false, "kanban"],
            [false, "form"],
        ],
        search_view_id: [false, "search"],
    },
]);

/** Record period, comparison and filters of every load of cards. */
function stepContexts() {
    onRpc("crm.kpi", "web_search_read", ({ kwargs }) => {
        const { kpi_period, kpi_compare, kpi_filters } = kwargs.context;
        expect.step([kpi_period, kpi_compare, kpi_filters || "{}"].join(" "));
    });
}

async function mountDashboard(params = {}) {
    mockDashboardInfo();
    stepContexts();
    await mountView({ resModel: "crm.kpi", type: "kanban", loadIrFilters: true, ...params });
}

async function choosePeriod(key) {
    await contains(".o_kpi_period").click();
    await contains(`.o_kpi_period_menu [data-period='${key}']`).click();
}

function favorite(values) {
    return {
        id: 7,
        name: "Last year, Nord",
        user_ids: [serverState.userId],
        domain: "[]",
        sort: "[]",
        is_default: false,
        context: `{'kpi_period': 'last_year', 'kpi_compare': 'none', 'kpi_filters': '{"team":[3]}'}`,
        ...values,
    };
}

test.tags("desktop");
test("sections, summary and period of a plain dashboard", async () => {
    await mountDashboard();
    expect.verifySteps(["this_month previous {}"]);
    expect(queryAllTexts(".o_kpi_section_title")).toEqual(["New deals", "Offers"]);
    expect(".o_kpi_count").toHaveText(/^2\s+without target$/);
    expect(".o_kpi_period_label").toHaveText("1–23 November 2026");
    expect(".o_kpi_next").not.toBeEnabled();
    expect(".o_kpi_as_of").toHaveText("as of 14:02");
});

test.tags("desktop");
test("the summary shows the cards of one status only, and all again", async () => {
    Kpi._records[1].card = makeCard({ status: "off_track", status_text: "Off track" });
    await mountDashboard();
    expect(queryAllTexts(".o_kpi_count").map((text) => text.replace(/\s+/, " "))).toEqual([
        "1 off track",
        "1 without target",
    ]);
    await contains(".o_kpi_count[data-status=off_track]").click();
    expect(queryAllTexts(".o_kpi_open")).toEqual(["Win rate"]);
    expect(queryAllTexts(".o_kpi_section_title")).toEqual(["Offers"]);
    await contains(".o_kpi_count[data-status=off_track]").click();
    expect(".o_kpi_card").toHaveCount(2);
    expect.verifySteps(["this_month previous {}"]);
});

test.tags("desktop");
test("arrows, presets and comparison reload every card with the new context", async () => {
    await mountDashboard();
    await contains(".o_kpi_previous").click();
    expect(".o_kpi_period_label").toHaveText("October 2026");
    await choosePeriod("last_year");
    await contains(".o_kpi_compare").click();
    await contains("[data-compare=last_year]").click();
    expect.verifySteps([
        "this_month previous {}",
        "last_month previous {}",
        "last_year previous {}",
        "last_year last_year {}",
    ]);
    expect(queryAllTexts(".o_kpi_card:first .o_kpi_delta_name")).toEqual([
        "vs last year",
        "vs previous",
    ]);
    await contains(".o_kpi_compare").click();
    await contains("[data-compare=none]").click();
    expect(".o_kpi_deltas").toHaveCount(0);
    expect.verifySteps(["last_year none {}"]);
});

test.tags("desktop");
test("a dimension is an ordinary facet that sets the context", async () => {
    await mountDashboard();
    await editSearch("Nord");
    const names = queryAllTexts(".o_searchview_autocomplete .o-dropdown-item");
    expect(names.some((name) => name.includes("Team"))).toBe(true);
    await contains(".o-dropdown-item:contains(Team) .o_expand", { visible: false }).click();
    await contains(
        ".o_searchview_autocomplete .o-dropdown-item.o_indent:contains(Nordwest)",
    ).click();
    expect(".o_searchview_facet").toHaveText("Team\nNordwest");
    await contains(".o_facet_remove").click();
    expect.verifySteps([
        "this_month previous {}",
        'this_month previous {"team":[4]}',
        "this_month previous {}",
    ]);
});

test.tags("desktop");
test("a filter that only sets the context may use uid", async () => {
    await mountDashboard();
    await toggleSearchBarMenu();
    await toggleMenuItem("My Figures");
    expect.verifySteps([
        "this_month previous {}",
        `this_month previous {"user":[${serverState.userId}]}`,
    ]);
});

test.tags("desktop");
test("a favourite stores period, comparison and filters", async () => {
    onRpc("ir.filters", "create_filter", ({ args }) => {
        const { context } = args[0];
        expect(context.kpi_period).toBe("last_year");
        expect(context.kpi_compare).toBe("previous");
        expect(context.kpi_filters).toBe(`{"user":[${serverState.userId}]}`);
        expect.step("saved");
        return [5];
    });
    await mountDashboard();
    await choosePeriod("last_year");
    await toggleSearchBarMenu();
    await toggleMenuItem("My Figures");
    await toggleSaveFavorite();
    await editFavoriteName("Mine");
    await saveFavorite();
    expect.verifySteps([
        "this_month previous {}",
        "last_year previous {}",
        `last_year previous {"user":[${serverState.userId}]}`,
        "saved",
        `last_year previous {"user":[${serverState.userId}]}`,
    ]);
});

test.tags("desktop");
test("choosing a favourite brings its period; the picker may still change it", async () => {
    await mountDashboard({ irFilters: [favorite()] });
    await toggleSearchBarMenu();
    await toggleMenuItem("Last year, Nord");
    await contains(".o_kpi_previous").click();
    expect.verifySteps([
        "this_month previous {}",
        'last_year none {"team":[3]}',
        'month:2026-09 none {"team":[3]}',
    ]);
});

test.tags("desktop");
test("the default favourite is used when the URL says nothing", async () => {
    await mountDashboard({ irFilters: [favorite({ is_default: true })] });
    expect.verifySteps(['last_year none {"team":[3]}']);
});

test.tags("desktop");
test("the URL wins over the default favourite", async () => {
    redirect("/odoo/kpi-dashboard?kpi_period=last_month&kpi_filters=team.5&kpi_facets=my_list");
    await mountDashboard({ irFilters: [favorite({ is_default: true })] });
    expect(queryAllTexts(".o_searchview_facet")).toEqual(["My List", "Team\nSüd"]);
    expect.verifySteps(['last_month previous {"team":[5]}']);
});

test.tags("desktop");
test("a period that cannot be read is told and replaced by this month", async () => {
    redirect("/odoo/kpi-dashboard?kpi_period=nonsense");
    await mountDashboard();
    expect(".o_notification_content").toHaveText("“nonsense” is not a period.");
    expect.verifySteps(["this_month previous {}"]);
});

test.tags("desktop");
test("URL mirror, record and back", async () => {
    mockDashboardInfo();
    stepContexts();
    await mountWithCleanup(WebClient);
    await getService("action").doAction(1);
    await runAllTimers();
    expect(router.current.kpi_period).toBe("this_month");
    expect(router.current.kpi_compare).toBe("previous");

    await choosePeriod("last_year");
    await runAllTimers();
    expect(router.current.kpi_period).toBe("last_year");

    await contains(".o_kpi_open:first").click();
    expect(".o_form_view").toHaveCount(1);
    await contains(".o_back_button, .breadcrumb-item a").click();
    await animationFrame();
    expect(".o_kpi_period_label").toHaveText("2025");
    await runAllTimers();
    expect(router.current.kpi_period).toBe("last_year");
    expect.verifySteps([
        "this_month previous {}",
        "last_year previous {}",
        "last_year previous {}",
    ]);
});

test.tags("desktop");
test("an unknown text of a dimension says so instead of filtering on nothing", async () => {
    await mountDashboard();
    await editSearch("Ost");
    await contains(".o_searchview_autocomplete .o-dropdown-item:contains(Team)").click();
    expect(".o_notification_content").toHaveText("Nothing found for “Ost”.");
    expect(".o_searchview_facet").toHaveCount(0);
    await editSearch("Nord");
    await contains(".o_searchview_autocomplete .o-dropdown-item:contains(Team)").click();
    expect(queryAllTexts(".o_searchview_facet .o_facet_value")).toEqual(["Nord", "Nordwest"]);
    expect.verifySteps(["this_month previous {}", 'this_month previous {"team":[3,4]}']);
});
