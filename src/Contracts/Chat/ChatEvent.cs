using System.Text.Json.Serialization;
using MmiGrains.Contracts.Images;

namespace MmiGrains.Contracts.Chat;

/// <summary>
/// What happens in a conversation. Durable events are numbered from 1 without gaps, are journaled before anyone sees them, and never change; progress
/// bears the number of the durable event before it and may be missed.
/// </summary>
[JsonDerivedType(typeof(TurnAccepted), "accepted")]
[JsonDerivedType(typeof(TextDelta), "text")]
[JsonDerivedType(typeof(ImageStarted), "image_started")]
[JsonDerivedType(typeof(ImageProgress), "image_progress")]
[JsonDerivedType(typeof(ImageCompleted), "image_completed")]
[JsonDerivedType(typeof(TurnCompleted), "completed")]
[JsonDerivedType(typeof(TurnCancelled), "cancelled")]
[JsonDerivedType(typeof(TurnFailed), "failed")]
[GenerateSerializer, Immutable, Alias("mmi.ChatEvent")]
public abstract record ChatEvent
{
    /// <summary>Its number, or that of the durable event before it.</summary>
    [Id(0)]
    public long Sequence { get; init; }

    /// <summary>The turn it belongs to.</summary>
    [Id(1)]
    public string TurnId { get; init; } = "";

    /// <summary>Whether the turn has nothing more to say after it.</summary>
    [JsonIgnore]
    public virtual bool EndsTurn => false;

    /// <summary>Whether it is journaled.</summary>
    [JsonIgnore]
    public virtual bool IsDurable => true;
}

/// <summary>A user's turn is durable.</summary>
/// <param name="Content">What was said.</param>
/// <param name="Settings">How it is answered, the seed chosen.</param>
[GenerateSerializer, Immutable, Alias("mmi.TurnAccepted")]
public sealed record TurnAccepted([property: Id(0)] IReadOnlyList<Segment> Content, [property: Id(1)] GenerationSettings Settings) : ChatEvent
{
    /// <summary>0 for someone who waits.</summary>
    [Id(2)]
    public int Priority { get; init; }

    /// <summary>How long after it was accepted its answer is wanted; null for ever.</summary>
    [Id(6)]
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>When it was accepted.</summary>
    [Id(4)]
    public DateTimeOffset Time { get; init; }

    /// <summary>Hash of the model that answers it, as long as that is served; null in old journals.</summary>
    [Id(5)]
    public string? Model { get; init; }
}

/// <summary>More text of the answer.</summary>
/// <param name="Text">Whole characters; empty where the tokens end within one.</param>
/// <param name="TokenIds">The model's tokens.</param>
[GenerateSerializer, Immutable, Alias("mmi.TextDelta")]
public sealed record TextDelta([property: Id(0)] string Text, [property: Id(1)] IReadOnlyList<int> TokenIds) : ChatEvent
{
    /// <summary>Of each token the natural logarithm of its probability; null where they are not asked for.</summary>
    [Id(2)]
    public IReadOnlyList<float>? LogProbabilities { get; init; }
}

/// <summary>An image of the answer has begun.</summary>
/// <param name="Index">From 0, in this answer.</param>
/// <param name="Seed">Its seed: painted again, it is the same image.</param>
[GenerateSerializer, Immutable, Alias("mmi.ImageStarted")]
public sealed record ImageStarted([property: Id(0)] int Index, [property: Id(1)] long Seed) : ChatEvent;

/// <summary>An image has come so far.</summary>
/// <param name="Index">Which.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Preview">A PNG of what it would be now; null between previews.</param>
[GenerateSerializer, Immutable, Alias("mmi.ImageProgress")]
public sealed record ImageProgress([property: Id(0)] int Index, [property: Id(1)] int Step, [property: Id(2)] int Steps, [property: Id(3)] byte[]? Preview) : ChatEvent
{
    /// <inheritdoc/>
    public override bool IsDurable => false;
}

/// <summary>An image of the answer is stored.</summary>
/// <param name="Index">Which.</param>
/// <param name="Image">Where.</param>
[GenerateSerializer, Immutable, Alias("mmi.ImageCompleted")]
public sealed record ImageCompleted([property: Id(0)] int Index, [property: Id(1)] ImageId Image) : ChatEvent;

/// <summary>The answer is whole.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="Usage">What it cost.</param>
[GenerateSerializer, Immutable, Alias("mmi.TurnCompleted")]
public sealed record TurnCompleted([property: Id(0)] FinishReason Reason, [property: Id(1)] TurnUsage Usage) : ChatEvent
{
    /// <inheritdoc/>
    public override bool EndsTurn => true;
}

/// <summary>Someone has ended the answer.</summary>
[GenerateSerializer, Immutable, Alias("mmi.TurnCancelled")]
public sealed record TurnCancelled : ChatEvent
{
    /// <inheritdoc/>
    public override bool EndsTurn => true;
}

/// <summary>The answer could not be given to its end.</summary>
/// <param name="Code">A word for programs.</param>
/// <param name="Message">One sentence.</param>
[GenerateSerializer, Immutable, Alias("mmi.TurnFailed")]
public sealed record TurnFailed([property: Id(0)] string Code, [property: Id(1)] string Message) : ChatEvent
{
    /// <inheritdoc/>
    public override bool EndsTurn => true;
}
