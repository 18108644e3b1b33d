import { makeContext } from "@web/core/context";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { deepCopy } from "@web/core/utils/objects";
import { SearchModel } from "@web/search/search_model";
import {
    COMPARISONS,
    DEFAULT_COMPARE,
    DEFAULT_PERIOD,
    filtersFromContext,
    filtersToContext,
    filtersToUrl,
    mergeFilters,
} from "./kpi_state";
import { facetKey, facetsToUrl, readKpiUrl } from "./kpi_url";

const NAME_SEARCH_LIMIT = 20;

/**
 * Search model of the KPI dashboard, its list twin and the KPI form.
 *
 * It adds to the stock search what a figure needs to be known: the period, the
 * comparison and the filtered members of dimensions. They go into the context of
 * every RPC as `kpi_period`, `kpi_compare` and `kpi_filters`, and therefore also into
 * favourites (`ir.filters` stores the context). They are restored from, in this order:
 *
 * 1. the state exported when the breadcrumb was left (`exportState`),
 * 2. the URL, which mirrors them (see `kpi_url.js`),
 * 3. the user's default favourite,
 * 4. this month against the previous one.
 *
 * Dimensions become ordinary search items of type "field" (autocompletion, facets and
 * removal are stock), one per record of `crm.kpi.dimension`, but they set the context
 * and no domain: a KPI has no team, its records have.
 */
export class KpiSearchModel extends SearchModel {
    setup(services) {
        super.setup(...arguments);
        this.nameService = services.name;
        this.kpi = { period: DEFAULT_PERIOD, compare: DEFAULT_COMPARE };
        /** Tab of the KPI form that the card's link asks for. */
        this.openedTab = null;
        /** Answer of `dashboard_info` for the current period: labels, neighbours, presets. */
        this.kpiInfo = null;
        this.kpiInfoLoadId = 0;
    }

    /**
     * @override
     */
    async load(config) {
        const url = config.state ? null : readKpiUrl();
        const activateFavorite = config.activateFavorite !== false && !url;
        await super.load({ ...config, activateFavorite });
        if (!config.state) {
            this._adoptContext(this.globalContext);
        }
        if (url) {
            Object.assign(this.kpi, url.kpi);
        }
        await this._loadKpiInfo();
        this._registerDimensions();
        if (config.state) {
            return;
        }
        this.blockNotification = true;
        if (url) {
            this._activateFacets(url.facets);
        }
        const wanted = url ? url.filters : filtersFromContext(this.globalContext.kpi_filters);
        delete this.globalContext.kpi_filters;
        await this._activateFilters(wanted);
        this.blockNotification = false;
        this._reset();
    }

    // ------------------------------------------------------------------------
    // Public
    // ------------------------------------------------------------------------

    /** @param {string} period key of a period, relative or absolute */
    setPeriod(period) {
        if (period && period !== this.kpi.period) {
            this.kpi.period = period;
            return this._notify();
        }
    }

    /** @param {"previous"|"last_year"|"none"} compare */
    setCompare(compare) {
        if (compare !== this.kpi.compare) {
            this.kpi.compare = compare;
            return this._notify();
        }
    }

    /** Read every figure again, now. */
    refreshKpis() {
        this.kpiInfoKey = null;
        return this._notify();
    }

    /** @returns {import("./kpi_state").KpiFilters} of facets, filters and favourite together */
    get kpiFilters() {
        const fromFacets = {};
        const fromContexts = [];
        for (const { searchItemId, autocompleteValue } of this.query) {
            const searchItem = this.searchItems[searchItemId];
            if (searchItem.kpiDimension) {
                const ids = (fromFacets[searchItem.kpiDimension] ||= []);
                ids.push(autocompleteValue.value);
            } else if (["filter", "favorite"].includes(searchItem.type)) {
                fromContexts.push(this._itemContext(searchItem).kpi_filters);
            }
        }
        return mergeFilters(...fromContexts, fromFacets);
    }

    /**
     * What the URL shows: enough to draw the same page in a fresh window.
     *
     * @returns {Object<string, string|undefined>}
     */
    get kpiUrlState() {
        return {
            kpi_period: this.kpi.period,
            kpi_compare: this.kpi.compare,
            kpi_filters: filtersToUrl(this.kpiFilters),
            kpi_facets: facetsToUrl(this.query, this.searchItems),
        };
    }

    // ------------------------------------------------------------------------
    // Overrides
    // ------------------------------------------------------------------------

    /**
     * Typing a name and pressing Enter gives a text, not an id: take the members
     * that match it, as the same text would in a stock many2one search.
     *
     * @override
     */
    async addAutoCompletionValues(searchItemId, autocompleteValue) {
        const { kpiDimension, kpiRelation } = this.searchItems[searchItemId];
        const { value } = autocompleteValue;
        if (!kpiDimension || typeof value === "number" || value === false) {
            return super.addAutoCompletionValues(...arguments);
        }
        const members = await this.orm.call(kpiRelation, "name_search", [], {
            name: String(value),
            limit: NAME_SEARCH_LIMIT,
        });
        if (!members.length) {
            this.env.services.notification.add(_t("Nothing found for “%s”.", value), {
                type: "warning",
            });
            return;
        }
        this.blockNotification = true;
        for (const [id, label] of members) {
            super.addAutoCompletionValues(searchItemId, { value: id, label, operator: "=" });
        }
        this.blockNotification = false;
        return this._notify();
    }

