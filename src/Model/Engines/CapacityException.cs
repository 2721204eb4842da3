namespace MmiGrains.Model.Engines;

/// <summary>A request asks for more than there is: for more than an engine could ever give it, or at a time when too many wait.</summary>
public sealed class CapacityException : Exception
{
    private CapacityException(string message, string resource, long asked, long limit, bool isPassing) : base(message) =>
        (Resource, Asked, Limit, IsPassing) = (resource, asked, limit, isPassing);

    /// <summary>What there is too little of.</summary>
    public string Resource { get; }

    /// <summary>How much was asked for.</summary>
    public long Asked { get; }

    /// <summary>How much there is.</summary>
    public long Limit { get; }

    /// <summary>Whether the same request may be granted later.</summary>
    public bool IsPassing { get; }

    /// <summary>More than there is even when nothing else runs.</summary>
    public static CapacityException TooLarge(string resource, long asked, long limit) =>
        new($"The request needs {asked} {resource}; there are {limit}.", resource, asked, limit, isPassing: false);

    /// <summary>What is at work leaves too little.</summary>
    public static CapacityException Full(string resource, long used, long asked, long limit) =>
        new($"There are {used} {resource}, and {asked} more would exceed {limit}.", resource, asked, limit, isPassing: true);

    /// <summary>As many as may wait are waiting.</summary>
    public static CapacityException Busy(string resource, long waiting, long limit) =>
        new($"{waiting} {resource} wait already, of at most {limit}.", resource, waiting, limit, isPassing: true);
}
