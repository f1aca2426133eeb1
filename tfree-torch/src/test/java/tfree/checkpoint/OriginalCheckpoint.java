package tfree.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tfree.golden.Golden;

/** Checkpoints that the original wrote, unpacked into a folder. */
public final class OriginalCheckpoint {
    static final String TRAINED = "F_transformer/trainer_checkpoint/";

    private OriginalCheckpoint() {}

    /** A published one, as far as its files go: a model of 2 layers with a dictionary of 200 words. */
    public static Path published(Path folder) throws IOException {
        unpack("G_generate/checkpoint/", folder, "transformer/transformer_config.yaml", "transformer/transformer.pt",
                "tokenizer/tokenizer_config.yaml", "tokenizer/tokenizer.pt");
        return folder;
    }

    /** A save folder of the trainer after 4 of 6 steps. */
    public static Path trained(Path folder) throws IOException {
        unpack(TRAINED + "000000000004/", folder.resolve("000000000004"), "context/config.yml",
                "context/context_global_rank_0.pt", "transformer/transformer_config.yaml", "transformer/transformer.pt",
                "tokenizer/tokenizer_config.yaml", "tokenizer/tokenizer.pt", "optimizer/optimizer_state_layer_0.pt",
                "words_target/words_target_rank_0.pt");
        Files.writeString(folder.resolve("latest"), "000000000004");
        return folder;
    }

    private static void unpack(String golden, Path folder, String... files) throws IOException {
        for (String file : List.of(files)) {
            Path to = folder.resolve(file);
            Files.createDirectories(to.getParent());
            Files.write(to, Golden.bytes(golden + file));
        }
    }
}
