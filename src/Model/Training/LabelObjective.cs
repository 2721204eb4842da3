using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Training;

/// <summary>
/// The visual tokenizer alone: the first channels of the encoder's tokens, of the pyramid's levels down to the tokens' grid, and of the visual tokens where
/// those make a grid (<see cref="TokenGrid"/>), become log-odds of what the data knows of each cell (<see cref="CellLabels"/>). It stands where the reference
/// begins from CLIP: an encoder that sees before anyone learns to read it. Every cell of every picture teaches, where a caption teaches a few words.
/// </summary>
public sealed class LabelObjective : ITrainingObjective
{
    private const string VisualTokenizer = "visual_tokenizer.";

    private readonly MmInterleaved _model;
    private readonly TokenGrid _patches;
    private readonly TokenGrid? _summary;

    /// <param name="model">The model.</param>
    public LabelObjective(MmInterleaved model) =>
        (_model, _patches, _summary) = (model, TokenGrid.Square(model.Config.VisionEncoder.Grid), TokenGrid.Of(model.Config.Sequence.NumImgToken));

    /// <inheritdoc/>
    public bool Trains(string parameter) => parameter.StartsWith(VisualTokenizer, StringComparison.Ordinal) && !Freezing.IsFixed(parameter);

    /// <inheritdoc/>
    /// <exception cref="ConfigException">An image has no labels, or they have more classes than the encoder has channels.</exception>
    public (Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Parts) Loss(IReadOnlyList<PackedRow> rows, long seed)
    {
        SampleImage[] images = [.. rows.SelectMany(row => row.Images).Where(CellLabels.Has)];
        if (images.Length == 0)
        {
            throw new ConfigException("The objective labels needs images whose cells are known, as those of the kind scenes; this batch has none.");
        }

        var pixels = ImageProcessor.ToTensor([.. images.Select(image => image.ForEncoder)]).to(_model.Device).to_type(_model.Type);
        var (tokens, pyramid) = _model.VisualTokenizer.EncodeRaw(pixels);
        Tensor[] maps =
        [
            .. pyramid.Levels.Where(level => level.shape[3] >= _patches.Columns),
            Map(tokens.narrow(1, 1, tokens.shape[1] - 1), _patches),
            .. _summary is { } cells ? [Map(_model.VisualTokenizer.Summarize(tokens), cells)] : Array.Empty<Tensor>(),
        ];
        var losses = maps.Select(map => CellLabels.Losses(map, images)).ToArray();
        var parts = losses[0].Select((first, i) => (first.Name, losses.Select(map => map[i].Value).Aggregate((sum, next) => sum + next) / losses.Length)).ToArray();
        return (parts.Select(part => part.Item2).Aggregate((sum, next) => sum + next), parts);
    }

    private static Tensor Map(Tensor tokens, TokenGrid cells) => tokens.transpose(1, 2).unflatten(2, [cells.Rows, cells.Columns]);
}
