import { Component, useEffect, useState } from "@odoo/owl";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Complaints that say the same as the shown one, with their words in common. */
export class ComplaintSimilar extends Component {
    static template = "crm_complaints.ComplaintSimilar";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ complaints: [], error: "" });
        let lastLoad = 0;
        useEffect(
            (resId) => {
                const load = ++lastLoad;
                Object.assign(this.state, { complaints: [], error: "" });
                if (resId) {
                    this.load(resId, () => load === lastLoad);
                }
                return () => lastLoad++;
            },
            () => {
                const { record } = this.props;
                // once more after each saved change
                return [record.resId, String(record.data.write_date || ""), record.data.name];
            },
        );
    }

    async load(resId, isCurrent) {
        let complaints = [];
        let error = "";
        try {
            complaints = await this.orm.call("crm.complaint", "get_similar", [[resId]]);
        } catch (exception) {
            if (!(exception instanceof RPCError)) {
                throw exception;
            }
            error = exception.data?.message || exception.message;
        }
        if (isCurrent()) {
            Object.assign(this.state, { complaints, error });
        }
    }

    open(resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.complaint",
            res_id: resId,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("complaint_similar", {
    component: ComplaintSimilar,
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
});
