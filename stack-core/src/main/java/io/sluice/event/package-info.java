/** What the stack tells an observer: callbacks, drop reasons, counters. */
@NullMarked
package io.sluice.event;

import org.jspecify.annotations.NullMarked;
