using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Illustration;

/// <summary>What fits into the model's sequence, as a decoder counts it.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="tenant">Whose document it is.</param>
/// <param name="warmName">The conversations' name: the decoder that has read them counts.</param>
internal sealed class FigureRoom(IGrainFactory grains, string tenant, string warmName)
{
    private const int MostCharacters = 2000, FewestCharacters = 40;

    /// <summary>Weights that paint now; empty where nobody does.</summary>
    public async Task<string> ModelAsync() =>
        (await grains.GetGrain<IWorkerDirectoryGrain>(0).ListAsync()).FirstOrDefault(worker => worker.Role == WorkerRole.Diffusion && worker.IsServing)?.Model ?? "";

    /// <summary>A figure's text, shortened until it takes a quarter of a sequence at most.</summary>
    public async Task<string> TextAsync(DocumentRecord record, IReadOnlyList<Documents.DocumentBlock> blocks, int figure)
    {
        var figures = record.Spec.Plan.Figures;
        for (var characters = MostCharacters; ; characters /= 2)
        {
            var text = FigureText.Of(blocks, figures, figure, characters);
            if (characters <= FewestCharacters || await FitsAsync([new TextPart(text)], 0.25))
            {
                return text;
            }
        }
    }

    /// <summary>Whether a conversation has room for a further text and its picture.</summary>
    public Task<bool> HasRoomAsync(DocumentRecord record, FigureSession session, string text) => FitsAsync(FigureHistory.Parts(tenant, record, session.All, text), 0.9);

    /// <summary>The figures that a new conversation begins after: as many as leave half of the sequence free.</summary>
    public async Task<IReadOnlyList<ShownFigure>> HistoryAsync(DocumentRecord record, int figure, string text)
    {
        var candidates = FigureHistory.Candidates(record, figure);
        for (var count = candidates.Count; ; count--)
        {
            var shown = candidates.Take(count).OrderBy(one => one.Figure).ToArray();
            if (count == 0 || await FitsAsync(FigureHistory.Parts(tenant, record, shown, text), 0.6))
            {
                return shown;
            }
        }
    }

    private async Task<bool> FitsAsync(IReadOnlyList<SequencePart> parts, double share)
    {
        var worker = await grains.GetGrain<IWorkerDirectoryGrain>(0).ChooseAsync(WorkerRole.Decoder, $"{tenant}/{warmName}", [], [])
            ?? throw new CapacityExceededException("No decoder is there.", isPassing: true);
        try
        {
            var (tokens, limit) = await grains.GetGrain<IDecoderWorkerGrain>(worker.Key).CountAsync(parts);
            return tokens <= limit * share;
        }
        catch (InvalidTurnException)
        {
            return false; // more images than the model looks at
        }
    }
}
