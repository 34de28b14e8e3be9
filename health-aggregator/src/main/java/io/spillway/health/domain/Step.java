package io.spillway.health.domain;

import java.util.Optional;

/** The state after an event, and the transition to publish if there was one. */
record Step(BreakerState state, Optional<Transition> transition) {

    static Step silent(BreakerState state) {
        return new Step(state, Optional.empty());
    }

    static Step to(BreakerState state, Transition.Cause cause, String reason, Moment moment) {
        return new Step(state, Optional.of(new Transition(moment.nextEpoch(), moment.now(), cause, reason)));
    }
}
