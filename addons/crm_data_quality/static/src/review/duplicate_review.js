// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { ReviewQueue } from "./review_queue";

/** One case of duplicates after the other: merge, say that they are none, or skip. */
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
        const free = { isAvailable: () => !this.state.isBusy && Boolean(this.state.item) };
        useHotkey("m", () => this.merge(), free);
        useHotkey("n", () => this.dismiss(), free);
        useHotkey("s", () => this.skip(), free);
        useHotkey("arrowleft", () => this.step(-1), { ...free, allowRepeat: true });
        useHotkey("arrowright", () => this.step(1), { ...free, allowRepeat: true });
        for (let number = 1; number <= 9; number++) {
            useHotkey(`${number}`, () => this.keepNumber(number - 1), free);
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

    get records() {
        return this.state.item.records;
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

    get headingText() {
        const band = this.state.item.band === "automatic" ? _t("Almost certain") : _t("To review");
        return `${band}: ${this.percent(this.state.item.score)}`;
    }

    /** Rounded down: only certainty is 100 %. */
    percent(score) {
        return `${formatFloat(Math.floor(score * 1000) / 10, { digits: [16, 1] })} %`;
    }

    hangingText(item) {
        return `${formatInteger(item.count)} ${item.label}`;
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
            this.state.said = _t("%s is kept.", this.kept.name);
        }
    }

    keepNumber(place) {
        const record = this.records[place];
        return record && this.keep(record.id);
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
        const { merge, id } = this.state.undo;
        return this.busy(async () => {
            if (merge) {
                await this.orm.call("crm.merge", "action_undo", [[merge]]);
            } else {
                await this.orm.call("crm.duplicate.cluster", "action_reopen", [[id]]);
            }
            this.queue.putBack(id);
            await this.next(merge ? _t("The merge was undone.") : _t("Open again."));
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

    openRecord(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: this.state.item.model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    pictureUrl(record) {
        return `/web/image/${this.state.item.model}/${record.id}/image_128`;
    }
}

registry.category("actions").add("crm_data_quality.duplicate_review", DuplicateReview);
