/** BBR, version 3: congestion control by a model of the path (draft-ietf-ccwg-bbr-06). */
@NullMarked
package io.sluice.bbr;

import org.jspecify.annotations.NullMarked;
