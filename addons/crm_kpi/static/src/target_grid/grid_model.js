export const MONTHS = 12;

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/**
 * Share out a total so that the rounded parts add up to it exactly.
 *
 * @param {number} total
 * @param {(number|null)[]} weights nothing weighs evenly where all are 0
 * @param {number} decimals
 * @returns {number[]}
 */
export function distribute(total, weights, decimals) {
    let parts = weights.map((weight) => Math.max(weight || 0, 0));
    if (!sum(parts)) {
        parts = weights.map(() => 1);
    }
    const all = sum(parts);
    const scale = 10 ** decimals;
    let gone = 0;
    let given = 0;
    const shares = parts.map((part) => {
        gone += part;
        const until = Math.round((total * gone * scale) / all) / scale;
        const share = Number((until - given).toFixed(decimals));
        given = until;
        return share;
    });
    // a total with more decimals than the parts keeps them in the last weighted month
    const last = parts.findLastIndex((part) => part > 0);
    shares[last] = clean(shares[last] + total - sum(shares));
    return shares;
}

/** Remove the noise of binary fractions. */
export function clean(number) {
    return Number(number.toFixed(4));
}

/**
 * Targets of a year as they are edited: rows × twelve months with undo.
 *
 * A row is {level, id, label, parent, values, last_year, last_year_total, locked}.
 */
export class GridModel {
    /** @param {Object} data answer of `load_grid` */
    constructor(data) {
        this.data = data;
        this.rows = data.rows;
        this.saved = this._snapshot();
        this.history = [];
    }

    get isDirty() {
        return this.rows.some((row, index) => this.isChanged(index));
    }

    get canUndo() {
        return this.history.length > 0;
    }

    isChanged(index) {
        return this.rows[index].values.some((value, month) => value !== this.saved[index][month]);
    }

    /** What has to be saved: the changed rows, whole. */
    get changes() {
        return this.rows
            .filter((row, index) => this.isChanged(index))
            .map(({ level, id, values }) => ({ level, id, values }));
    }

    undo() {
        if (this.canUndo) {
            this._restore(this.history.pop());
        }
    }

    discard() {
        this._restore(this.saved);
        this.history = [];
    }

    setValue(index, month, value) {
        this._change([[index, month, value]]);
    }

    /** Write the same value from a month to the end of the year. */
    fillRight(index, month) {
        const row = this.rows[index];
        const rest = MONTHS - month - 1;
        this._change(
            Array.from({ length: rest }, (_, step) => [index, month + 1 + step, row.values[month]]),
        );
    }

    /** Spread a year's total over the months of a row (a ratio: the same in each). */
    setYear(index, total, method) {
        const row = this.rows[index];
        const { decimals, is_distributed: isDistributed } = this.data.kpi;
        let values = Array(MONTHS).fill(total);
        if (total !== null && isDistributed) {
            const weights = method === "season" ? row.last_year : this.data.working_days;
            values = distribute(total, weights, decimals);
        }
        this._change(values.map((value, month) => [index, month, value]));
    }

    /** Take last year's figures, changed by a percentage; months without a figure stay. */
    copyLastYear(indexes, percent) {
        const { decimals, is_distributed: isDistributed } = this.data.kpi;
        const cells = [];
        for (const index of indexes) {
            this.rows[index].last_year.forEach((value, month) => {
                if (value !== null) {
                    const exact = value * (1 + percent / 100);
                    cells.push([index, month, Number(exact.toFixed(isDistributed ? decimals : 2))]);
                }
            });
        }
        this._change(cells);
    }

    /**
     * Paste a block at a cell. Several lines go to rows of the same level only (persons
     * below persons), or, with names, to the rows of these names.
     *
     * @returns {{problem: string, detail: string|number}|null} why nothing was pasted
     */
    paste(index, month, { rows, names }) {
        const targets = names
            ? names.map((name) => this._indexOfName(name))
            : this._sameLevelFrom(index).slice(0, rows.length);
        if (names && targets.includes(-1)) {
            return { problem: "unknown_name", detail: names[targets.indexOf(-1)] };
        }
        if (targets.length < rows.length) {
            return { problem: "too_many_rows", detail: targets.length };
        }
        if (rows.some((row) => row.length > MONTHS - month)) {
            return { problem: "too_many_columns", detail: MONTHS - month };
        }
        const locked = targets.find((target) => this.rows[target].locked);
        if (locked !== undefined) {
            return { problem: "locked", detail: this.rows[locked].label };
        }
        this._change(
            rows.flatMap((row, line) =>
                row.map((value, column) => [targets[line], month + column, value]),
            ),
        );
        return null;
    }

    /** Sum of the year; of a ratio the value that all months share. Null where there is none. */
    year(values) {
        if (values.every((value) => value === null)) {
            return null;
        }
        if (this.data.kpi.is_distributed) {
            return clean(sum(values.map((value) => value || 0)));
        }
        return values.every((value) => value === values[0]) ? values[0] : null;
    }

    childrenOf(index) {
        const { level, id } = this.rows[index];
        return this.rows.filter(
            (row) => row.parent && row.parent[0] === level && row.parent[1] === id,
        );
    }

    /**
     * Sum of the targets given to the rows below, by month; null where none was given. A row
     * without a target of its own stands for what was given to the rows below it.
     */
    given(index) {
        const below = this.childrenOf(index).map((row) => {
            const further = this.given(this.rows.indexOf(row));
            return row.values.map((value, month) => value ?? further[month]);
        });
        return Array.from({ length: MONTHS }, (_, month) => {
            const values = below.map((row) => row[month]).filter((value) => value !== null);
            return values.length ? clean(sum(values)) : null;
        });
    }

    /**
     * What of a row's target was not given to the rows below (negative: given too much),
     * by month; null when there is nothing to compare or it adds up.
     */
    unallocated(index) {
        if (!this.data.kpi.is_distributed) {
            return null;
        }
        const own = this.rows[index].values;
        const given = this.given(index);
        if (given.every((value) => value === null) || own.every((value) => value === null)) {
            return null;
        }
        const rest = own.map((value, month) => clean((value || 0) - (given[month] || 0)));
        return rest.some((value) => value) ? rest : null;
    }

    _indexOfName(name) {
        const wanted = name.toLowerCase();
        return this.rows.findIndex((row) => row.label.toLowerCase() === wanted);
    }

    _sameLevelFrom(index) {
        const level = this.rows[index].level;
        return this.rows
            .map((row, number) => number)
            .filter((number) => number >= index && this.rows[number].level === level);
    }

    _change(cells) {
        const changed = cells.filter(
            ([index, month, value]) =>
                !this.rows[index].locked && this.rows[index].values[month] !== value,
        );
        if (!changed.length) {
            return;
        }
        this.history.push(this._snapshot());
        for (const [index, month, value] of changed) {
            this.rows[index].values[month] = value;
        }
    }

    _snapshot() {
        return this.rows.map((row) => [...row.values]);
    }

    _restore(snapshot) {
        snapshot.forEach((values, index) => {
            this.rows[index].values = [...values];
        });
    }
}
