using MmiGrains.Contracts.Errors;
using MmiGrains.Documents;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Inference;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Model.Weights;

namespace MmiGrains.Silo.Terminal;

/// <summary>What went wrong, for the user: one sentence when it was to be expected, everything when it was not.</summary>
internal static class Problem
{
    /// <summary>Whether files, arguments or the system are at fault, rather than this program.</summary>
    public static bool IsExpected(Exception problem) => problem
        is CommandException
        or DocumentException
        or InvalidJobException
        or DataException
        or NonFiniteLossException
        or ConfigException
        or WeightFileException
        or CheckpointMismatchException
        or ImageInputException
        or InferenceException
        or StoreException
        or ArgumentException
        or IOException
        or InvalidDataException
        or UnauthorizedAccessException;

    public static string Describe(Exception problem) => IsExpected(problem) ? FirstLine(problem.Message) : problem.ToString();

    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd();
}
