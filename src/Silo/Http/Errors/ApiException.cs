namespace MmiGrains.Silo.Http.Errors;

/// <summary>A handler refuses a request.</summary>
/// <param name="error">What the client is told.</param>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    /// <summary>What the client is told.</summary>
    public ApiError Error { get; } = error;
}
