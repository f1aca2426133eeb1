package tfree.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.config.RunConfig;
import tfree.tiny.TinyRun;
import tfree.train.Trainer;

/** What is exported, read by a real PyTorch. */
class PyTorchExportTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void loadsInPyTorchWithTheSameBitsAndGoesOn() throws IOException, InterruptedException {
        RunConfig config = TinyRun.config(folder, "training.iterations=3", "architecture.bias_terms=true",
                "training.seed=7");
        try (Trainer trainer = new Trainer(config, TinyRun.units(config), null)) {
            trainer.run();
        }
        Checkpoint own = Checkpoint.open(folder.resolve("checkpoints"));
        Path exported = folder.resolve("exported");
        Conversion.toOriginal(own, own.units(), exported, 4096);
        PyTorch.run(
                """
                        import collections, json, numpy, random, sys, torch
                        own, exported = sys.argv[1:]

                        def safetensors(file):
                            data = open(file, 'rb').read()
                            size = int.from_bytes(data[:8], 'little')
                            header = json.loads(data[8:8 + size])
                            header.pop('__metadata__', None)
                            return {name: torch.from_numpy(numpy.frombuffer(data, '<f4', offset=8 + size + t['data_offsets'][0],
                                    count=(t['data_offsets'][1] - t['data_offsets'][0]) // 4).copy()).reshape(t['shape'])
                                    for name, t in header.items()}

                        weights = safetensors(own + '/transformer/transformer.safetensors')
                        state = torch.load(exported + '/transformer/transformer.pt', weights_only=True)
                        assert type(state) is collections.OrderedDict and list(state) == list(weights), list(state)
                        assert all(torch.equal(state[name], weights[name]) for name in weights)

                        moments = safetensors(own + '/optimizer/optimizer.safetensors')
                        saved = torch.load(exported + '/optimizer/optimizer_state_layer_0.pt')  # 1.13 reads weights_only no floats
                        assert saved['step_index'] == 3 and saved['loss_scaler']['no_overflow_steps'] == 0
                        groups = [dict(g, params=[]) for g in saved['optimizer_param_groups']]
                        assert [g['weight_decay'] for g in groups] == [0.1, 0]
                        for key, entry in saved['parameters'].items():
                            name = entry['meta']['parameter_name']
                            parameter = entry['parameter']
                            assert key == 'layer_index_0_parameter_name_' + name
                            assert type(parameter) is torch.nn.Parameter and parameter.requires_grad
                            assert torch.equal(parameter, weights[name]) and entry['meta']['local_shape'] == tuple(parameter.shape)
                            assert torch.equal(entry['optimizer_state']['exp_avg'], moments['first_moment.' + name])
                            assert torch.equal(entry['optimizer_state']['exp_avg_sq'], moments['second_moment.' + name])
                            assert entry['optimizer_state']['step'].item() == 3
                            groups[name.endswith('.bias')]['params'].append(parameter)
                        adam = torch.optim.AdamW(groups)
                        for entry in saved['parameters'].values():
                            adam.state[entry['parameter']] = entry['optimizer_state']
                            entry['parameter'].grad = torch.ones_like(entry['parameter'])
                        adam.step()
                        assert all(e['optimizer_state']['step'].item() == 4 for e in saved['parameters'].values())

                        tokenizer = torch.load(exported + '/tokenizer/tokenizer.pt', weights_only=True)
                        assert tokenizer['trigram_to_vocab'].shape == (4096, 4)
                        words, counts = tokenizer['words'], tokenizer['word_counts']
                        assert tokenizer['word_counter_full'] == dict(zip(words, counts.tolist()))
                        assert len(words) == len(tokenizer['word_trigram_counts'])

                        context = torch.load(exported + '/context/context_global_rank_0.pt')
                        assert context['iterations'] == 3 and context['consumed_samples'] == 12
                        random.seed(7), numpy.random.seed(7), torch.manual_seed(7)
                        expected = random.random(), numpy.random.rand(), torch.rand(3).tolist()
                        random.setstate(context['random_rng_state'])
                        numpy.random.set_state(context['np_rng_state'])
                        torch.set_rng_state(context['torch_rng_state'])
                        assert expected == (random.random(), numpy.random.rand(), torch.rand(3).tolist())
                        """,
                own.folder(), Checkpoint.open(exported).folder());
    }
}
