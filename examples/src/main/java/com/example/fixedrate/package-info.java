/** A TCP stack of one's own, outside the packages of Sluice: to be copied. See {@code docs/stacks.md}. */
@NullMarked
package com.example.fixedrate;

import org.jspecify.annotations.NullMarked;
