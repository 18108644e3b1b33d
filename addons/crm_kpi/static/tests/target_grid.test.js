import { describe, expect, test } from "@odoo/hoot";

import { distribute, GridModel } from "@crm_kpi/target_grid/grid_model";
import { NotANumberError, parseBlock, parseTarget } from "@crm_kpi/target_grid/number_parser";

describe.current.tags("headless");

const GERMAN = { decimalPoint: ",", thousandsSep: "." };
const ENGLISH = { decimalPoint: ".", thousandsSep: "," };

function makeModel(kpi = {}) {
    const row = (level, id, label, parent, values) => ({
        level,
        id,
        label,
        parent,
        values: values || Array(12).fill(null),
        last_year: [10, null, 30, ...Array(9).fill(0)],
        last_year_total: 40,
        locked: "",
    });
    return new GridModel({
        kpi: { is_distributed: true, decimals: 0, ...kpi },
        working_days: [20, 20, 22, 20, 18, 22, 23, 21, 22, 21, 21, 22],
        rows: [
            row("company", 1, "Company", null),
            row("team", 1, "North", ["company", 1]),
            row("user", 7, "Anna", ["team", 1]),
            row("team", 2, "South", ["company", 1]),
            row("user", 8, "Béla", ["team", 2]),
        ],
    });
}

test("numbers as Germans write them", () => {
    const numbers = {
        "1.234,56": 1234.56,
        "1.234.567": 1234567,
        1.234: 1234,
        "12,5": 12.5,
        "0,5": 0.5,
        ",5": 0.5,
        "1.234,56 €": 1234.56,
        "1 234,56": 1234.56,
        "-5": -5,
        "5-": -5,
        "(1.000)": -1000,
        "25 %": 25,
        1.5: 1.5,
        1234.567: 1234.567,
        "1,234.56": 1234.56,
        0.123: 0.123,
        "": null,
        "–": null,
        0: 0,
    };
    for (const [text, number] of Object.entries(numbers)) {
        expect(parseTarget(text, GERMAN)).toBe(number, { message: text });
    }
});

test("numbers as the English write them", () => {
    expect(parseTarget("1,234.56", ENGLISH)).toBe(1234.56);
    expect(parseTarget("1,234", ENGLISH)).toBe(1234);
    expect(parseTarget("1.234", ENGLISH)).toBe(1.234);
    expect(parseTarget("1,5", ENGLISH)).toBe(1.5);
    expect(parseTarget("1.234,56", ENGLISH)).toBe(1234.56);
});

test("garbage is no number", () => {
    const garbage = [
        "abc",
        "1.2.3",
        "1,2,3",
        "12.34,5",
        "1..2",
        "--5",
        "=1+1",
        "1e5",
        "NaN",
        ",",
        "1,234,56",
        "Infinity",
    ];
    for (const text of garbage) {
        expect(() => parseTarget(text, GERMAN)).toThrow(NotANumberError, { message: text });
    }
});

test("a block from a spreadsheet", () => {
    expect(parseBlock("1.234,56\t2\r\n3\t\r\n", GERMAN)).toEqual({
        rows: [
            [1234.56, 2],
            [3, null],
        ],
        names: null,
    });
});

test("a block with headings and names", () => {
    const text = "Name\tJan\tFeb\nAnna\t1.000\t2\nBéla\t3\t4\n";
    expect(parseBlock(text, GERMAN)).toEqual({
        rows: [
            [1000, 2],
            [3, 4],
        ],
        names: ["Anna", "Béla"],
    });
});

test("a bad cell of a block is named", () => {
    let caught;
    try {
        parseBlock("1\t2\n3\tabc", GERMAN);
    } catch (error) {
        caught = error;
    }
    expect(caught).toBeInstanceOf(NotANumberError);
    expect([caught.row, caught.column, caught.text]).toEqual([2, 2, "abc"]);
});

