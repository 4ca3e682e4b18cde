package io.sluice.tcp;

import io.sluice.link.PacketMeta;

/**
 * When data arrived that was read: what SO_TIMESTAMP tells.
 *
 * @param softwareNs when the link saw it, or the stack if the link does not say, in the host's time
 * @param hardwareNs the device's clock then, or {@link PacketMeta#NO_TIMESTAMP}
 */
public record ReceiveTime(long softwareNs, long hardwareNs) {}
