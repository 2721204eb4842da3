using MmiGrains.Client.Http;

namespace MmiGrains.Client.Commands;

/// <summary>Shows answers as they come.</summary>
internal interface IAnswerView
{
    /// <summary>A conversation has begun.</summary>
    void Begin(string session);

    /// <summary>Something has come.</summary>
    Task ShowAsync(ServerEvent news, CancellationToken cancellation);

    /// <summary>The answer was stopped by the user.</summary>
    void Stop();
}
