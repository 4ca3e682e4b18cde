package io.sluice.sim;

/**
 * Losses in bursts: a wire that is good or bad, and loses packets with another probability in each (Gilbert 1960, Elliott
 * 1963). All are probabilities for each packet, 0 to 1.
 */
public record GilbertElliott(double goodToBad, double badToGood, double lossInGood, double lossInBad) {
    /** No losses. */
    public static final GilbertElliott NONE = new GilbertElliott(0, 1, 0, 0);

    /** Throws {@link IllegalArgumentException} for what is no probability. */
    public GilbertElliott {
        for (double p : new double[] {goodToBad, badToGood, lossInGood, lossInBad}) {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("no probability: " + p);
            }
        }
    }

    /** The share of packets that is lost in the long run. */
    public double meanLoss() {
        double bad = goodToBad == 0 ? 0 : goodToBad / (goodToBad + badToGood);
        return bad * lossInBad + (1 - bad) * lossInGood;
    }
}
