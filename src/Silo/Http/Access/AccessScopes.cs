namespace MmiGrains.Silo.Http.Access;

/// <summary>What a key allows.</summary>
[Flags]
internal enum AccessScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>To read what the tenant has: GET.</summary>
    Read = 1,

    /// <summary>To have something made, stored or deleted for the tenant: everything else.</summary>
    Generate = 2,

    /// <summary>To change what the whole cluster does: which model is served.</summary>
    Operate = 4,

    /// <summary>All of them.</summary>
    All = Read | Generate | Operate,
}
