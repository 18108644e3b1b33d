import { _t } from "@web/core/l10n/translation";

/**
 * Icon and class of every status: a status is never colour alone. The word comes from
 * the server (`status_text`), so that mails and prints use the same.
 */
export const STATUS = {
    off_track: { icon: "fa-times-circle", tone: "bad" },
    at_risk: { icon: "fa-exclamation-triangle", tone: "warn" },
    on_track: { icon: "fa-check-circle", tone: "good" },
    uncertain: { icon: "fa-question-circle", tone: "muted" },
    no_target: { icon: "fa-minus-circle", tone: "muted" },
    no_data: { icon: "fa-circle-o", tone: "muted" },
    error: { icon: "fa-chain-broken", tone: "muted" },
};

/** Order in which the summary names them, with their words for several. */
export function statusCounts(cards) {
    const words = {
        off_track: _t("off track"),
        at_risk: _t("at risk"),
        on_track: _t("on track"),
        uncertain: _t("uncertain"),
        no_target: _t("without target"),
        no_data: _t("without data"),
        error: _t("with an error"),
    };
    return Object.entries(words)
        .map(([status, word]) => ({
            status,
            word,
            ...STATUS[status],
            count: cards.filter((card) => cardStatus(card) === status).length,
        }))
        .filter(({ count }) => count);
}

/** @returns {string} key of STATUS; states without a value win over the target's verdict */
export function cardStatus(card) {
    if (!card || card.state === "error") {
        return "error";
    }
    if (card.state !== "ok") {
        return "no_data";
    }
    return card.status in STATUS ? card.status : "no_target";
}
