package io.sluice.cc;

/**
 * Makes the congestion control of each connection that wants this one. A host knows those that it was given and those that
 * {@link java.util.ServiceLoader} finds ({@link CongestionControls#installed}).
 */
public interface CongestionControlFactory {
    /** The name users choose it by ({@code TCP_CONGESTION}): up to 15 printable ASCII characters. */
    String name();

    /** A new instance, for one connection. */
    CongestionControl create(CongestionSettings settings);
}
