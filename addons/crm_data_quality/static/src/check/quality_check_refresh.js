// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import { Component, onWillUnmount, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 2000;

/** Reloads the form every two seconds while its check is waiting or running. */
export class QualityCheckRefresh extends Component {
    static template = "crm_data_quality.QualityCheckRefresh";
    static props = { ...standardWidgetProps };

    setup() {
        this.timer = null;
        useEffect(
            () => {
                this.stop();
                if (this.isActive) {
                    this.timer = setInterval(() => this.reload(), INTERVAL);
                }
            },
            () => [this.isActive, this.props.record.resId],
        );
        onWillUnmount(() => this.stop());
    }

    get isActive() {
        return ["waiting", "running"].includes(this.props.record.data.run_state);
    }

    stop() {
        clearInterval(this.timer);
        this.timer = null;
    }

    async reload() {
        // what somebody is typing is not thrown away
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }
}

registry.category("view_widgets").add("quality_check_refresh", {
    component: QualityCheckRefresh,
    fieldDependencies: [{ name: "run_state", type: "selection" }],
});
