package io.spillway.worker.provider.gemini;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The typed details of an error.
 *
 * @param reason {@code ErrorInfo.reason}; empty when there is none
 * @param quotas ids and metrics of the quotas that were exceeded, in lower case
 * @param isNoQuota whether one of them is zero, so that no wait helps
 */
record GoogleErrorDetails(String reason, List<String> quotas, boolean isNoQuota) {

    static GoogleErrorDetails of(JsonNode document) {
        JsonNode root = document.isArray() ? document.path(0) : document;
        String reason = "";
        List<String> quotas = new ArrayList<>();
        boolean isNoQuota = false;
        for (JsonNode detail : root.path("error").path("details")) {
            String type = detail.path("@type").asText("");
            if (type.endsWith("google.rpc.ErrorInfo") && reason.isEmpty()) {
                reason = detail.path("reason").asText("");
            } else if (type.endsWith("google.rpc.QuotaFailure")) {
                for (JsonNode violation : detail.path("violations")) {
                    quotas.add(violation.path("quotaId").asText("").toLowerCase(Locale.ROOT));
                    quotas.add(violation.path("quotaMetric").asText("").toLowerCase(Locale.ROOT));
                    isNoQuota |= violation.path("quotaValue").asText("").equals("0");
                }
            }
        }
        return new GoogleErrorDetails(reason, quotas, isNoQuota);
    }

    boolean isDailyQuota() {
        return quotas.stream().anyMatch(quota -> quota.contains("perday"));
    }

    boolean isSpendQuota() {
        return quotas.stream().anyMatch(quota -> quota.contains("spend"));
    }
}
