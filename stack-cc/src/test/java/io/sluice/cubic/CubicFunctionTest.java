package io.sluice.cubic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Points of the curve of RFC 9438 §4.2 that can be computed by hand. */
final class CubicFunctionTest {
    @Test
    void timeToTheMaximumIsTheCubeRootOfTheReductionOverC() {
        assertEquals(5, CubicFunction.k(150, 100), 1e-12); // (50 / 0.4)^(1/3) = 125^(1/3)
        assertEquals(0, CubicFunction.k(100, 100));
    }

    @Test
    void curveStartsAtTheReducedWindowAndPassesTheMaximumAtK() {
        assertEquals(100, CubicFunction.window(0, 5, 150), 1e-12);
        assertEquals(146.8, CubicFunction.window(3, 5, 150), 1e-12); // 150 - 0.4 * 2^3
        assertEquals(150, CubicFunction.window(5, 5, 150));
        assertEquals(153.2, CubicFunction.window(7, 5, 150), 1e-12); // concave, then convex, alike
        assertEquals(200, CubicFunction.window(10, 5, 150), 1e-12);
    }
}
