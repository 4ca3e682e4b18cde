package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;

/** Compares syntax trees node by node, without the positions. */
final class Structure {
    private Structure() {}

    /** Fails with the path to the first difference, if there is one. */
    static void assertSame(Script expected, Script actual) {
        Optional<String> difference = difference("script", expected.statements(), actual.statements());
        difference.ifPresent(where -> fail("the trees differ at " + where));
    }

    private static Optional<String> difference(String path, Object expected, Object actual) {
        if (expected instanceof SourcePosition && actual instanceof SourcePosition) {
            return Optional.empty();
        }
        if (expected instanceof List<?> list && actual instanceof List<?> other) {
            return listDifference(path, list, other);
        }
        if (expected instanceof Optional<?> one && actual instanceof Optional<?> other) {
            return one.isPresent() && other.isPresent()
                    ? difference(path, one.get(), other.get())
                    : equality(path, one, other);
        }
        if (expected instanceof Record && expected.getClass() == actual.getClass()) {
            return recordDifference(path, expected, actual);
        }
        return equality(path, expected, actual);
    }

    private static Optional<String> equality(String path, Object expected, Object actual) {
        return expected.equals(actual) ? Optional.empty() : Optional.of(path + ": " + expected + " != " + actual);
    }

    private static Optional<String> listDifference(String path, List<?> expected, List<?> actual) {
        if (expected.size() != actual.size()) {
            return Optional.of(path + ": " + expected.size() + " elements != " + actual.size());
        }
        for (int i = 0; i < expected.size(); i++) {
            Optional<String> difference = difference(path + "[" + i + "]", expected.get(i), actual.get(i));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> recordDifference(String path, Object expected, Object actual) {
        for (RecordComponent component : expected.getClass().getRecordComponents()) {
            String name = path + "." + component.getName();
            try {
                component.getAccessor().setAccessible(true);
                Object one = component.getAccessor().invoke(expected);
                Object other = component.getAccessor().invoke(actual);
                Optional<String> difference = difference(name, one, other);
                if (difference.isPresent()) {
                    return difference;
                }
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(name, e);
            }
        }
        return Optional.empty();
    }
}
