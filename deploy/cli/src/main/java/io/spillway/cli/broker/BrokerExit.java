package io.spillway.cli.broker;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps a broker from ending the process. Kafka's broker calls its {@code Exit} class when it cannot go on, for instance when
 * a log directory disappears; here that stops only the broker's thread. The class is reached by name because Kafka 4.4 moves
 * it to another package.
 */
final class BrokerExit {

    private static final List<String> EXIT_CLASSES = List.of("org.apache.kafka.common.utils.Exit",
            "org.apache.kafka.common.utils.internals.Exit");

    /** Thrown into the broker's thread in place of the end of the process. */
    static final class Refused extends Error {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private BrokerExit() {}

    /**
     * Installs procedures that report and throw. They stay installed after the broker is closed: its threads may still
     * complain about a directory that is gone by then.
     *
     * @param report told why the broker wanted to end the process; called on the broker's thread
     */
    static void refuse(Consumer<String> report) {
        Class<?> exit = exitClass();
        for (String setter : List.of("setExitProcedure", "setHaltProcedure")) {
            install(exit, setter, report);
        }
    }

    private static Class<?> exitClass() {
        return EXIT_CLASSES.stream().map(BrokerExit::load).flatMap(Optional::stream).findFirst()
                .orElseThrow(() -> new LocalBrokerException("this Kafka version has none of " + EXIT_CLASSES
                        + ": use the Kafka version this Spillway was built with"));
    }

    private static Optional<Class<?>> load(String name) {
        try {
            return Optional.of(Class.forName(name));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    private static void install(Class<?> exit, String setter, Consumer<String> report) {
        try {
            for (Method method : exit.getMethods()) {
                if (method.getName().equals(setter)) {
                    method.invoke(null, procedure(method.getParameterTypes()[0], report));
                    return;
                }
            }
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LocalBrokerException("cannot keep Kafka from ending the process (" + e + ")", e);
        }
        throw new LocalBrokerException(exit.getName() + " has no " + setter
                + ": use the Kafka version this Spillway was built with");
    }

    /** An instance of Kafka's {@code Exit.Procedure}: {@code execute(int statusCode, String message)}. */
    private static Object procedure(Class<?> type, Consumer<String> report) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (proxy, method, arguments) -> {
            if (!method.getName().equals("execute")) {
                return method.invoke(report, arguments);
            }
            String why = "the broker gave up with status " + arguments[0] + (arguments[1] == null ? "" : ": " + arguments[1]);
            report.accept(why);
            throw new Refused(why);
        });
    }
}
