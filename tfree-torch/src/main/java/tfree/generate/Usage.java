package tfree.generate;

/**
 * What an answer took.
 *
 * @param promptWords     words of the prompt
 * @param cachedWords     those of them that were not read again, since an earlier text began so
 * @param completionWords words that were generated, with those that a stop string cut off
 */
public record Usage(int promptWords, int cachedWords, int completionWords) {}
