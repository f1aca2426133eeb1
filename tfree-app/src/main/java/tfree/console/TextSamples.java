package tfree.console;

import tfree.config.RunConfig;
import tfree.generate.GenerationRequest;
import tfree.generate.Generator;
import tfree.generate.Lexicon;
import tfree.generate.Sampling;
import tfree.train.StepMetrics;
import tfree.train.Trainer;
import tfree.train.TrainingListener;

/** What the model says while it learns: every {@code tfree.sample_interval} steps, to {@code tfree.sample_prompts}. */
public final class TextSamples implements TrainingListener {
    private static final int WORDS = 40;

    private final RunConfig config;
    private final Trainer trainer;
    private final TrainingProgress progress;
    private final Generator generator;

    public TextSamples(RunConfig config, Trainer trainer, TrainingProgress progress) {
        this.config = config;
        this.trainer = trainer;
        this.progress = progress;
        this.generator = new Generator(trainer.model(), Lexicon.of(trainer.units(), config, config.scoring()));
    }

    @Override
    public void onStep(StepMetrics metrics) {
        int interval = config.tfree().sampleInterval();
        if (interval > 0 && metrics.step() % interval == 0) {
            Sampling sampling = new Sampling(0.5, 0, 0.95, 0, trainer.stepsDone());
            for (String prompt : config.tfree().samplePrompts()) {
                String text = generator.generate(GenerationRequest.of(prompt, WORDS, sampling)).completion();
                progress.say("step %d: %s | %s".formatted(metrics.step(), prompt, text.replace("\n", " ")));
            }
        }
    }
}
