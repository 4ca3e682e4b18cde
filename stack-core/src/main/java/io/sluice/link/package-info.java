/** Where packets leave: the path, the link and the emit contract between them. */
@NullMarked
package io.sluice.link;

import org.jspecify.annotations.NullMarked;
