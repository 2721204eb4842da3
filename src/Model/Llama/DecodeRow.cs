using MmiGrains.Kernels.PagedAttention;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Mmfs.Looks;

namespace MmiGrains.Model.Llama;

/// <summary>One sequence's part in a decode pass: a new token.</summary>
/// <param name="Position">The token's position.</param>
/// <param name="Cache">The sequence's keys and values in each layer, with room for the new token.</param>
/// <param name="Looks">The images that the token sees in each layer that looks at images; null skips the look.</param>
/// <param name="Recorder">Told what the token looks at; null for nobody.</param>
public sealed record DecodeRow(long Position, IReadOnlyList<KvSequence> Cache, IReadOnlyList<SeenImages>? Looks, LookRecorder? Recorder = null);
