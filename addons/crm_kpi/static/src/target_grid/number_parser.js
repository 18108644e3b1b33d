/** What was typed or pasted cannot be read as a number. */
export class NotANumberError extends Error {
    /**
     * @param {string} text
     * @param {number} [row] 1-based, of a pasted block
     * @param {number} [column] 1-based
     */
    constructor(text, row, column) {
        super(text);
        this.text = text;
        this.row = row;
        this.column = column;
    }
}

const EMPTY = new Set(["", "-", "–", "—"]);
// Currency signs and codes, percent, spaces of all kinds, Swiss thousands.
const DECORATION = /[\s\u00a0\u202f\u2009'’%€$£]|EUR|CHF|USD/gi;

/**
 * Read one number as people and spreadsheets write it: "1.234,56 €", "1,234.56",
 * "-5", "(5)", "12 %". A single separator is read by the user's language; where it
 * cannot separate thousands ("1.5", "1234.567") it is the decimal point.
 *
 * @param {string} text
 * @param {{decimalPoint: string, thousandsSep: string}} separators of the user's language
 * @returns {number|null} null for an empty cell
 * @throws {NotANumberError}
 */
export function parseTarget(text, separators) {
    let bare = String(text).replace(DECORATION, "");
    if (EMPTY.has(bare)) {
        return null;
    }
    let sign = 1;
    const negative = /^\((.+)\)$/.exec(bare) || /^[-−](.+)$/.exec(bare) || /^(.+)[-−]$/.exec(bare);
    if (negative) {
        sign = -1;
        bare = negative[1];
    }
    const decimal = decimalSeparator(bare, separators);
    const [whole, fraction = "", ...more] = decimal ? bare.split(decimal) : [bare];
    const groups = whole.split(/[.,]/);
    const grouped = groups.length > 1;
    const wellGrouped =
        !grouped ||
        (/^\d{1,3}$/.test(groups[0]) && groups.slice(1).every((group) => /^\d{3}$/.test(group)));
    const digits = groups.join("");
    if (more.length || !wellGrouped || !/^\d*$/.test(digits) || !/^\d*$/.test(fraction)) {
        throw new NotANumberError(text);
    }
    if (!digits && !fraction) {
        throw new NotANumberError(text);
    }
    const number = sign * Number(`${digits || "0"}.${fraction || "0"}`);
    if (!Number.isFinite(number)) {
        throw new NotANumberError(text);
    }
    return number;
}

/** Which of the separators in a number is its decimal point; empty when none is. */
function decimalSeparator(bare, { decimalPoint, thousandsSep }) {
    const lastDot = bare.lastIndexOf(".");
    const lastComma = bare.lastIndexOf(",");
    if (lastDot >= 0 && lastComma >= 0) {
        return lastDot > lastComma ? "." : ",";
    }
    const found = lastDot >= 0 ? "." : lastComma >= 0 ? "," : "";
    if (!found || bare.indexOf(found) !== bare.lastIndexOf(found)) {
        return "";
    }
    if (found === decimalPoint) {
        return found;
    }
    // one separator that could stand for thousands does so only if the language says so
    const couldGroup = /^[1-9]\d{0,2}[.,]\d{3}$/.test(bare);
    return found === thousandsSep && couldGroup ? "" : found;
}

/**
 * Read a block copied from a spreadsheet. A line of headings above and a column of
 * names on the left are recognised.
 *
 * @param {string} text tab-separated lines
 * @param {Object} separators see parseTarget
 * @returns {{rows: (number|null)[][], names: string[]|null}}
 * @throws {NotANumberError} with row and column of the cell
 */
export function parseBlock(text, separators) {
    const lines = text
        .replace(/\r\n?/g, "\n")
        .replace(/\n+$/, "")
        .split("\n")
        .map((line) => line.split("\t").map((cell) => cell.trim()));
    const isNumber = (cell) => {
        try {
            parseTarget(cell, separators);
            return true;
        } catch (error) {
            if (error instanceof NotANumberError) {
                return false;
            }
            throw error;
        }
    };
    const isText = (cell) => cell !== "" && !isNumber(cell);
    const hasHeading =
        lines.length > 1 && lines[0].length > 1 && lines[0].slice(1).every((cell) => isText(cell));
    const body = hasHeading ? lines.slice(1) : lines;
    const hasNames =
        body.every((line) => line.length > 1 && isText(line[0])) &&
        body.some((line) => line.slice(1).every(isNumber));
    const skippedRows = hasHeading ? 1 : 0;
    const skippedColumns = hasNames ? 1 : 0;
    const rows = body.map((line, row) =>
        line.slice(skippedColumns).map((cell, column) => {
            try {
                return parseTarget(cell, separators);
            } catch (error) {
                throw error instanceof NotANumberError
                    ? new NotANumberError(cell, row + skippedRows + 1, column + skippedColumns + 1)
                    : error;
            }
        }),
    );
    return { rows, names: hasNames ? body.map((line) => line[0]) : null };
}
