using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary>What requests to conversations have in common.</summary>
internal static partial class SessionRequest
{
    private const string ResumeHeader = "Last-Event-ID";

    /// <summary>A conversation of the request's tenant.</summary>
    /// <exception cref="SessionNotFoundException">No conversation can have this name.</exception>
    public static IChatSessionGrain Session(HttpContext context, string id) => Name().IsMatch(id)
        ? context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IChatSessionGrain>($"{RequestTenant.Of(context)}/{id}")
        : throw new SessionNotFoundException(id.Length <= 128 ? id : id[..128]);

    /// <summary>Number of the last event that the client knows: the header, or the parameter <c>after</c>.</summary>
    public static long LastEvent(HttpRequest request)
    {
        var (field, text) = request.Headers[ResumeHeader] is { Count: > 0 } header ? (ResumeHeader, header.ToString()) : ("after", request.Query["after"].ToString());
        return text.Length == 0 ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw ApiError.Invalid("invalid_value", field, $"{field} must be the number of an event; it is '{(text.Length <= 40 ? text : text[..40])}'.").ToException();
    }

    /// <summary>A whole number of the query.</summary>
    public static int Number(HttpRequest request, string field, int least, int most, int otherwise)
    {
        var text = request.Query[field].ToString();
        return text.Length == 0 ? otherwise
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw ApiError.Invalid("invalid_value", field, $"{field} must be {least} to {most}; it is '{(text.Length <= 40 ? text : text[..40])}'.").ToException();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex Name();
}
