package tfree.dictionary;

import tfree.trigram.SlotTable;

/**
 * A run of a dictionary's words with their patterns.
 *
 * @param first the place of the first of them in the dictionary
 */
record Block(int first, WordStore words, WordParts parts) {
    static Block of(int first, WordStore words, SlotTable table) {
        return new Block(first, words, WordPartsBuilder.of(words, table));
    }

    int size() {
        return words.size();
    }
}
