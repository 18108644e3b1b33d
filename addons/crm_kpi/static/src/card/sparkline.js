import { Component } from "@odoo/owl";

const WIDTH = 100;
const HEIGHT = 30;
const PADDING = 3;

/**
 * @param {(number|null)[]} values
 * @returns {{x: number, y: number}[][]} runs of neighbouring points in a 100 × 30 box; a gap
 *  (no data) separates runs and is never drawn as zero
 */
export function sparklineRuns(values) {
    const known = values.filter((value) => value !== null);
    const low = Math.min(...known);
    const span = Math.max(...known) - low;
    const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
    const runs = [[]];
    values.forEach((value, index) => {
        if (value === null) {
            runs.push([]);
            return;
        }
        const share = span ? (value - low) / span : 0.5;
        runs.at(-1).push({
            x: index * step,
            y: HEIGHT - PADDING - share * (HEIGHT - 2 * PADDING),
        });
    });
    return runs.filter((run) => run.length);
}

/** Small trend line, drawn as SVG with a text alternative. */
export class Sparkline extends Component {
    static template = "crm_kpi.Sparkline";
    static props = {
        values: Array,
        alt: String,
    };

    get runs() {
        return sparklineRuns(this.props.values);
    }

    get isEmpty() {
        return !this.runs.length;
    }

    /** A lone point is drawn as a short dash, else it would be invisible. */
    path(run) {
        const [first, ...rest] = run;
        const start = `M${first.x.toFixed(2)} ${first.y.toFixed(2)}`;
        return rest.length
            ? start + rest.map(({ x, y }) => `L${x.toFixed(2)} ${y.toFixed(2)}`).join("")
            : `${start}h1`;
    }

    area(run) {
        return `${this.path(run)}L${run.at(-1).x.toFixed(2)} ${HEIGHT}L${run[0].x.toFixed(
            2,
        )} ${HEIGHT}Z`;
    }

    /** Position of the last known point in percent of the box, for a round dot. */
    get lastPoint() {
        const { x, y } = this.runs.at(-1).at(-1);
        return `left: ${x.toFixed(2)}%; top: ${((y / HEIGHT) * 100).toFixed(2)}%`;
    }
}
