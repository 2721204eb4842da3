using System.Text.Json;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http.Training;

/// <summary>A recipe that comes over HTTP names files below the silo's folder for training and nowhere else.</summary>
internal static class RecipePaths
{
    private const int MostShown = 60;

    /// <summary>Refuses a recipe that leads out of its folder.</summary>
    /// <exception cref="ApiException">It does; the sentence names the place.</exception>
    public static void Check(JsonElement recipe) => Check(recipe, "recipe");

    private static void Check(JsonElement value, string place)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in value.EnumerateObject())
                {
                    if (field.Name == "absolute_paths" && field.Value.ValueKind != JsonValueKind.False)
                    {
                        throw ApiError.Invalid("path_not_allowed", $"{place}.{field.Name}", $"{place}.{field.Name} must be false; paths lead from the silo's folder for training.").ToException();
                    }

                    Check(field.Value, $"{place}.{field.Name}");
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Check(item, $"{place}[{index++}]");
                }

                break;
            case JsonValueKind.String when LeadsOut(value.GetString()!):
                var text = value.GetString()!;
                throw ApiError.Invalid(
                    "path_not_allowed", place, $"{place} must be a path below the silo's folder for training; it is '{(text.Length <= MostShown ? text : text[..MostShown])}'.").ToException();
        }
    }

    private static bool LeadsOut(string text) =>
        text.StartsWith('/') || text.StartsWith('\\') || text.StartsWith('~') || text.Split('/', '\\').Contains("..") || text.Contains('\0') || text.Contains("{/", StringComparison.Ordinal);
}
