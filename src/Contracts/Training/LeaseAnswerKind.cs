namespace MmiGrains.Contracts.Training;

/// <summary>What a trainer that asks for a range gets.</summary>
public enum LeaseAnswerKind
{
    /// <summary>The round is not known here: it is void, or the pool was lost.</summary>
    Unknown,

    /// <summary>A range.</summary>
    Granted,

    /// <summary>Others have all that are left; one may come back.</summary>
    Wait,

    /// <summary>All are done.</summary>
    Complete,
}
