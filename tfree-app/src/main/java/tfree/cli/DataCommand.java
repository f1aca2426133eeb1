package tfree.cli;

import picocli.CommandLine.Command;

/** {@code tfree data}: texts in memory maps. */
@Command(name = "data", description = "Texts in memory maps: PREFIX.bin, PREFIX.idx and PREFIX.meta.json.")
final class DataCommand {}
