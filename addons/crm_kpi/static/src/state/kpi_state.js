/**
 * Plain helpers for the state of the dashboard: which period, which comparison,
 * which members of which dimension. No component, no RPC.
 *
 * @typedef {Object<string, (number|false)[]>} KpiFilters dimension code -> ids, `false` = unassigned
 */

export const DEFAULT_PERIOD = "this_month";
export const DEFAULT_COMPARE = "previous";
export const COMPARISONS = ["previous", "last_year", "none"];

const UNASSIGNED = "none";
const DIMENSION_SEPARATOR = "~";
const ID_SEPARATOR = ".";

/**
 * @param {KpiFilters} filters
 * @returns {string|undefined} e.g. `team.3.none~user.7`; undefined when nothing is filtered,
 *  so that the router leaves the key out of the URL
 */
export function filtersToUrl(filters) {
    const parts = Object.keys(filters)
        .sort()
        .filter((code) => filters[code].length)
        .map((code) =>
            [code, ...filters[code].map((id) => (id === false ? UNASSIGNED : id))].join(
                ID_SEPARATOR,
            ),
        );
    return parts.join(DIMENSION_SEPARATOR) || undefined;
}

/**
 * Inverse of {@link filtersToUrl}; parts that make no sense are dropped.
 *
 * @param {string} [text]
 * @returns {KpiFilters}
 */
export function filtersFromUrl(text) {
    const filters = {};
    for (const part of String(text || "").split(DIMENSION_SEPARATOR)) {
        const [code, ...ids] = part.split(ID_SEPARATOR);
        const members = ids
            .filter((id) => id === UNASSIGNED || /^[1-9]\d*$/.test(id))
            .map((id) => (id === UNASSIGNED ? false : Number(id)));
        if (code && members.length) {
            filters[code] = [...new Set(members)];
        }
    }
    return filters;
}

/**
 * The context carries filters as JSON text (the server caches by context, lists cannot be
 * keys); an action or a search view may give them as an object as well.
 *
 * @param {string|KpiFilters} [filters]
 * @returns {KpiFilters}
 */
export function filtersFromContext(filters) {
    return typeof filters === "string" ? JSON.parse(filters) : filters || {};
}

/**
 * @param {KpiFilters} filters
 * @returns {string|undefined} undefined when nothing is filtered
 */
export function filtersToContext(filters) {
    return Object.keys(filters).length ? JSON.stringify(filters) : undefined;
}

/**
 * @param {...(string|KpiFilters)} several as in a context
 * @returns {KpiFilters} union of the members of every dimension
 */
export function mergeFilters(...several) {
    const result = {};
    for (const filters of several) {
        for (const [code, ids] of Object.entries(filtersFromContext(filters))) {
            result[code] = [...new Set([...(result[code] || []), ...ids])];
        }
    }
    return result;
}

/**
 * @param {luxon.DateTime} date any day of the period
 * @param {"day"|"week"|"month"|"quarter"|"year"} grain
 * @returns {string} absolute period key, e.g. `quarter:2026-Q4`
 */
export function periodKey(date, grain) {
    const year = String(date.year).padStart(4, "0");
    switch (grain) {
        case "year":
            return `year:${year}`;
        case "quarter":
            return `quarter:${year}-Q${date.quarter}`;
        case "month":
            return `month:${year}-${String(date.month).padStart(2, "0")}`;
        case "week":
            return `week:${date.weekYear}-W${String(date.weekNumber).padStart(2, "0")}`;
        default:
            return `day:${date.toISODate()}`;
    }
}

/**
 * @param {luxon.DateTime} from first day
 * @param {luxon.DateTime} to last day, inclusive; swapped with `from` when earlier
 * @returns {string}
 */
export function customPeriodKey(from, to) {
    const [first, last] = from <= to ? [from, to] : [to, from];
    return `custom:${first.toISODate()}:${last.toISODate()}`;
}
