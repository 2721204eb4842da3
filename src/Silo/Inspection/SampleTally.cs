using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Silo.Inspection;

/// <summary>What is in the samples of one data set.</summary>
internal sealed class SampleTally
{
    private const int ImageSide = 224;
    private const int MostExamples = 5;

    public long Samples { get; private set; }

    public long Characters { get; private set; }

    public long TrainedCharacters { get; private set; }

    public long Images { get; private set; }

    public long TrainedImages { get; private set; }

    public bool AreDecoded { get; private set; }

    public long DamagedCount { get; private set; }

    public List<string> DamagedImages { get; } = [];

    public void Add(DataSample sample, bool decodes)
    {
        (Samples, AreDecoded) = (Samples + 1, decodes);
        foreach (var piece in sample.Pieces)
        {
            var length = (piece as TextPiece)?.Text.Length ?? 0;
            var images = piece is ImagePiece ? 1 : 0;
            (Characters, Images) = (Characters + length, Images + images);
            (TrainedCharacters, TrainedImages) = piece.IsTrained ? (TrainedCharacters + length, TrainedImages + images) : (TrainedCharacters, TrainedImages);
            if (decodes && piece is ImagePiece image)
            {
                Decode(image.Image, sample.Origin);
            }
        }
    }

    private void Decode(ISampleImage image, string origin)
    {
        try
        {
            image.Load(ImageSide);
        }
        catch (ImageInputException problem)
        {
            DamagedCount++;
            if (DamagedImages.Count < MostExamples)
            {
                DamagedImages.Add($"{origin}: {problem.Message}");
            }
        }
    }
}
