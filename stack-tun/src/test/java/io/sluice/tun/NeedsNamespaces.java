package io.sluice.tun;

import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks tests that make network namespaces. Root runs them, and they fail where that is not possible; for anybody else
 * they are skipped, with the reason on standard error.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsNamespaces.Condition.class)
public @interface NeedsNamespaces {
    /** Asks {@link NetworkNamespace#unavailable}. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            try {
                Optional<String> reason = NetworkNamespace.unavailable();
                if (reason.isEmpty()) {
                    return ConditionEvaluationResult.enabled("may make namespaces");
                }
                System.err.println("NOT RUN: " + context.getDisplayName() + ". " + reason.get());
                return ConditionEvaluationResult.disabled(reason.get());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
