package io.spillway.router.topology;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import io.spillway.contract.Topics;
import io.spillway.router.domain.DataClass;

/**
 * Numbers and names the topology works with.
 *
 * @param partitions partitions of the requests topics
 * @param commitInterval how soon changes are committed while load is light
 * @param dedupTtl how long a finished request id is remembered at least
 * @param runningLease how long a running call is believed in without a renewal
 * @param queueGrace how long after an attempt's startBy the worker's word is waited for
 * @param queueFactor attempts a deployment may have open, as a multiple of its concurrency; what is above 1 queues
 * @param defaultDataClass of requests that state none
 * @param replyTopics patterns of topics that callers may name for replies
 * @param maxRequestBytes largest request accepted
 * @param maxResponseBytes largest response written
 */
public record RouterSettings(Topics topics, int partitions, Duration commitInterval, Duration dedupTtl, Duration runningLease,
        Duration queueGrace,
        double queueFactor, DataClass defaultDataClass, List<Pattern> replyTopics, int maxRequestBytes, int maxResponseBytes) {

    public RouterSettings {
        replyTopics = List.copyOf(replyTopics);
    }
}
