using System.Globalization;
using Microsoft.AspNetCore.Http;
using MmiGrains.Contracts.Errors;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Looks;

namespace MmiGrains.Silo.Http.Access;

/// <summary>
/// Stands before everything under <c>/v1</c>: who asks, whether the key allows it, and whether the tenant may ask as often. Pages and health are for all.
/// </summary>
/// <param name="next">What answers.</param>
/// <param name="ring">Knows the keys.</param>
/// <param name="urls">Knows the signed addresses.</param>
/// <param name="limits">Counts requests.</param>
/// <param name="audit">Writes down.</param>
/// <param name="clock">Tells how long a request takes.</param>
internal sealed class AccessMiddleware(RequestDelegate next, KeyRing ring, SignedUrls urls, RateLimits limits, AuditLog audit, TimeProvider clock)
{
    private const string Scheme = "Bearer ";

    /// <summary>Answers one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/v1"))
        {
            await next(context);
            return;
        }

        var began = clock.GetTimestamp();
        Caller? caller = null;
        context.Response.OnCompleted(() =>
        {
            audit.Add(context, caller, began);
            return Task.CompletedTask;
        });
        caller = await IdentifyAsync(context);
        context.Features.Set(new RequestTenant(caller.Tenant));
        RequireScope(context.Request, caller);
        await limits.CountAsync(context, caller.Tenant);

        // An answer that is under way ends with its key.
        using var revoked = caller.Revoked.Register(context.Abort);
        try
        {
            await next(context);
        }
        catch (QuotaExceededException problem)
        {
            throw RateLimits.Refusal(problem.Code, problem.Message, problem.RetryAfter).ToException();
        }
    }

    private async Task<Caller> IdentifyAsync(HttpContext context)
    {
        if (context.Request.Query.ContainsKey("signature") && await urls.VerifyAsync(context.Request) is { } owner)
        {
            return new Caller(owner, null, AccessScopes.Read, CancellationToken.None);
        }

        var header = context.Request.Headers.Authorization.ToString();
        var presented = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
        if (await ring.FindAsync(presented) is { } caller)
        {
            return caller;
        }

        context.Response.Headers.WWWAuthenticate = Scheme.Trim();
        throw (presented is null
            ? Unauthorized("missing_api_key", "The request needs an API key: the header 'Authorization: Bearer mmi_...'.")
            : Unauthorized("invalid_api_key", string.Create(
                CultureInfo.InvariantCulture, $"The API key in the header 'Authorization' is not one of this cluster's, or is revoked; it has {presented.Length} of {ApiKey.Length} characters."))).ToException();
    }

    private static ApiError Unauthorized(string code, string message) =>
        new(StatusCodes.Status401Unauthorized, ErrorTypes.Authentication, code, message) { Param = "Authorization" };

    private static void RequireScope(HttpRequest request, Caller caller)
    {
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var computes = request.Path.Value!.EndsWith($"/{LookEndpoints.Name}", StringComparison.OrdinalIgnoreCase);
        var wanted = reads && !computes ? AccessScopes.Read : request.Path.StartsWithSegments("/v1/cluster") ? AccessScopes.Operate : AccessScopes.Generate;
        if (!caller.Scopes.HasFlag(wanted))
        {
            throw new ApiError(
                StatusCodes.Status403Forbidden, ErrorTypes.Permission, "scope_missing",
                $"{request.Method} needs the scope '{wanted.ToString().ToLowerInvariant()}'; the key has '{caller.Scopes.ToString().ToLowerInvariant()}'.").ToException();
        }
    }
}