test("distribution adds up exactly", () => {
    for (const [total, decimals] of [
        [1000, 0],
        [100.01, 2],
        [-7, 0],
        [10, 1],
        [0.3, 0],
    ]) {
        const parts = distribute(total, [20, 20, 22, 0, 18], decimals);
        expect(Math.abs(parts.reduce((a, b) => a + b, 0) - total)).toBeLessThan(1e-9);
        expect(parts[3]).toBe(0);
    }
    expect(distribute(12, [0, null, 0], 0)).toEqual([4, 4, 4]);
});

test("a year by working days and by last year's season", () => {
    const model = makeModel();
    model.setYear(1, 252, "working_days");
    expect(model.rows[1].values).toEqual([20, 20, 22, 20, 18, 22, 23, 21, 22, 21, 21, 22]);
    model.setYear(1, 400, "season");
    expect(model.rows[1].values).toEqual([100, 0, 300, ...Array(9).fill(0)]);
    expect(model.year(model.rows[1].values)).toBe(400);
});

test("a ratio is the same in every month and has no sum", () => {
    const model = makeModel({ is_distributed: false });
    model.setYear(0, 25, "working_days");
    expect(model.rows[0].values).toEqual(Array(12).fill(25));
    expect(model.year(model.rows[0].values)).toBe(25);
    model.setValue(0, 3, 30);
    expect(model.year(model.rows[0].values)).toBe(null);
    expect(model.unallocated(0)).toBe(null);
});

test("paste, undo and what is to be saved", () => {
    const model = makeModel();
    expect(model.isDirty).toBe(false);
    expect(
        model.paste(2, 10, {
            rows: [
                [1, 2],
                [3, 4],
            ],
            names: null,
        }),
    ).toBe(null);
    expect(model.rows[2].values.slice(9)).toEqual([null, 1, 2]);
    expect(model.rows[4].values.slice(9)).toEqual([null, 3, 4], {
        message: "persons below persons, teams are left alone",
    });
    expect(model.rows[3].values.every((value) => value === null)).toBe(true);
    expect(model.changes.map((row) => row.id)).toEqual([7, 8]);
    model.undo();
    expect(model.isDirty).toBe(false);
    expect(model.canUndo).toBe(false);
});

test("paste by name, and what is refused", () => {
    const model = makeModel();
    expect(model.paste(0, 0, { rows: [[5]], names: ["béla"] })).toBe(null);
    expect(model.rows[4].values[0]).toBe(5);
    const refused = [
        [0, 0, { rows: [[5]], names: ["Nobody"] }, "unknown_name"],
        [3, 0, { rows: [[1], [2]], names: null }, "too_many_rows"],
        [0, 11, { rows: [[1, 2]], names: null }, "too_many_columns"],
    ];
    for (const [index, month, block, problem] of refused) {
        expect(model.paste(index, month, block).problem).toBe(problem);
    }
    model.rows[1].locked = "fiscal year";
    expect(model.paste(1, 0, { rows: [[1]], names: null }).problem).toBe("locked");
    expect(model.rows[1].values[0]).toBe(null);
});

test("fill right and copy last year", () => {
    const model = makeModel();
    model.setValue(1, 9, 7);
    model.fillRight(1, 9);
    expect(model.rows[1].values.slice(9)).toEqual([7, 7, 7]);
    model.copyLastYear([2], 5);
    expect(model.rows[2].values.slice(0, 4)).toEqual([11, null, 32, 0]);
    model.copyLastYear([2], -10);
    expect(model.rows[2].values.slice(0, 3)).toEqual([9, null, 27]);
});

test("what was not allocated", () => {
    const model = makeModel();
    expect(model.unallocated(0)).toBe(null);
    model.setYear(0, 252, "working_days");
    expect(model.unallocated(0)).toBe(null, { message: "no team has a target yet" });
    model.setValue(1, 0, 15);
    model.setValue(3, 0, 15);
    expect(model.unallocated(0).slice(0, 2)).toEqual([-10, 20]);
    model.setValue(3, 0, null);
    model.setValue(4, 0, 5);
    expect(model.unallocated(0)[0]).toBe(0, { message: "South stands for its person" });
    model.discard();
    expect(model.isDirty).toBe(false);
});
