import { registry } from "@web/core/registry";
import { PercentageField, percentageField } from "@web/views/fields/percentage/percentage_field";

/** A share that stays empty where there is nothing to share; stock would show 0 %. */
export class NullablePercentage extends PercentageField {
    get formattedValue() {
        return this.props.record.data[this.props.name] === false ? "" : super.formattedValue;
    }
}

registry
    .category("fields")
    .add("crm_kpi_percentage", { ...percentageField, component: NullablePercentage });
