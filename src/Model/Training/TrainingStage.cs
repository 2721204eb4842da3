using System.Text.Json;
using MmiGrains.Model.Data;
using MmiGrains.Model.LowRank;

namespace MmiGrains.Model.Training;

/// <summary>One stretch of training with one objective, one mixture of data and one learning-rate schedule.</summary>
public sealed record TrainingStage
{
    internal const string Float32 = "float32", BFloat16 = "bfloat16";

    /// <summary>What to call it.</summary>
    public string Name { get; init; } = "train";

    /// <summary>
    /// <c>interleaved</c> (text and diffusion losses), <c>autoencoder</c> (the image decoder's autoencoder alone), <c>labels</c> (the visual tokenizer alone, on
    /// what the data knows of every cell of its pictures) or <c>prompts</c> (all but the UNet: text, and what the prompts of images say of their cells).
    /// </summary>
    public string Objective { get; init; } = "interleaved";

    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Rows of a batch; for the autoencoder, images.</summary>
    public int Rows { get; init; } = 4;

    /// <summary>Batches whose gradients make one step.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>How samples become rows.</summary>
    public PackingOptions Packing { get; init; } = new();

    /// <summary>Whether samples of one row do not see each other; in the reference's packed rows they do.</summary>
    public bool IsolateSamples { get; init; }

    /// <summary>The data sets, mixed by their weights.</summary>
    public IReadOnlyList<JsonElement> Data { get; init; } = [];

    /// <summary>Data sets of the validation; none for no validation.</summary>
    public IReadOnlyList<JsonElement> Validation { get; init; } = [];

    /// <summary>
    /// What trains: <c>pretraining</c> (the reference's choice), <c>all</c> (all but the autoencoder and position tables), or
    /// <c>lora</c> (the adapters of <see cref="Lora"/> alone).
    /// </summary>
    public string Train { get; init; } = "pretraining";

    /// <summary>Rates, decay and clipping.</summary>
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>Steps over which the learning rate rises.</summary>
    public int WarmupSteps { get; init; }

    /// <summary><c>cosine</c> or <c>constant</c>, after the warm-up.</summary>
    public string Schedule { get; init; } = "cosine";

    /// <summary>Share of the learning rate that a cosine ends at.</summary>
    public double FinalRate { get; init; }

    /// <summary>Decay of the moving average of the trained weights, which is what is validated and saved; 0 for none.</summary>
    public double AverageDecay { get; init; }

    /// <summary>
    /// Whether the layers of the language model, of the vision encoder and of the UNet forget their activations and compute them again on the way back: less
    /// memory, about a third more time. Resamplers, which may drop out, and the autoencoder keep theirs.
    /// </summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>
    /// What the model computes in: <c>float32</c> or <c>bfloat16</c>. In bfloat16 a copy of the model takes the weights, rounded, before each
    /// step and gives its gradients to them; the weights themselves, the optimizer, losses and validation stay float32, and so does the
    /// autoencoder. Activations take half the memory, and the copy half as much as the weights, frozen ones too.
    /// </summary>
    public string Precision { get; init; } = Float32;

    /// <summary>
    /// Low-rank adapters on linear layers, which train beside whatever else does; null for none. They are kept apart from the weights, and
    /// every later stage must have the same.
    /// </summary>
    public LoraConfig? Lora { get; init; }

    /// <summary>For the objective <c>prompts</c>: cells along a side of the grid that a prompt's first tokens stand for, row after row.</summary>
    public int PromptGrid { get; init; } = 3;

    /// <summary>The autoencoder's objective.</summary>
    public AutoencoderObjectiveConfig Autoencoder { get; init; } = new();
}
