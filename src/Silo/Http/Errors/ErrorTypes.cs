namespace MmiGrains.Silo.Http.Errors;

/// <summary>Kinds of refusals, as the clients of chat services know them.</summary>
internal static class ErrorTypes
{
    public const string InvalidRequest = "invalid_request_error";
    public const string NotFound = "not_found_error";
    public const string Conflict = "conflict_error";
    public const string Authentication = "authentication_error";
    public const string Permission = "permission_error";
    public const string RateLimit = "rate_limit_error";
    public const string Overloaded = "overloaded_error";
    public const string Server = "server_error";
}
