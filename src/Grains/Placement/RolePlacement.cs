using System.Globalization;
using MmiGrains.Contracts.Workers;
using Orleans.Metadata;

namespace MmiGrains.Grains.Placement;

/// <summary>A grain lives on a silo that offers a role.</summary>
[Serializable]
public sealed class RolePlacement : PlacementStrategy
{
    private const string RoleProperty = "mmi.role";
    private const string StableProperty = "mmi.role-stable";

    /// <summary>For the runtime, which then calls <see cref="Initialize"/>.</summary>
    public RolePlacement()
    {
    }

    /// <param name="role">One role.</param>
    /// <param name="isStable">Whether the grain's id chooses among the silos, so that it comes back to the same one.</param>
    public RolePlacement(WorkerRole role, bool isStable) => (Role, IsStable) = (role, isStable);

    /// <summary>What the silo must offer.</summary>
    public WorkerRole Role { get; private set; }

    /// <summary>Whether the grain's id chooses among the silos.</summary>
    public bool IsStable { get; private set; }

    /// <inheritdoc/>
    public override void Initialize(GrainProperties properties)
    {
        base.Initialize(properties);
        Role = (WorkerRole)int.Parse(properties.Properties[RoleProperty], CultureInfo.InvariantCulture);
        IsStable = bool.Parse(properties.Properties[StableProperty]);
    }

    /// <inheritdoc/>
    public override void PopulateGrainProperties(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        base.PopulateGrainProperties(services, grainClass, grainType, properties);
        properties[RoleProperty] = ((int)Role).ToString(CultureInfo.InvariantCulture);
        properties[StableProperty] = IsStable.ToString();
    }
}
