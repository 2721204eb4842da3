using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Llama;

/// <summary>
/// The vocabulary's table. TorchSharp's own <c>Embedding</c> fills memory on the CPU before it goes where it belongs, 655 MB for
/// the release; this one is made where it stays.
/// </summary>
public sealed class TokenEmbedding : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;

    /// <param name="vocabularySize">Rows.</param>
    /// <param name="hiddenSize">Channels of a row.</param>
    public TokenEmbedding(int vocabularySize, int hiddenSize) : base(nameof(TokenEmbedding))
    {
        _weight = Parameter(randn(vocabularySize, hiddenSize));
        RegisterComponents();
    }

    // [rows, tokens] -> [rows, tokens, hidden]
    /// <inheritdoc/>
    public override Tensor forward(Tensor tokenIds) =>
        _weight.index_select(0, tokenIds.flatten()).view([.. tokenIds.shape, _weight.shape[1]]);
}
