import { useEnv, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { KanbanRecord } from "@web/views/kanban/kanban_record";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { cardStatus, statusCounts } from "../card/kpi_status";
import { KpiControlPanel } from "../control_panel/kpi_control_panel";
import { KpiSearchModel } from "../state/kpi_search_model";
import { useKpiUrl } from "../state/kpi_url";

/** A card without the role "link": it contains buttons, which a link may not. */
export class KpiKanbanRecord extends KanbanRecord {
    static template = "crm_kpi.KanbanRecord";
}

/**
 * Cards in full-width sections, one per KPI group (or per group of a chosen "group by"),
 * with a summary above.
 */
export class KpiKanbanRenderer extends KanbanRenderer {
    static template = "crm_kpi.KanbanRenderer";
    static components = { ...KanbanRenderer.components, KanbanRecord: KpiKanbanRecord };

    setup() {
        super.setup();
        /** Only cards of this status are shown; null shows all. */
        this.shown = useState({ status: null });
    }

    get searchModel() {
        return this.env.searchModel;
    }

    get info() {
        return this.searchModel.kpiInfo;
    }

    get records() {
        const { list } = this.props;
        return list.isGrouped ? list.groups.flatMap((group) => group.list.records) : list.records;
    }

    /** Sections with the cards that the summary's choice leaves. */
    get sections() {
        const status = this.counts.some((count) => count.status === this.shown.status)
            ? this.shown.status
            : null;
        return this.allSections
            .map((section) => ({
                ...section,
                records: status
                    ? section.records.filter(({ data }) => cardStatus(data.card) === status)
                    : section.records,
            }))
            .filter(({ records, group }) => records.length || (!status && group));
    }

    get allSections() {
        const { list } = this.props;
        if (list.isGrouped) {
            return this.getGroupsOrRecords().map(({ group, key }) => ({
                key,
                group,
                title: group.displayName || _t("None"),
                records: group.list.records,
            }));
        }
        const sections = new Map();
        for (const record of list.records) {
            const { id, display_name: title } = record.data.group_id;
            if (!sections.has(id)) {
                sections.set(id, { key: String(id), title, records: [] });
            }
            sections.get(id).records.push(record);
        }
        return [...sections.values()];
    }

    get cards() {
        return this.records.map((record) => record.data.card);
    }

    get counts() {
        return statusCounts(this.cards);
    }

    /** Nothing recorded anywhere: a new database, or a viewer without any record. */
    get isWithoutData() {
        return (
            this.records.length > 0 && this.cards.every((card) => cardStatus(card) === "no_data")
        );
    }

    /** Facets in words, for the head of the printed page. */
    get printedFilters() {
        return this.searchModel.facets
            .map(({ title, values, separator }) => {
                const text = values.join(` ${separator} `);
                return title ? `${title}: ${text}` : text;
            })
            .join(" · ");
    }

    get printedTime() {
        return _t("As of %(time)s (%(timezone)s) · %(user)s", {
            time: this.info.as_of,
            timezone: this.info.timezone,
            user: user.name,
        });
    }

    get asOf() {
        return _t("as of %s", this.info.as_of);
    }

    /** Show the cards of one status only, or all again. */
    toggleStatus(status) {
        this.shown.status = this.shown.status === status ? null : status;
    }

    refresh() {
        return this.searchModel.refreshKpis();
    }
}

export class KpiKanbanController extends KanbanController {
    setup() {
        super.setup();
        useKpiUrl();
        const env = useEnv();
        useSubEnv({
            openKpi: (record, tab) => {
                env.searchModel.openedTab = tab || null;
                return this.openRecord(record);
            },
        });
    }

    /** The page scrolls as a whole, also when grouped on a phone. */
    get className() {
        return this.props.className;
    }
}

export const kpiDashboardView = {
    ...kanbanView,
    ControlPanel: KpiControlPanel,
    Controller: KpiKanbanController,
    Renderer: KpiKanbanRenderer,
    SearchModel: KpiSearchModel,
};

registry.category("views").add("crm_kpi_dashboard", kpiDashboardView);
