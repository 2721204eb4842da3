using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>Which parameters train, and how: the reference's pre-training groups.</summary>
public static class OptimizerRecipe
{
    /// <summary>Freezes what pre-training leaves as it is, and lets everything else train.</summary>
    public static void Freeze(nn.Module model)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.requires_grad = !Freezing.IsFrozen(name);
        }
    }

    /// <summary>
    /// The groups of the parameters that train: by the first override whose part of a name matches, and by whether they decay.
    /// Biases and the parameters of layer norms do not; those of other norms do, as in the reference.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="config">Rates and decay.</param>
    /// <param name="more">What trains beside the model's own parameters.</param>
    public static IReadOnlyList<ParameterGroup> Groups(nn.Module model, OptimizerConfig config, IReadOnlyList<(string Name, Parameter Parameter)>? more = null)
    {
        var layerNorms = model.named_modules().Where(child => child.module is LayerNorm).Select(child => child.name + ".").ToHashSet();
        return [.. model.named_parameters()
            .Where(member => member.parameter.requires_grad)
            .Select(member => (Name: member.name, Parameter: member.parameter))
            .Concat(more ?? [])
            .GroupBy(member => Settings(member.Name, layerNorms, config))
            .Select(group => new ParameterGroup(group.Key.Lr, group.Key.Decay, [.. group]))];
    }

    /// <summary>Learning rate of the parameter of a name; at 0 it stays as it is, and nothing need be computed for it.</summary>
    public static double Rate(string name, OptimizerConfig config) => Match(name, config)?.Lr ?? config.Lr;

    private static OptimizerOverride? Match(string name, OptimizerConfig config) =>
        config.OverridesFirstMatch.FirstOrDefault(row => name.Contains(row.NamePart, StringComparison.Ordinal));

    private static (double Lr, double Decay) Settings(string name, HashSet<string> layerNorms, OptimizerConfig config)
    {
        var match = Match(name, config);
        var decays = !name.Contains("bias", StringComparison.Ordinal) && !layerNorms.Contains(name[..(name.LastIndexOf('.') + 1)]);
        return (match?.Lr ?? config.Lr, decays ? match?.WeightDecay ?? config.WeightDecay : 0);
    }
}
