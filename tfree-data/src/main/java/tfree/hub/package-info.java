/** Data sets of the Hugging Face hub: listed at one commit, downloaded with resume and checks, converted to memory maps. */
@NullMarked
package tfree.hub;

import org.jspecify.annotations.NullMarked;