    /**
     * A favourite (or a filter) that carries a period brings it along.
     *
     * @override
     */
    toggleSearchItem(searchItemId) {
        const isActive = this.query.some((elem) => elem.searchItemId === searchItemId);
        if (!isActive) {
            this._adoptContext(this._itemContext(this.searchItems[searchItemId]));
        }
        return super.toggleSearchItem(...arguments);
    }

    /**
     * @override
     */
    exportState() {
        return Object.assign(super.exportState(), {
            kpi: { ...this.kpi },
            openedTab: this.openedTab,
        });
    }

    /**
     * @override
     */
    _importState(state) {
        super._importState(...arguments);
        if (state.kpi) {
            this.kpi = { ...state.kpi };
            this.openedTab = state.openedTab || null;
        }
    }

    /**
     * @override
     */
    async _reloadSections() {
        await super._reloadSections(...arguments);
        await this._loadKpiInfo();
    }

    /**
     * @override
     */
    _getContext() {
        const context = {
            ...super._getContext(),
            kpi_period: this.kpi.period,
            kpi_compare: this.kpi.compare,
        };
        delete context.kpi_filters;
        const filters = filtersToContext(this.kpiFilters);
        return filters ? { ...context, kpi_filters: filters } : context;
    }

    /**
     * @override
     */
    _getSearchItemContext({ searchItemId }) {
        const searchItem = this.searchItems[searchItemId];
        if (searchItem.type === "filter") {
            return this._itemContext(searchItem);
        }
        return super._getSearchItemContext(...arguments);
    }

    /**
     * @override
     */
    _getSearchItemDomain({ searchItemId }) {
        if (this.searchItems[searchItemId].kpiDimension) {
            return null;
        }
        return super._getSearchItemDomain(...arguments);
    }

    // ------------------------------------------------------------------------
    // Private
    // ------------------------------------------------------------------------

    /** Context of a search item; unlike stock, filters may use `uid`. */
    _itemContext(searchItem) {
        if (!["filter", "favorite"].includes(searchItem.type) || !searchItem.context) {
            return {};
        }
        return makeContext([deepCopy(searchItem.context)], user.context);
    }

    _adoptContext({ kpi_period, kpi_compare }) {
        if (kpi_period) {
            this.kpi.period = kpi_period;
        }
        if (COMPARISONS.includes(kpi_compare)) {
            this.kpi.compare = kpi_compare;
        }
    }

    /** @param {string[]} keys exactly these facets are active afterwards */
    _activateFacets(keys) {
        const { period, compare } = this.kpi;
        this.query = [];
        for (const searchItem of Object.values(this.searchItems)) {
            if (keys.includes(facetKey(searchItem))) {
                this.query.push({ searchItemId: searchItem.id });
            }
        }
        Object.assign(this.kpi, { period, compare });
    }

    async _activateFilters(filters) {
        const present = this.kpiFilters;
        for (const [code, ids] of Object.entries(filters)) {
            const searchItem = Object.values(this.searchItems).find(
                (item) => item.kpiDimension === code,
            );
            const missing = ids.filter((id) => !(present[code] || []).includes(id));
            if (!searchItem || !missing.length) {
                continue;
            }
            const names = await this.nameService.loadDisplayNames(
                searchItem.kpiRelation,
                missing.filter(Boolean),
            );
            for (const id of missing) {
                const label = id === false ? _t("Unassigned") : names[id];
                // an id that no longer exists (or may not be read) gives no facet
                if (typeof label === "string" || id === false) {
                    this.query.push({
                        searchItemId: searchItem.id,
                        autocompleteValue: { value: id, label: `${label}`, operator: "=" },
                    });
                }
            }
        }
    }

    /** One search item per dimension; the field behind it exists on the screen only. */
    _registerDimensions() {
        this.searchViewFields = { ...this.searchViewFields };
        const known = new Set(Object.values(this.searchItems).map((item) => item.kpiDimension));
        // those without a model, e.g. bands of a score, have no members to search by name
        for (const { code, label, model } of this.kpiInfo.dimensions.filter((d) => d.model)) {
            const fieldName = `kpi_dimension_${code}`;
            this.searchViewFields[fieldName] = {
                name: fieldName,
                type: "many2one",
                relation: model,
                string: label,
                searchable: false,
                sortable: false,
                groupable: false,
                store: false,
            };
            if (!known.has(code)) {
                this._createGroupOfSearchItems([
                    {
                        type: "field",
                        fieldName,
                        fieldType: "many2one",
                        description: label,
                        kpiDimension: code,
                        kpiRelation: model,
                    },
                ]);
            }
        }
    }

    async _loadKpiInfo() {
        const key = JSON.stringify(this.kpi);
        if (key === this.kpiInfoKey) {
            return;
        }
        const loadId = ++this.kpiInfoLoadId;
        let info;
        try {
            info = await this._fetchKpiInfo();
        } catch (error) {
            if (!(error instanceof RPCError) || this.kpi.period === DEFAULT_PERIOD) {
                throw error;
            }
            // a period that cannot be read, e.g. of an edited URL: say so, show this month
            this.env.services.notification.add(error.data?.message || error.message, {
                type: "warning",
            });
            this.kpi.period = DEFAULT_PERIOD;
            this._context = null;
            info = await this._fetchKpiInfo();
        }
        if (loadId === this.kpiInfoLoadId) {
            this.kpiInfo = info;
            this.kpiInfoKey = JSON.stringify(this.kpi);
        }
    }

    _fetchKpiInfo() {
        return this.orm.call(this.resModel, "dashboard_info", [], {
            context: {
                ...user.context,
                kpi_period: this.kpi.period,
                kpi_compare: this.kpi.compare,
            },
        });
    }
}
