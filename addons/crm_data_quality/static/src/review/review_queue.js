// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

/**
 * The cases to review, in order; the next one is loaded while a person looks at this one.
 */
export class ReviewQueue {
    /**
     * @param {object} orm service
     * @param {Array} domain limits the cases
     */
    constructor(orm, domain = []) {
        this.orm = orm;
        this.domain = domain;
        this.ids = [];
        this.total = 0;
        this.index = 0;
        this.loaded = new Map();
    }

    async start() {
        const { ids, total } = await this.orm.call("crm.duplicate.cluster", "review_queue", [
            this.domain,
        ]);
        Object.assign(this, { ids, total, index: 0 });
        this.loaded.clear();
    }

    get id() {
        return this.ids[this.index];
    }

    /** Number of cases that are left, this one included. */
    get left() {
        return Math.max(this.total - this.index, 0);
    }

    /** The present case, or the next one that is still there; undefined at the end. */
    async current() {
        while (this.id !== undefined) {
            const id = this.id;
            const found = await this.load(id);
            if (found && found.state === "open") {
                this.loadAhead();
                return found;
            }
            // merged or gone meanwhile, with an earlier case or by somebody else
            this.loaded.delete(id);
            this.ids.splice(this.index, 1);
            this.total--;
        }
        return undefined;
    }

    load(id, master, choices) {
        if (master || choices) {
            this.loaded.delete(id);
        }
        if (!this.loaded.has(id)) {
            const answer = this.orm.call("crm.duplicate.cluster", "review_case", [
                [id],
                master || false,
                choices || {},
            ]);
            answer.catch(() => this.loaded.delete(id));
            this.loaded.set(id, answer);
        }
        return this.loaded.get(id);
    }

    loadAhead() {
        const next = this.ids[this.index + 1];
        if (next !== undefined) {
            // an error is shown when its turn comes
            this.load(next).catch(() => {});
        }
    }

    /** This case was decided: it leaves the queue. */
    settle() {
        this.loaded.delete(this.id);
        this.ids.splice(this.index, 1);
        this.total--;
        // what was loaded ahead may name a record that was merged just now
        this.loaded.clear();
    }

    /** Part of this case was decided: look at the rest of it. */
    reload() {
        this.loaded.clear();
    }

    skip() {
        this.loaded.delete(this.id);
        this.index++;
    }

    /** A decision was taken back: look at that case again. */
    putBack(id) {
        if (this.id !== id) {
            this.ids.splice(this.index, 0, id);
            this.total++;
        }
        this.loaded.clear();
    }
}
