package tfree.train;

import java.util.function.Supplier;
import tfree.checkpoint.Units;
import tfree.config.RunConfig;
import tfree.token.TokenEncoder;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.UnitEncoder;

/**
 * What is to be learned: how a text becomes units, and what it costs to predict the wrong one. All else about training is
 * the same for words and for tokens.
 *
 * @param encoders makes an encoder, one for each thread
 * @param losses   makes a loss, one for each thread
 */
record Objective(Supplier<UnitEncoder> encoders, Supplier<HeadLoss> losses) {

    static Objective of(RunConfig config, Units units) {
        return switch (units) {
            case Units.Words _ -> {
                SlotTable table = new SlotTable(config.encoding());
                yield new Objective(() -> new TextEncoder(table), () -> new SlotLoss(config.training().lossPosWeight(),
                        config.tokenizer().wordEdgeWeight()));
            }
            case Units.Tokens tokens -> {
                String endOfText = config.tokenizer().endOfText();
                new TokenEncoder(tokens.tokenizer(), endOfText); // complains here, not in a thread
                yield new Objective(() -> new TokenEncoder(tokens.tokenizer(), endOfText), TokenLoss::new);
            }
        };
    }
}
