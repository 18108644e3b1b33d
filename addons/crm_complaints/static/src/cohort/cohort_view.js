import { registry } from "@web/core/registry";

import { CohortController } from "./cohort_controller";

/** A list of customers shown as cohorts: first order by row, time since by column. */
export const cohortView = {
    type: "list",
    Controller: CohortController,
    searchMenuTypes: ["filter", "favorite"],
    props: (genericProps) => ({ ...genericProps }),
};

registry.category("views").add("crm_customer_cohort", cohortView);
