import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/** A filter in the words of the search bar; the exact one for developers, and where words fail. */
export class KpiFilter extends Component {
    static template = "crm_kpi.KpiFilter";
    static props = { model: String, domain: String };

    setup() {
        this.treeProcessor = useService("tree_processor");
        this.state = useState({ words: "" });
        onWillStart(() => this.describe(this.props));
        onWillUpdateProps((props) => this.describe(props));
    }

    get isExact() {
        return Boolean(this.env.debug);
    }

    async describe({ model, domain }) {
        try {
            const tree = await this.treeProcessor.treeFromDomain(model, domain);
            const words = await this.treeProcessor.getDomainTreeDescription(model, tree);
            this.state.words = domain === "[]" ? "" : words;
        } catch {
            // a field or record that the viewer may not read has no name to show
            this.state.words = "";
        }
    }
}
