using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Llama;

/// <summary>The vocabulary head, plus a trained head whose logits are added for the new tokens at the end of the vocabulary.</summary>
public sealed class TextDecoder : Module<Tensor, Tensor>
{
    [ComponentName(Name = "head")] private readonly Projection _head;
    [ComponentName(Name = "head_new")] private readonly Projection _newHead;
    private readonly int _newTokens;

    /// <param name="hiddenSize">Channels of a hidden state.</param>
    /// <param name="vocabularySize">All tokens.</param>
    /// <param name="baseVocabularySize">Tokens before the new ones.</param>
    public TextDecoder(int hiddenSize, int vocabularySize, int baseVocabularySize) : base(nameof(TextDecoder))
    {
        _newTokens = vocabularySize - baseVocabularySize;
        _head = new Projection(hiddenSize, vocabularySize, hasBias: true);
        _newHead = new Projection(hiddenSize, _newTokens, hasBias: true);
        RegisterComponents();

        // A fresh model is nearly sure not to emit a new token: -100 + 95, as the reference starts.
        using var quiet = no_grad();
        init.zeros_(_head.Bias!);
        _head.Bias!.narrow(0, baseVocabularySize, _newTokens).fill_(-100);
        init.constant_(_newHead.Bias!, 95);
    }

    /// <summary>The two heads: the vocabulary's, and the new tokens'.</summary>
    public (Projection All, Projection New) Projections => (_head, _newHead);

    // [..., hidden] -> [..., vocabulary]
    /// <inheritdoc/>
    public override Tensor forward(Tensor hiddenStates)
    {
        var logits = _head.forward(hiddenStates);
        var known = logits.shape[^1] - _newTokens;
        return cat([logits.narrow(-1, 0, known), logits.narrow(-1, known, _newTokens) + _newHead.forward(hiddenStates)], -1);
    }
}
