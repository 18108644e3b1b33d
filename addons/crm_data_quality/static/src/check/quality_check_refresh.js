// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import { Component, onWillUnmount, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 2000;

/**
 * How far the work of a form in the background is (`crm.background.run`): state, words, bar, and
 * why it stopped. Reloads the form every two seconds while the work goes on.
 */
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
        return this.props.record.data.is_running;
    }

    get isShown() {
        return this.isActive || this.isStopped || Boolean(this.problem);
    }

    get isStopped() {
        return this.props.record.data.run_state === "cancelled";
    }

    get isMeasured() {
        return (this.isActive || this.isStopped) && this.percent > 0;
    }

    get stateLabel() {
        const { fields, data } = this.props.record;
        const [, label] = fields.run_state.selection.find(([key]) => key === data.run_state);
        return label;
    }

    get text() {
        return this.props.record.data.progress_text;
    }

    get problem() {
        return this.props.record.data.problem;
    }

    get percent() {
        return Math.floor(this.props.record.data.progress);
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
    fieldDependencies: [
        { name: "run_state", type: "selection" },
        { name: "is_running", type: "boolean" },
        { name: "progress", type: "float" },
        { name: "progress_text", type: "char" },
        { name: "problem", type: "char" },
    ],
});
