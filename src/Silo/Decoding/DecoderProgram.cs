using System.Globalization;
using System.Text;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Silo.Decoding;

/// <summary>
/// A process that only decodes pictures, under limits that it sets itself before it has read anything: what a hostile file does to it, it does
/// to nobody else. It ends when whoever started it does.
/// </summary>
internal static class DecoderProgram
{
    /// <summary>The first argument that makes the program this one; help does not list it.</summary>
    public const string Name = "decode-images";

    private const int WorthCollecting = 8 << 20;

    private static readonly ImageProcessor Processor = new();

    /// <summary>Answers questions until there are no more.</summary>
    /// <param name="args">Its name, bytes of memory, seconds of processor time a picture.</param>
    public static int Run(IReadOnlyList<string> args)
    {
        var (memory, seconds) = (long.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        Processor.Decode(ImageProcessor.EncodePng(new RgbImage(2, 2, new byte[12])), DecodePolicy.ForUsers); // compiled, and its library loaded
        ProcessLimits.BoundMemory(memory);
        output.WriteByte(DecodeWire.Ready);
        output.Flush();
        var question = new byte[DecodeWire.QuestionBytes];
        while (input.ReadAtLeast(question, question.Length, throwOnEndOfStream: false) == question.Length)
        {
            ProcessLimits.BoundProcessorTime(seconds);
            if (!Answer(question, input, output))
            {
                return ExitCode.CouldNotRun;
            }

            output.Flush();
        }

        return ExitCode.Done;
    }

    // False where the process is not to be trusted any longer.
    private static bool Answer(byte[] question, Stream input, Stream output)
    {
        try
        {
            var file = new byte[DecodeWire.Number(question, 5)];
            input.ReadExactly(file);
            var image = Processor.Decode(file, DecodePolicy.ForUsers);
            var number = DecodeWire.Number(question, 1);
            var result = (DecodeWire.Work)question[0] switch
            {
                DecodeWire.Work.Crop => Processor.CenterCrop(image, number),
                DecodeWire.Work.Fit => ImageProcessor.Fit(image, number),
                _ => null,
            };
            output.Write(DecodeWire.Answer(DecodeWire.Outcome.Done, image.Width, image.Height, result?.Width ?? 0, result?.Height ?? 0));
            if (result is not null)
            {
                output.Write(result.Pixels);
            }

            Tidy(image.Pixels.Length);
            return true;
        }
        catch (ImageInputException problem)
        {
            var sentence = Encoding.UTF8.GetBytes(problem.Message);
            output.Write(DecodeWire.Answer(DecodeWire.Outcome.Refused, first: sentence.Length));
            output.Write(sentence);
            return true;
        }
        catch (OutOfMemoryException)
        {
            output.Write(DecodeWire.Answer(DecodeWire.Outcome.OutOfMemory));
            output.Flush();
            return false;
        }
    }

    // An idle child keeps no large picture.
    private static void Tidy(int bytes)
    {
        if (bytes > WorthCollecting)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        }
    }
}
