package tfree.train;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_cuda;
import org.bytedeco.pytorch.global.torch_nccl;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/** Ranks that own a GPU each, {@code LOCAL_RANK} of their host. Compiled, but never run: no GPU was at hand. */
final class Nccl {
    private Nccl() {}

    /** @throws IllegalStateException naming what is missing: the library, or a GPU */
    static Backend connect(Store store, RankEnvironment environment) {
        try {
            Loader.load(torch_cuda.class);
            Loader.load(torch_nccl.class);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException(RankEnvironment.CARRIER + ": expected a libtorch with NCCL for nccl but "
                    + Loader.getPlatform() + " has none on the class path; build with -Pcuda on Linux, or use gloo", e);
        }
        int gpus = torch.cuda_device_count();
        if (environment.localRank() >= gpus) {
            throw new IllegalStateException(
                    "LOCAL_RANK: expected a GPU for each rank of this host but rank %d is the %d."
                            .formatted(environment.rank(), environment.localRank() + 1) + " one and there are " + gpus);
        }
        torch_cuda.set_device((byte) environment.localRank());
        return new ProcessGroupNCCL(store, environment.rank(), environment.ranks());
    }
}
