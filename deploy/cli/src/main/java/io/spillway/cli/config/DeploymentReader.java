package io.spillway.cli.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.Capabilities;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Limits;
import io.spillway.v1.Price;

/** Reads one deployment. */
final class DeploymentReader {

    private static final List<String> DATA_CLASSES = List.of("public", "internal", "confidential", "pii", "phi");
    private static final int MOST_CALLS = 100_000;
    private static final long MOST_PER_MINUTE = 1_000_000_000_000L;
    private static final int MOST_TOKENS = 1_000_000_000;
    /** Micro-USD are the smallest unit of money here. */
    private static final int PRICE_DIGITS = 6;
    private static final BigDecimal HIGHEST_PRICE = BigDecimal.valueOf(1_000_000);

    private final Block block;

    private DeploymentReader(Block block) {
        this.block = block;
    }

    static DeploymentEntry read(String id, Block block, Collection<String> providers) {
        return new DeploymentReader(block).entry(id, providers);
    }

    private DeploymentEntry entry(String id, Collection<String> providers) {
        String provider = block.required("provider", "name one of the providers: " + String.join(", ", providers));
        if (!provider.isEmpty() && !providers.contains(provider)) {
            block.problem("provider", "unknown provider", provider, "defined: " + String.join(", ", providers));
        }
        String endpoint = block.required("endpoint", "write the base URL, such as https://api.openai.com/v1");
        boolean allowInsecure = block.flag("allowInsecure", false);
        Map<String, String> settings = block.settings("settings");
        Endpoints.check(block, endpoint, allowInsecure, settings);
        CredentialReader.Credentials credentials = CredentialReader.read(block);
        return DeploymentEntry.newBuilder()
                .setId(id)
                .setProvider(provider)
                .setModel(block.required("model", "write the name the provider knows the model by"))
                .setEndpoint(endpoint)
                .setRegion(block.text("region").orElse(null))
                .setCredential(credentials.single().orElse(null))
                .setCredentials(credentials.all())
                .setLimits(limits())
                .setPrice(price())
                .setCapabilities(capabilities())
                .setDataClasses(dataClasses())
                .setDrain(block.flag("drain", false))
                .setAllowInsecure(allowInsecure)
                .setSettings(settings)
                .build();
    }

    private Limits limits() {
        Limits.Builder limits = Limits.newBuilder().setConcurrency(CatalogueDefaults.CONCURRENCY);
        Optional<Block> given = block.block("limits", Section.LIMITS);
        if (given.isEmpty()) {
            return limits.build();
        }
        Block in = given.get();
        in.number("concurrency", 1, MOST_CALLS).ifPresent(number -> limits.setConcurrency(Math.toIntExact(number)));
        limits.setRequestsPerMinute(boxed(in.number("requestsPerMinute", 1, MOST_PER_MINUTE)));
        limits.setTokensPerMinute(boxed(in.number("tokensPerMinute", 1, MOST_PER_MINUTE)));
        OptionalLong window = in.number("contextWindow", 1, MOST_TOKENS);
        OptionalLong output = in.number("maxOutputTokens", 1, MOST_TOKENS);
        limits.setContextWindow(boxed(window));
        output.ifPresent(number -> limits.setMaxOutputTokens(Math.toIntExact(number)));
        if (window.isPresent() && output.isPresent() && output.getAsLong() > window.getAsLong()) {
            in.problem("maxOutputTokens", "is larger than contextWindow " + window.getAsLong() + ":",
                    Long.toString(output.getAsLong()), "an answer fits into the window together with its prompt");
        }
        return limits.build();
    }

    private Price price() {
        Optional<Block> given = block.block("price", Section.PRICE);
        if (given.isEmpty()) {
            if (!block.has("price")) {
                block.problem("price", "is missing, so spend could not be counted", "",
                        "write price: {input: 2.5, output: 10.0} in USD per million tokens, or zeros where calls are free");
            }
            return Price.newBuilder().build();
        }
        Block in = given.get();
        for (String key : List.of("input", "output")) {
            if (!in.has(key)) {
                in.required(key, "write USD per million tokens");
            }
        }
        return Price.newBuilder()
                .setInput(microUsd(in, "input"))
                .setOutput(microUsd(in, "output"))
                .setCachedInput(microUsd(in, "cachedInput"))
                .setCacheWrite(microUsd(in, "cacheWrite"))
                .build();
    }

    private static @Nullable Long microUsd(Block price, String key) {
        return price.decimal(key, BigDecimal.ZERO, HIGHEST_PRICE, PRICE_DIGITS)
                .map(usd -> usd.movePointRight(PRICE_DIGITS).longValueExact()).orElse(null);
    }

    private Capabilities capabilities() {
        Capabilities.Builder capabilities = Capabilities.newBuilder();
        block.block("capabilities", Section.CAPABILITIES).ifPresent(in -> capabilities
                .setTools(in.flag("tools", true))
                .setVision(in.flag("vision", true))
                .setJsonSchema(in.flag("jsonSchema", true)));
        return capabilities.build();
    }

    private List<String> dataClasses() {
        if (!block.has("dataClasses")) {
            return CatalogueDefaults.DATA_CLASSES;
        }
        List<String> classes = new ArrayList<>();
        List<Block.Item> items = block.list("dataClasses");
        for (Block.Item item : items) {
            String text = item.node() instanceof YamlNode.Scalar scalar ? scalar.text() : item.node().kind();
            if (!DATA_CLASSES.contains(text)) {
                block.problems().add(item.path(), item.node().line(), "unknown data class", text,
                        Suggestion.hint(text, DATA_CLASSES) + "known: " + String.join(", ", DATA_CLASSES));
            } else if (classes.contains(text)) {
                block.problems().add(item.path(), item.node().line(), "named twice:", text, "remove one");
            }
            classes.add(text);
        }
        if (items.isEmpty()) {
            block.problem("dataClasses", "allows nothing", "",
                    "name at least one of " + String.join(", ", DATA_CLASSES) + ", or set drain: true to stop its traffic");
        }
        return List.copyOf(classes);
    }

    private static @Nullable Long boxed(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
