package io.sluice.netty;

/** How the octets of a file come into memory. */
public enum FileAccess {
    /** Through the kernel's page cache: right for what is asked for again and again. */
    PAGE_CACHE,
    /** Past it (O_DIRECT): right for what is much larger than memory. Not every file system can. */
    DIRECT
}
