using System.Text;
using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics.Features;
using MmiGrains.Model.Metrics.Files;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class FeatureFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<f4", false, 1)]
    [InlineData("<f8", false, 1)]
    [InlineData("<f8", true, 1)]
    [InlineData("<f4", true, 2)]
    public void An_array_of_numpy_is_read_row_by_row(string type, bool columnsFirst, byte version)
    {
        double[] stored = columnsFirst ? [1, -4, 2.5, 5, 3, 6] : [1, 2.5, 3, -4, 5, 6];
        var features = FeatureFile.Read(Npy($"'descr': '{type}', 'fortran_order': {columnsFirst}, 'shape': (2, 3), ", Bytes(type, stored), version));
        Assert.Equal((2, 3), (features.RowCount, features.ColumnCount));
        Assert.Equal([1, 2.5, 3, -4, 5, 6], features.Rows(0, 2).ToArray());
        Assert.Equal([-4, 5, 6], features.Rows(1, 1).ToArray());
    }

    [Fact]
    public void A_tensor_of_a_weight_file_is_read()
    {
        var path = _folder.File("features.safetensors");
        SafetensorsFile.Write(path, [("features", tensor(new float[] { 1, 2, 3, 4, 5, 6 }, 3, 2).to(ScalarType.Float16))]);
        var features = FeatureFile.Read(path);
        Assert.Equal((3, 2), (features.RowCount, features.ColumnCount));
        Assert.Equal([1, 2, 3, 4, 5, 6], features.Rows(0, 3).ToArray());
    }

    [Theory]
    [InlineData("'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), ", 47, "has 47 bytes of values; 2 x 3 of 8 bytes are 48")]
    [InlineData("'descr': '<f8', 'fortran_order': False, 'shape': (6,), ", 48, "has the shape [6]")]
    [InlineData("'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), ", 0, "has the shape [0, 3]")]
    [InlineData("'descr': '<f8', 'fortran_order': False, 'shape': (4000000000, 4000000000), ", 0, "has the shape [4000000000, 4000000000]")]
    [InlineData("'descr': '<f8', 'fortran_order': False, 'shape': (-2, 3), ", 0, "has the shape [-1, 3]")]
    [InlineData("'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), ", 48, "type '<i8'")]
    [InlineData("'fortran_order': False", 48, "is not that of a numpy array")]
    public void A_damaged_array_is_one_sentence(string header, int byteCount, string expected)
    {
        var path = Npy(header, new byte[byteCount], 1);
        var error = Assert.Throws<DataException>(() => FeatureFile.Read(path));
        Assert.StartsWith($"'{path}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(Npy("'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), ", new byte[8], 1));
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.Write("cut.npy", whole[..length]);
            var error = Record.Exception(() => FeatureFile.Read(path));
            Assert.True(error is DataException or WeightFileException, $"{length} bytes: {error}");
        }
    }

    [Fact]
    public void Other_content_is_refused()
    {
        var path = Npy("'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), ", Bytes("<f4", [1, double.PositiveInfinity]), 1);
        Assert.Contains("row 0, column 1 is no finite number", Assert.Throws<DataException>(() => FeatureFile.Read(path)).Message);
        var two = _folder.File("two.safetensors");
        SafetensorsFile.Write(two, [("a", zeros(1, 2)), ("b", zeros(1, 2))]);
        Assert.Contains("holds 2 tensors", Assert.Throws<DataException>(() => FeatureFile.Read(two)).Message);
        Assert.Contains("does not exist", Assert.Throws<WeightFileException>(() => FeatureFile.Read(_folder.File("none"))).Message);
    }

    private string Npy(string fields, byte[] values, byte version)
    {
        var header = Encoding.ASCII.GetBytes($"{{{fields}}}\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes((uint)header.Length);
        return _folder.Write("features.npy", [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. values]);
    }

    private static byte[] Bytes(string type, double[] values) =>
        [.. values.SelectMany(value => type == "<f8" ? BitConverter.GetBytes(value) : BitConverter.GetBytes((float)value))];
}
