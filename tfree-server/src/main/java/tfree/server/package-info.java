/** A model over HTTP: OpenAI's requests and T-Free's own. {@link tfree.server.Server} is the way in. */
@NullMarked
package tfree.server;

import org.jspecify.annotations.NullMarked;
