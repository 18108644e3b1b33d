/**
 * Open exactly the records behind a figure; the server answers with the figure's own domain.
 *
 * @param {Object} action action service
 * @param {Object} orm orm service
 * @param {Object} record record of crm.kpi whose context carries period and filters
 * @param {Object} params
 * @param {string} [params.side] value, numerator or denominator
 * @param {{dimension: string, id: number|string|false}} [params.member] one row of a breakdown
 */
export async function openKpiRecords(action, orm, record, { side, member }) {
    const request = await orm.call(record.resModel, "action_open_records", [[record.resId]], {
        side: side || "value",
        member: member || null,
        context: record.context,
    });
    return action.doAction(request);
}
