using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Grains.Illustration;

/// <summary>Tells somebody of a job's end: at least once, or after some tries never.</summary>
/// <param name="logger">Told of what was not delivered.</param>
internal sealed class JobWebhook(ILogger<JobWebhook> logger) : IDisposable
{
    private const int MostTries = 6;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Tells it.</summary>
    public async Task TellAsync(string address, IllustrationStatus status, CancellationToken cancellation)
    {
        var body = new JsonObject { ["id"] = status.Id, ["state"] = status.State.ToString().ToLowerInvariant(), ["done"] = status.Done, ["total"] = status.Total };
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            try
            {
                using var answer = await _http.PostAsJsonAsync(address, body, cancellation);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                logger.LogInformation("The webhook of job {Job} answered {Status}", status.Id, (int)answer.StatusCode);
            }
            catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                logger.LogInformation("The webhook of job {Job} was not reached: {Problem}", status.Id, problem.Message);
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, attempt - 1)), cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
