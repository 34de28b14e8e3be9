package io.spillway.worker.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.openai.core.ObjectMappers;
import com.openai.models.chat.completions.ChatCompletion;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.v1.ChatResponse;

/**
 * Looks into the request and response types that OpenAI's and Anthropic's clients generate. They keep every field they do not know,
 * at any depth, in a map of their own, and their {@code validate()} says nothing about it.
 */
public final class SdkObjects {

    private static final String UNKNOWN = "additionalProperties";
    /** Bookkeeping of the generated classes, and the raw JSON that a union keeps beside what it understood. */
    private static final Set<String> NO_DATA = Set.of("validated", "hashCode$delegate", "_json", UNKNOWN);

    private SdkObjects() {}

    /** Where fields stand that the client has no name for: {@code messages[0].content[1].colour}. */
    public static List<String> unknownFields(Object parsed) {
        List<String> found = new ArrayList<>();
        look(parsed, "", found);
        return found;
    }

    /** A response as one of Spillway's callers would read it with OpenAI's client. */
    public static ChatCompletion read(ChatResponse response) {
        try {
            return ObjectMappers.jsonMapper().readValue(ChatResponseJson.write(response), ChatCompletion.class).validate();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void look(Object node, String path, List<String> found) {
        switch (node) {
            case null -> {}
            case Optional<?> optional -> optional.ifPresent(value -> look(value, path, found));
            case Collection<?> items -> {
                int index = 0;
                for (Object item : items) {
                    look(item, path + "[" + index++ + "]", found);
                }
            }
            default -> {
                if (isGenerated(node.getClass())) {
                    lookInside(node, path, found);
                }
            }
        }
    }

    private static boolean isGenerated(Class<?> type) {
        return (type.getName().startsWith("com.openai.") || type.getName().startsWith("com.anthropic.")) && !type.isEnum();
    }

    private static void lookInside(Object node, String path, List<String> found) {
        List<Field> fields = Arrays.stream(node.getClass().getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers())).toList();
        List<Field> data = fields.stream().filter(field -> !NO_DATA.contains(field.getName())).toList();
        for (Field field : fields) {
            // A class with nothing else takes any names: metadata, a tool's parameters, a JSON schema.
            if (field.getName().equals(UNKNOWN) && !data.isEmpty() && read(field, node) instanceof Map<?, ?> unknown) {
                unknown.keySet().forEach(name -> found.add(path.isEmpty() ? name.toString() : path + "." + name));
            }
        }
        for (Field field : data) {
            Object value = read(field, node);
            // KnownValue wraps, unions choose: neither is a level of the document.
            boolean isLevel = fields.stream().anyMatch(other -> other.getName().equals(UNKNOWN));
            String name = isLevel ? (path.isEmpty() ? "" : path + ".") + field.getName() : path;
            look(value, name, found);
        }
    }

    private static Object read(Field field, Object node) {
        try {
            field.setAccessible(true);
            return field.get(node);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
