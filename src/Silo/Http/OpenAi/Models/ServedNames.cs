using MmiGrains.Grains.Hosting;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Text;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.OpenAi.Reading;

namespace MmiGrains.Silo.Http.OpenAi.Models;

/// <summary>The names under which clients know the model: its folder's, and one whose answers have their pictures as parts.</summary>
internal sealed class ServedNames
{
    private const string PartsEnd = "-parts";

    // What picture tools send when nobody told them a name.
    private static readonly string[] UsualPainters = ["gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "dall-e-2", "dall-e-3"];

    private readonly string _folder;
    private readonly Lazy<LlamaTokenizer> _tokenizer;
    private readonly Lazy<MmInterleavedConfig> _config;

    /// <param name="device">Where the model is.</param>
    public ServedNames(DeviceOptions device)
    {
        _folder = Path.GetFullPath(device.Model);
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(_folder));
        _config = new Lazy<MmInterleavedConfig>(() => ConfigFile.Read(Path.Combine(_folder, ModelFolder.ConfigName)));
        _tokenizer = new Lazy<LlamaTokenizer>(() => LlamaTokenizer.Load(
            Path.Combine(_folder, ModelFolder.TokenizerName), grounding: false, embeddingRows: _config.Value.Sequence.VocabSizeTotal));
        Created = Directory.Exists(_folder) ? new DateTimeOffset(Directory.GetLastWriteTimeUtc(_folder), TimeSpan.Zero) : DateTimeOffset.UnixEpoch;
    }

    /// <summary>The plain name: pictures are Markdown in the text.</summary>
    public string Name { get; }

    /// <summary>The name for pictures as parts.</summary>
    public string PartsName => Name + PartsEnd;

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>Spells tokens.</summary>
    public LlamaTokenizer Tokenizer => _tokenizer.Value;

    /// <summary>Sizes of the model.</summary>
    public MmInterleavedConfig Config => _config.Value;

    /// <summary>Whether a model is served.</summary>
    public bool Has(string name) => name == Name || name == PartsName;

    /// <summary>The model that a request names.</summary>
    /// <exception cref="ApiException">It is not served, or none is named.</exception>
    public string Read(JsonFields body) => body.Text("model", 256) switch
    {
        { } name when Has(name) => name,
        null => throw JsonFields.Refuse("missing_field", "model", $"model must be '{Name}' or '{PartsName}'; it is not given."),
        { } other => throw (ApiError.NotFound("model_not_found", $"model must be '{Name}' or '{PartsName}'; it is '{JsonFields.Shorten(other)}'.") with { Param = "model" }).ToException(),
    };

    /// <summary>The model that paints: picture tools name none, or one that they know.</summary>
    /// <exception cref="ApiException">It is not served.</exception>
    public string ReadPainter(JsonFields body) => body.Find("model") is null || UsualPainters.Contains(body.Text("model", 256)) ? Name : Read(body);
}
