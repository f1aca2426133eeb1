package tfree.hub;

/**
 * A file of a repository at a commit.
 *
 * @param path from the repository's root, parted by slashes
 * @param size in bytes
 */
record HubFile(String path, long size, ContentHash hash) {}
