package tfree.cli;

import picocli.CommandLine.Command;

/** {@code tfree dictionary}: the words that decoding may produce. */
@Command(name = "dictionary", description = "The words that a model may say.")
final class DictionaryCommand {}
