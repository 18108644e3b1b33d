import { describe, expect, test } from "@odoo/hoot";
import { sparklineRuns } from "@crm_kpi/card/sparkline";
import { cardStatus, statusCounts } from "@crm_kpi/card/kpi_status";
import {
    customPeriodKey,
    filtersFromUrl,
    filtersToUrl,
    mergeFilters,
    periodKey,
} from "@crm_kpi/state/kpi_state";
import { makeCard } from "./kpi_test_helpers";

const { DateTime } = luxon;

describe.current.tags("headless");

test("filters survive the way through the URL", () => {
    const filters = { user: [7], team: [3, false] };
    expect(filtersToUrl(filters)).toBe("team.3.none~user.7");
    expect(filtersFromUrl("team.3.none~user.7")).toEqual(filters);
    expect(filtersToUrl({})).toBe(undefined);
    expect(filtersToUrl({ team: [] })).toBe(undefined);
});

test("an edited URL gives only filters that make sense", () => {
    expect(filtersFromUrl("team.x.0.-1.3.3~~.5~user")).toEqual({ team: [3] });
    expect(filtersFromUrl(undefined)).toEqual({});
    expect(filtersFromUrl(12)).toEqual({});
});

test("filters of several sources are united", () => {
    expect(mergeFilters('{"team": [1]}', undefined, { team: [2, 1], user: [false] })).toEqual({
        team: [1, 2],
        user: [false],
    });
});

test("keys of absolute periods", () => {
    const date = DateTime.fromISO("2027-01-02");
    expect(periodKey(date, "day")).toBe("day:2027-01-02");
    expect(periodKey(date, "week")).toBe("week:2026-W53");
    expect(periodKey(date, "month")).toBe("month:2027-01");
    expect(periodKey(date, "quarter")).toBe("quarter:2027-Q1");
    expect(periodKey(date, "year")).toBe("year:2027");
});

test("a custom period is put in order", () => {
    const [first, last] = [DateTime.fromISO("2026-01-01"), DateTime.fromISO("2026-03-31")];
    expect(customPeriodKey(first, last)).toBe("custom:2026-01-01:2026-03-31");
    expect(customPeriodKey(last, first)).toBe("custom:2026-01-01:2026-03-31");
});

test("a gap in the trend is a gap, not a zero", () => {
    const runs = sparklineRuns([0, 10, null, 5]);
    expect(runs.map((run) => run.length)).toEqual([2, 1]);
    expect(runs[0][0].y).toBeGreaterThan(runs[0][1].y);
    expect(runs[1][0].x).toBe(100);
    expect(sparklineRuns([null, null])).toEqual([]);
    expect(sparklineRuns([])).toEqual([]);
    for (const { x, y } of sparklineRuns([7, 7])[0]) {
        expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
    }
});

test("a card without a figure never counts as on track", () => {
    expect(cardStatus(undefined)).toBe("error");
    expect(cardStatus(makeCard({ state: "hidden", status: "on_track" }))).toBe("no_data");
    expect(cardStatus(makeCard({ state: "error", status: "on_track" }))).toBe("error");
    expect(cardStatus(makeCard({ status: "something new" }))).toBe("no_target");
});

test("the summary counts by status, worst first", () => {
    const cards = ["on_track", "off_track", "on_track"].map((status) => makeCard({ status }));
    expect(statusCounts(cards).map(({ status, count }) => [status, count])).toEqual([
        ["off_track", 1],
        ["on_track", 2],
    ]);
});
