import { Component } from "@odoo/owl";

/** One table of a page; a figure with records behind it is a button that opens them. */
export class InsightTable extends Component {
    static template = "crm_complaints.InsightTable";
    static props = { table: Object, onOpen: Function };

    get titleId() {
        return `o_complaint_insight_${this.props.table.key}`;
    }

    isText(index) {
        return this.props.table.columns[index].kind === "text";
    }

    cellStyle(cell) {
        if (cell.shade) {
            return `--o-complaint-shade: ${(0.06 + 0.5 * cell.shade).toFixed(3)}`;
        }
        return cell.share ? `--o-complaint-share: ${(100 * cell.share).toFixed(1)}%` : undefined;
    }

    cellClass(cell, index) {
        return {
            "text-end": !this.isText(index),
            o_complaint_shade: cell.shade > 0,
            o_complaint_share: cell.share > 0,
        };
    }

    open(row, cell) {
        const { table } = this.props;
        const name = [table.title, row.cells[0].text].join(": ");
        this.props.onOpen(name, cell);
    }
}
