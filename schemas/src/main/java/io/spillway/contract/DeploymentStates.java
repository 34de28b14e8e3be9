package io.spillway.contract;

import java.util.Map;

import io.spillway.v1.DeploymentState;

/**
 * The latest judgement of every deployment, as one immutable picture.
 *
 * @param version offset after the last record it contains; named in decision records
 * @param byDeployment by deployment id; a deployment nobody judged yet is absent
 */
public record DeploymentStates(long version, Map<String, DeploymentState> byDeployment) {

    public DeploymentStates {
        byDeployment = Map.copyOf(byDeployment);
    }

    public static DeploymentStates empty() {
        return new DeploymentStates(0, Map.of());
    }
}
