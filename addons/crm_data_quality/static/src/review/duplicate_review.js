// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { formatProbability } from "./probability";
import { ReviewQueue } from "./review_queue";

/**
 * One case after the other: merge duplicates or link leads to their customer, say that they are
 * not the same, or skip.
 */
export class DuplicateReview extends Component {
    static template = "crm_data_quality.DuplicateReview";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const context = this.props.action.context || {};
        this.queue = new ReviewQueue(this.orm, context.duplicate_domain || []);
        this.display = { controlPanel: {} };
        this.heading = useRef("heading");
        this.state = useState({
            item: undefined,
            master: false,
            choices: {},
            unticked: {},
            isBusy: false,
            left: 0,
            said: "",
            undo: undefined,
        });
        onWillStart(async () => {
            await this.queue.start();
            await this.show();
        });
        // the next case is read from its beginning
        useEffect(
            () => this.heading.el?.focus({ preventScroll: true }),
            () => [this.state.item?.id],
        );
        this.useKeys();
    }

    useKeys() {
        const isFree = () => !this.state.isBusy && Boolean(this.state.item);
        const free = { isAvailable: isFree };
        useHotkey("m", () => this.merge(), { isAvailable: () => isFree() && !this.isLink });
        useHotkey("l", () => this.link(), { isAvailable: () => isFree() && this.isLink });
        useHotkey("n", () => this.dismiss(), free);
        useHotkey("s", () => this.skip(), free);
        useHotkey("arrowleft", () => this.step(-1), { ...free, allowRepeat: true });
        useHotkey("arrowright", () => this.step(1), { ...free, allowRepeat: true });
        for (let number = 1; number <= 9; number++) {
            useHotkey(`${number}`, () => this.pressNumber(number - 1), free);
        }
        useHotkey("u", () => this.undo(), {
            isAvailable: () => !this.state.isBusy && Boolean(this.state.undo),
        });
    }

    // ------------------------------------------------------------ one case
    async show() {
        const item = await this.queue.current();
        this.setItem(item);
        this.state.left = this.queue.left;
    }

    setItem(item) {
        this.state.item = item;
        this.state.master = item ? item.master : false;
        this.state.unticked = {};
        if (!item) {
            this.state.choices = {};
        }
    }

    async busy(work) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await work();
        } finally {
            this.state.isBusy = false;
        }
    }

    /** Whether leads are to be linked to a customer, not records to be merged. */
    get isLink() {
        return this.state.item.kind === "leads_customers";
    }

    /** The duplicates; of a link the customers to choose from. */
    get records() {
        return this.state.item.records;
    }

    get leads() {
        return this.state.item.leads || [];
    }

    /** All columns of a link, from left to right. */
    get everything() {
        return [...this.records, ...this.leads];
    }

    /** Leads that will be linked. */
    get chosenLeads() {
        return this.leads.filter((lead) => this.isTicked(lead));
    }

    get kept() {
        return this.records.find((record) => record.id === this.state.master);
    }

    get others() {
        return this.records.filter((record) => record.id !== this.state.master);
    }

    get canMerge() {
        return !this.state.isBusy && !this.state.item.refusals.length;
    }

    get canLink() {
        return !this.state.isBusy && Boolean(this.chosenLeads.length);
    }

    /** With two records there is nothing left to compare when one goes. */
    get canTakeOut() {
        return this.everything.length > 2;
    }

    get headingText() {
        const band = this.state.item.band === "automatic" ? _t("Almost certain") : _t("To review");
        return `${band}: ${this.percent(this.state.item.score)}`;
    }

    percent(score) {
        return formatProbability(score);
    }

    hangingText(item) {
        return _t("%(what)s: %(number)s", { what: item.label, number: formatInteger(item.count) });
    }

    count(number) {
        return formatInteger(number);
    }

    get leftText() {
        return this.state.left === 1
            ? _t("1 case left")
            : _t("%s cases left", formatInteger(this.state.left));
    }

    // ------------------------------------------------------------ choices
    chosen(field) {
        return this.state.choices[field.name] ?? field.proposed;
    }

    choose(field, id) {
        this.state.choices[field.name] = id;
    }

    /** All users of the records, if a decision is needed which of them stays. */
    get logins() {
        const users = this.records.flatMap((record) =>
            record.logins.map((user) => ({ ...user, record: record.name })),
        );
        return users.length > 1 ? users : [];
    }

    async chooseLogin(id) {
        this.state.choices.login = id;
        await this.reload();
    }

    async keep(id) {
        if (id !== this.state.master) {
            this.state.master = id;
            await this.reload();
            this.state.said = this.isLink
                ? _t("%s is the customer.", this.kept.name)
                : _t("%s is kept.", this.kept.name);
        }
    }

    keepNumber(place) {
        const record = this.records[place];
        return record && this.keep(record.id);
    }

    /** Numbers go over the records, then over the leads beside them. */
    pressNumber(place) {
        const lead = this.leads[place - this.records.length];
        return lead ? this.tick(lead) : this.keepNumber(place);
    }

    isTicked(lead) {
        return !lead.refusal && !this.state.unticked[lead.id];
    }

    tick(lead) {
        if (lead.refusal) {
            this.state.said = lead.refusal;
            return;
        }
        this.state.unticked[lead.id] = this.isTicked(lead);
        this.state.said = this.isTicked(lead)
            ? _t("%s will be linked.", lead.name)
            : _t("%s will not be linked.", lead.name);
    }

    step(direction) {
        const place = this.records.findIndex((record) => record.id === this.state.master);
        return this.keepNumber((place + direction + this.records.length) % this.records.length);
    }

    /** Proposals and refusals depend on which record is kept. */
    reload() {
        const { id } = this.state.item;
        return this.busy(async () => {
            const item = await this.queue.load(id, this.state.master, { ...this.state.choices });
            if (item) {
                this.state.item = item;
            } else {
                await this.show();
            }
        });
    }

    // ------------------------------------------------------------ decisions
    async next(said, undo) {
        this.state.choices = {};
        this.state.undo = undo;
        await this.show();
        this.state.said = said;
    }

    merge() {
        if (!this.canMerge) {
            this.state.said = this.state.item.refusals.join(" ");
            return;
        }
        return this.busy(async () => {
            const { id } = this.state.item;
            const { merge, name } = await this.orm.call("crm.duplicate.cluster", "review_merge", [
                [id],
                this.state.master,
                { ...this.state.choices },
            ]);
            this.queue.settle();
            await this.next(_t("Merged into %s.", name), { merge, id });
        });
    }

    link() {
        if (!this.canLink) {
            this.state.said = this.state.item.refusals.join(" ") || _t("No lead is ticked.");
            return;
        }
        return this.busy(async () => {
            const { id } = this.state.item;
            const leads = this.chosenLeads.map((lead) => lead.id);
            const { merge, name } = await this.orm.call("crm.duplicate.cluster", "review_link", [
                [id],
                this.state.master,
                leads,
            ]);
            if (leads.length === this.leads.length) {
                this.queue.settle();
            } else {
                this.queue.reload();
            }
            await this.next(_t("Linked to %s.", name), { merge, id, isLink: true });
        });
    }

    /** One record is not the same as the others, about which nothing is said. */
    takeOut(model, record) {
        return this.busy(async () => {
            const { id } = this.state.item;
            const pairs = await this.orm.call("crm.duplicate.cluster", "review_take_out", [
                [id],
                model,
                record.id,
            ]);
            this.queue.reload();
            await this.next(_t("Remembered: %s is a different record.", record.name), {
                pairs,
                id,
            });
        });
    }

    dismiss() {
        return this.busy(async () => {
            const { id } = this.state.item;
            await this.orm.call("crm.duplicate.cluster", "action_not_duplicate", [[id]]);
            this.queue.settle();
            await this.next(_t("Remembered: no duplicates."), { dismissed: true, id });
        });
    }

    skip() {
        return this.busy(async () => {
            this.queue.skip();
            await this.next(_t("Skipped."));
        });
    }

    undo() {
        const { merge, id, isLink, pairs } = this.state.undo;
        return this.busy(async () => {
            let said = _t("Open again.");
            if (merge) {
                await this.orm.call("crm.merge", "action_undo", [[merge]]);
                said = isLink ? _t("The link was undone.") : _t("The merge was undone.");
            } else if (pairs) {
                await this.orm.call("crm.duplicate.pair", "action_reopen", [pairs]);
            } else {
                await this.orm.call("crm.duplicate.cluster", "action_reopen", [[id]]);
            }
            this.queue.putBack(id);
            await this.next(said);
        });
    }

    again() {
        return this.busy(async () => {
            await this.queue.start();
            await this.next("");
        });
    }

    openMerges() {
        return this.action.doAction("crm_data_quality.action_crm_merge");
    }

    openRecord(id, model = this.state.item.model) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    pictureUrl(record) {
        return `/web/image/${this.state.item.model}/${record.id}/image_128`;
    }
}

registry.category("actions").add("crm_data_quality.duplicate_review", DuplicateReview);
