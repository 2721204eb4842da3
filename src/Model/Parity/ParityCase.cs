using System.Globalization;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>One recorded case of the reference: its inputs, and a tally of our outputs against its own.</summary>
public sealed class ParityCase(string folder, string name, ITensorSource recorded, Lazy<MmInterleaved> model)
{
    private readonly List<string> _failures = [];
    private int _count;
    private double _largest;

    /// <summary>Name of the case's file, without its ending.</summary>
    public string Name => name;

    /// <summary>The folder of the cases.</summary>
    public string Folder => folder;

    /// <summary>The model with the folder's weights, built when a case first needs it.</summary>
    public MmInterleaved Model => model.Value;

    /// <summary>Notes that the case carries, such as generation options.</summary>
    public IReadOnlyDictionary<string, string> Metadata => recorded.Metadata;

    /// <summary>Names of the recorded tensors.</summary>
    public IEnumerable<string> Names => recorded.Entries.Select(entry => entry.Name);

    /// <summary>Whether a tensor was recorded.</summary>
    public bool Has(string tensor) => recorded.Contains(tensor);

    /// <summary>
    /// A recorded tensor, or its half-precision form under the name with <c>_f16</c>. Floating point comes in the type that the
    /// model runs in, float32 while none has been asked for.
    /// </summary>
    public Tensor Read(string tensor) => Read(tensor, Type);

    private ScalarType Type => model.IsValueCreated ? model.Value.Type : ScalarType.Float32;

    private Tensor Read(string tensor, ScalarType type)
    {
        using var value = recorded.Read(Has(tensor) ? tensor : tensor + "_f16");
        return is_integral(value.dtype) ? value.clone() : value.to_type(type, copy: true);
    }

    /// <summary>The distinct parts of names before a dot that match a pattern, such as the runs of a case.</summary>
    public IEnumerable<string> Runs(Func<string, bool> isRun) => Names.Select(n => n.Split('.')[0]).Distinct().Where(isRun);

    /// <summary>Compares a result with the recorded tensor of a name.</summary>
    public void Expect(string tensor, Tensor actual, double tolerance)
    {
        using var expected = Read(tensor, ScalarType.Float32);
        Compare(tensor, actual, expected, tolerance);
    }

    /// <summary>Compares a result with a recorded tensor that keeps only every n-th channel and perhaps the first images.</summary>
    public void ExpectChannels(string tensor, Tensor actual, double tolerance)
    {
        using var expected = Read(tensor, ScalarType.Float32);
        var (images, stride) = (expected.shape[0], actual.shape[1] / expected.shape[1]);
        Compare(tensor, actual.narrow(0, 0, images)[TensorIndex.Ellipsis, TensorIndex.Slice(step: stride), TensorIndex.Colon, TensorIndex.Colon], expected, tolerance);
    }

    /// <summary>Compares token ids, which must be identical.</summary>
    public void ExpectIds(string tensor, Tensor actual)
    {
        using var expected = Read(tensor);
        _count++;
        if (!actual.shape.SequenceEqual(expected.shape) || !actual.eq(expected).all().item<bool>())
        {
            _largest = double.PositiveInfinity;
            _failures.Add($"{tensor}: ids [{Ids(actual)}] differ from [{Ids(expected)}]");
        }
    }

    /// <summary>Compares a number, relative to the expected one.</summary>
    public void ExpectNumber(string what, double actual, double expected, double tolerance)
    {
        _count++;
        Tally(what, Math.Abs(actual - expected) / Math.Max(Math.Abs(expected), double.Epsilon), tolerance, () => $"{actual:G9} for {expected:G9}");
    }

    /// <summary>Compares two tensors: max|a - b| / max(1, max|b|).</summary>
    public void Compare(string what, Tensor actual, Tensor expected, double tolerance)
    {
        using var scope = NewDisposeScope();
        _count++;
        if (!actual.shape.SequenceEqual(expected.shape))
        {
            _largest = double.PositiveInfinity;
            _failures.Add($"{what}: shape [{string.Join(", ", actual.shape)}] for [{string.Join(", ", expected.shape)}]");
            return;
        }

        if (expected.numel() == 0)
        {
            return;
        }

        var (ours, theirs) = (actual.detach().cpu().to_type(ScalarType.Float64).flatten(), expected.to_type(ScalarType.Float64).flatten());
        var difference = (ours - theirs).abs();
        var error = difference.max().item<double>() / Math.Max(1, theirs.abs().max().item<double>());
        Tally(what, error, tolerance, () =>
        {
            var at = difference.argmax().item<long>();
            return $"element {at} of [{string.Join(", ", expected.shape)}]: {ours[at].item<double>():G9} for {theirs[at].item<double>():G9}";
        });
    }

    /// <summary>What came out so far.</summary>
    public ParityResult Result() => new(name, _count, _largest, _failures);

    private void Tally(string what, double error, double tolerance, Func<string> detail)
    {
        // Written so that NaN is a failure. Half precision cannot come closer than this.
        tolerance = Type == ScalarType.Float32 ? tolerance : Math.Max(tolerance, Tolerances.HalfPrecision);
        var within = error <= tolerance;
        _largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(_largest, error);
        if (!within)
        {
            _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: error {error:E1} above {tolerance:E0}, {detail()}"));
        }
    }

    private static string Ids(Tensor ids) => string.Join(" ", ids.flatten().data<long>().ToArray());
}
