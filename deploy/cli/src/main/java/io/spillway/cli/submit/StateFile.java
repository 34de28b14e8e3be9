package io.spillway.cli.submit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.spillway.cli.submit.SubmitState.Round;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;

/** The state file beside the output. Replaced as a whole: a reader sees the old state or the new one. */
final class StateFile {

    private static final int VERSION = 1;

    private final Path path;

    StateFile(Path path) {
        this.path = path;
    }

    static StateFile of(Path output) {
        return new StateFile(output.resolveSibling(output.getFileName() + ".state"));
    }

    Path path() {
        return path;
    }

    /**
     * The state of an earlier run; empty when there was none.
     *
     * @throws SubmitException when it cannot be understood
     */
    Optional<SubmitState> load() throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(Json.readObject(Files.readAllBytes(path))));
        } catch (MalformedJsonException | DateTimeException | IllegalArgumentException e) {
            throw SubmitException
                    .badInput(path + " " + e.getMessage() + ": restore it, or submit with another --output (lines that were"
                            + " sent are then paid again)");
        }
    }

    void save(SubmitState state) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(Json.bytes(write(state)));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static SubmitState read(ObjectNode root) {
        if (root.path("version").asInt() != VERSION || root.path("rounds").isEmpty()) {
            throw new IllegalArgumentException("is not a state file of this version");
        }
        List<Round> rounds = new ArrayList<>();
        for (JsonNode item : root.path("rounds")) {
            rounds.add(new Round(item.path("id").asText(), Instant.parse(item.path("deadline").asText())));
        }
        Map<Integer, Long> offsets = new HashMap<>();
        root.path("offsets").properties()
                .forEach(field -> offsets.put(Integer.valueOf(field.getKey()), field.getValue().asLong()));
        return new SubmitState(root.path("inputSha256").asText(), root.path("requestsTopic").asText(),
                root.path("responsesTopic").asText(), Optional.ofNullable(root.path("tenant").asText(null)), rounds, offsets);
    }

    private static ObjectNode write(SubmitState state) {
        ObjectNode root = Json.object();
        root.put("version", VERSION).put("inputSha256", state.inputHash()).put("requestsTopic", state.requestsTopic())
                .put("responsesTopic", state.responsesTopic());
        state.tenant().ifPresent(tenant -> root.put("tenant", tenant));
        ArrayNode rounds = root.putArray("rounds");
        for (Round round : state.rounds()) {
            rounds.addObject().put("id", round.id()).put("deadline", round.deadline().toString());
        }
        ObjectNode offsets = root.putObject("offsets");
        new TreeMap<>(state.offsets()).forEach((partition, offset) -> offsets.put(partition.toString(), offset));
        return root;
    }
}
