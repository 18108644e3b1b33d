// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const DELAY = 600;
const MODEL = "crm.quality.hint";
const NAMES = {
    "res.partner": { name: "name", email: "email", phone: "phone" },
    "crm.lead": { name: "contact_name", email: "email_from", phone: "phone" },
};

/**
 * What the form says about the data of its customer or lead. It is asked for after the form is
 * there and after each save, so that nobody waits for it.
 */
export class QualityHints extends Component {
    static template = "crm_data_quality.QualityHints";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null, duplicates: [] });
        this.timer = null;
        this.asked = 0;
        this.canTell = true;
        useEffect(
            () => {
                if (this.record.resId && !this.record.dirty) {
                    this.load();
                }
            },
            () => [this.record.resId, this.record.dirty],
        );
        useEffect(
            () => this.askLater(),
            () => Object.values(this.typed),
        );
        onWillUnmount(() => clearTimeout(this.timer));
    }

    get record() {
        return this.props.record;
    }

    /** What duplicates are looked for with, under the customer's names. */
    get typed() {
        const names = NAMES[this.record.resModel];
        const value = (name) => this.record.data[names[name]] || "";
        return { name: value("name"), email: value("email"), phone: value("phone") };
    }

    get summary() {
        const { score, hints } = this.state.data;
        const parts = [];
        if (score !== null) {
            parts.push(_t("Data quality %s %", formatFloat(score, { digits: [16, 0] })));
        } else if (hints.length) {
            // a record without a rule has no score, which is not the score 0
            parts.push(_t("Data quality: no rule applies"));
        }
        if (hints.length === 1) {
            parts.push(_t("1 hint"));
        } else if (hints.length) {
            parts.push(_t("%s hints", hints.length));
        }
        return parts.join(" · ");
    }

    get explanation() {
        const { passed, applicable } = this.state.data;
        return _t("%(passed)s of %(applicable)s rules are met.", { passed, applicable });
    }

    async load() {
        const asked = ++this.asked;
        const data = await this.orm.silent.call(MODEL, "get_hints", [
            this.record.resModel,
            this.record.resId,
        ]);
        if (asked === this.asked) {
            this.state.data = data;
        }
    }

    /** Look for duplicates of a new record when somebody stops typing. */
    askLater() {
        clearTimeout(this.timer);
        const { name, email, phone } = this.typed;
        if (this.record.resId || !this.canTell || !(name.length > 2 || email || phone)) {
            this.state.duplicates = [];
            return;
        }
        this.timer = setTimeout(() => this.askDuplicates(), DELAY);
    }

    async askDuplicates() {
        const asked = ++this.asked;
        const found = await this.orm.silent.call(MODEL, "get_likely_duplicates", [
            this.record.resModel,
            this.typed,
        ]);
        this.canTell = found !== null && found !== false;
        if (asked === this.asked) {
            this.state.duplicates = found || [];
        }
    }

    async apply(hint) {
        await this.orm.call(MODEL, "apply_hint", [
            this.record.resModel,
            this.record.resId,
            hint.key,
        ]);
        await this.record.load();
        await this.load();
    }

    open(duplicate) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: duplicate.model || this.record.resModel,
            res_id: duplicate.id,
            views: [[false, "form"]],
            target: "new",
        });
    }
}

registry.category("view_widgets").add("quality_hints", { component: QualityHints });
