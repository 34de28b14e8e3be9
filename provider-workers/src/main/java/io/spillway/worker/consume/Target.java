package io.spillway.worker.consume;

import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.ProviderEntry;

/** Where an attempt goes, as the catalogue said when it was started. */
record Target(ProviderEntry provider, DeploymentEntry deployment) {}
