package io.spillway.load.workload;

/**
 * A request of a plan.
 *
 * @param index position in the plan, from 0
 * @param original index of the request it repeats; its own index when it is new
 * @param atNanos when it is to be sent, since the first
 * @param batch whether it goes to the batch lane
 * @param promptBytes size of its prompt
 * @param maxTokens most tokens of the answer
 */
public record PlannedRequest(int index, int original, long atNanos, boolean batch, int promptBytes, int maxTokens) {

    public boolean isRepeat() {
        return original != index;
    }
}
