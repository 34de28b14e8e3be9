package io.spillway.router.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.router.domain.Catalogue;
import io.spillway.router.domain.DataClass;
import io.spillway.router.domain.Deployment;
import io.spillway.router.domain.Route;
import io.spillway.router.domain.Tier;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.RouteEntry;
import io.spillway.v1.TierEntry;
import io.spillway.v1.WeightedDeployment;

/** The operator's catalogue in the domain's terms. */
final class CatalogueMapper {

    /** What a deployment may serve when its entry names no data classes. */
    private static final Set<DataClass> UNDECLARED = EnumSet.of(DataClass.PUBLIC, DataClass.INTERNAL);

    private CatalogueMapper() {}

    static Catalogue toDomain(CatalogueSnapshot snapshot) {
        Map<String, Route> routes = new HashMap<>();
        for (RouteEntry entry : snapshot.routes().values()) {
            routes.put(entry.getId(), route(entry, snapshot.deployments()));
        }
        return Catalogue.of(snapshot.revision(), routes);
    }

    private static Route route(RouteEntry entry, Map<String, DeploymentEntry> deployments) {
        List<Tier> tiers = new ArrayList<>();
        for (TierEntry tier : entry.getTiers()) {
            tiers.add(tier(tiers.size(), tier, deployments));
        }
        Optional<Tier> lastResort = Optional.ofNullable(entry.getLastResort()).map(tier -> tier(tiers.size(), tier, deployments));
        return new Route(entry.getId(), tiers, lastResort, Duration.ofMillis(entry.getDeadlineMillis()), entry.getMaxPaidCalls(),
                entry.getFallbackOnContentFilter(), entry.getDropUnsupportedParameters());
    }

    private static Tier tier(int index, TierEntry entry, Map<String, DeploymentEntry> deployments) {
        List<Tier.Candidate> candidates = new ArrayList<>();
        for (WeightedDeployment weighted : entry.getDeployments()) {
            DeploymentEntry deployment = deployments.get(weighted.getDeployment());
            if (deployment != null) {
                candidates.add(new Tier.Candidate(deployment(deployment), Math.max(1, weighted.getWeight())));
            }
        }
        return new Tier(index, candidates, Duration.ofMillis(entry.getTimeoutMillis()),
                Duration.ofMillis(entry.getQueueTimeoutMillis()));
    }

    private static Deployment deployment(DeploymentEntry entry) {
        return new Deployment(entry.getId(), entry.getProvider(), Optional.ofNullable(entry.getRegion()),
                entry.getLimits().getConcurrency(), optional(entry.getLimits().getContextWindow()),
                entry.getCapabilities().getTools(), entry.getCapabilities().getVision(), entry.getCapabilities().getJsonSchema(),
                dataClasses(entry.getDataClasses()), entry.getDrain());
    }

    private static Set<DataClass> dataClasses(List<String> names) {
        if (names.isEmpty()) {
            return UNDECLARED;
        }
        Set<DataClass> classes = EnumSet.noneOf(DataClass.class);
        names.forEach(name -> DataClass.parse(name).ifPresent(classes::add));
        return classes;
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
