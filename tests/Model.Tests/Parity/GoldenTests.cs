using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Parity;
using MmiGrains.Model.Tests.Interleaved;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Parity;

/// <summary>Every recorded case of the reference, from deformable attention to an optimizer step.</summary>
[Collection(SharedModelCollection.Name)]
public sealed class GoldenTests(SharedModel golden)
{
    public static TheoryData<string> Cases => new(ParityRunner.CaseNames(Golden.Path()));

    public static TheoryData<string> BFloat16Cases => ["c_vision", "d_perceiver", "e_mm_decoder", "h_image_parts"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_equals_the_reference(string name)
    {
        var result = ParityRunner.Run(Golden.Path(), name, new(golden.Model));

        Assert.True(result.IsEqual, string.Join('\n', result.Failures));
        Assert.True(result.TensorCount > 0, "nothing was compared");
    }

    [Theory]
    [MemberData(nameof(BFloat16Cases))]
    public void Case_equals_the_reference_in_bfloat16(string name)
    {
        var result = ParityRunner.Run(Golden.Path(), name, ParityRunner.Model(Golden.Path(), ScalarType.BFloat16));

        Assert.True(result.IsEqual, string.Join('\n', result.Failures));
        Assert.True(result.LargestError > 1e-4, "the case did not run in bfloat16");
    }

    [Theory]
    [InlineData("e_mm_decoder")]
    [InlineData("f_text")]
    [InlineData("h_generate_images")]
    public void Case_equals_the_reference_on_a_model_prepared_for_inference(string name)
    {
        using var model = ModelFolder.Load(Golden.Path());
        model.PrepareForInference();
        var result = ParityRunner.Run(Golden.Path(), name, new(model));

        Assert.True(result.IsEqual, string.Join('\n', result.Failures));
    }

    [Fact]
    public void An_unknown_kind_of_case_is_named()
    {
        var result = ParityRunner.Run(Golden.Path(), "z_unknown", new(golden.Model));

        Assert.False(result.IsEqual);
        Assert.Contains("unknown kind of case", result.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_weight_is_noticed()
    {
        using var quiet = no_grad();
        using var model = ModelFolder.Load(Golden.Path());
        model.get_parameter("context_feat_proj.weight")!.view(-1)[17] += 0.01;

        var result = ParityRunner.Run(Golden.Path(), "g_prepare", new(() => model));

        Assert.Contains(result.Failures, failure => failure.StartsWith("ctx.bos.features: error", StringComparison.Ordinal));
    }
}
