package io.spillway.health.topology;

import java.util.Optional;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.health.domain.HealthPolicy;
import io.spillway.v1.DeploymentEntry;

/** The catalogue a task judges by: which deployments there are, and by which numbers. Owned by one thread. */
final class CatalogueInForce {

    private static final Logger LOGGER = LoggerFactory.getLogger(CatalogueInForce.class);

    private final Supplier<CatalogueSnapshot> source;
    private CatalogueSnapshot snapshot = CatalogueSnapshot.empty();
    private HealthPolicy policy = HealthPolicies.toDomain(snapshot.healthPolicy());

    CatalogueInForce(Supplier<CatalogueSnapshot> source) {
        this.source = source;
    }

    /**
     * Takes over a new revision, if there is one. Numbers nobody can judge by are refused as a whole and the ones in force stay.
     *
     * @return whether there was one
     */
    boolean refresh() {
        CatalogueSnapshot latest = source.get();
        if (latest.revision() == snapshot.revision()) {
            return false;
        }
        snapshot = latest;
        try {
            policy = HealthPolicies.toDomain(latest.healthPolicy());
        } catch (IllegalArgumentException e) {
            LOGGER.atError().addKeyValue("revision", latest.revision()).addKeyValue("error", e.getMessage())
                    .log("the health policy of the catalogue is not usable, the one before stays in force; correct it and apply again");
        }
        return true;
    }

    long revision() {
        return snapshot.revision();
    }

    HealthPolicy policy() {
        return policy;
    }

    /** Whether the deployment is to be judged; before the first apply nobody can say, so all are. */
    boolean contains(String deployment) {
        return snapshot.revision() == 0 || snapshot.deployments().containsKey(deployment);
    }

    /** The provider of a deployment, empty when the catalogue does not know it. */
    String provider(String deployment) {
        return Optional.ofNullable(snapshot.deployments().get(deployment)).map(DeploymentEntry::getProvider).orElse("");
    }
}
