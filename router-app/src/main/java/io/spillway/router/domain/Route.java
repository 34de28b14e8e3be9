package io.spillway.router.domain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a name that callers ask for stands for.
 *
 * @param tiers in order of preference
 * @param lastResort tried before a request ends in an error for want of a provider
 * @param deadline of requests that state none, from acceptance
 * @param maxPaidCalls most failed calls per request that a provider may bill
 * @param fallbackOnContentFilter whether a content filter's verdict may be tried elsewhere
 * @param dropUnsupportedParameters whether workers may repeat a call without a parameter the provider does not know
 */
public record Route(String id, List<Tier> tiers, Optional<Tier> lastResort, Duration deadline, int maxPaidCalls,
        boolean fallbackOnContentFilter, boolean dropUnsupportedParameters) {

    public Route {
        tiers = List.copyOf(tiers);
    }
}
