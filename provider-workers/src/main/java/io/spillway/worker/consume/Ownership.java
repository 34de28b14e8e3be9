package io.spillway.worker.consume;

import io.spillway.worker.domain.LimitShare;

/** Is told after every rebalance which part of a topic this worker owns: its limits are divided by it. */
@FunctionalInterface
interface Ownership {

    void owns(LimitShare.Owned owned);
}
