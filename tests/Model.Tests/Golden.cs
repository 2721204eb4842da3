namespace MmiGrains.Model.Tests;

/// <summary>Where the recorded inputs and outputs of the reference lie: tests/Golden, beside the solution.</summary>
internal static class Golden
{
    private static readonly string Root = FindRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "MmiGrains.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "tests", "Golden");
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds MmiGrains.sln.");
    }
}
