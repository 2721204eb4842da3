using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Looks;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Chat.Looks;

/// <summary>Has workers do parts of an answer once more, to tell what the model looked at there. The journal says with which tokens, images and seeds.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="tenant">Whose conversation it is.</param>
/// <param name="warmName">A worker that has the conversation warm is asked first.</param>
/// <param name="cancellation">Ends what the workers do for it at their next step.</param>
internal sealed class SessionLooks(IGrainFactory grains, string tenant, string warmName, CancellationToken cancellation)
{
    /// <summary>Answers a question about an answer.</summary>
    public async Task<LookReport> AnswerAsync(SessionState state, LookQuery query)
    {
        var turn = state.Find(query.TurnId) ?? throw new InvalidTurnException("unknown_turn", "turn", $"The session has no turn '{query.TurnId}'.");
        if (turn.State == TurnState.Running)
        {
            throw new TurnConflictException("turn_running", "The turn is still being answered; what it looked at is told of ended turns.");
        }

        var report = query.Picture is { } hash ? await PaintAsync(state, turn, AnswerParts.Picture(turn, hash), query.Place) : await ReadAsync(state, turn, query);
        return report with { Images = await Task.WhenAll(report.Images.Select(ToPictureAsync)), Prompt = null };
    }

    private async Task<LookReport> ReadAsync(SessionState state, SessionTurn turn, LookQuery query)
    {
        var (run, token) = query.Text is { } text ? (AnswerParts.Run(turn, text), null) : AnswerParts.Token(turn, query.Token ?? 0);
        var before = turn.TextRuns.Take(run).Sum(earlier => earlier.Count);
        var report = await LookAsync(state, turn, run, request => request with { Token = token, Text = query.Text });
        return report with { FirstToken = before + report.FirstToken };
    }

    // The decoder tells what the picture was painted from, the painter what it looked at.
    private async Task<LookReport> PaintAsync(SessionState state, SessionTurn turn, int picture, PicturePlace? place)
    {
        var settings = turn.Accepted.Settings;
        var isFirst = settings.ImageFirst && picture == 0 && turn.TextRuns[0].Count == 0;
        var begun = await LookAsync(state, turn, picture, request => request with { WantsImage = isFirst });
        var before = state.SequenceBefore(turn, picture).OfType<ImagePart>().Select(part => part.Image).ToArray();
        var seed = state.Events.OfType<ImageStarted>().First(started => started.TurnId == turn.Id.ToString() && started.Index == picture).Seed;
        var worker = grains.GetGrain<IDiffusionWorkerGrain>(await ChooseAsync(WorkerRole.Diffusion, turn, before));
        return await worker.LookAsync(new PaintingLookRequest(tenant, begun.Prompt!, before, seed, settings.ImageSteps, settings.GuidanceScale, place), cancellation);
    }

    private async Task<LookReport> LookAsync(SessionState state, SessionTurn turn, int run, Func<LookRequest, LookRequest> about)
    {
        var parts = state.SequenceBefore(turn, run);
        var left = turn.Accepted.Settings.MaxTokens - turn.TextRuns.Take(run).Sum(earlier => earlier.Count);
        var images = parts.OfType<ImagePart>().Select(part => part.Image).Distinct().ToArray();
        var worker = grains.GetGrain<IDecoderWorkerGrain>(await ChooseAsync(WorkerRole.Decoder, turn, images));
        return await worker.LookAsync(about(new LookRequest(tenant, parts, turn.TextRuns[run], Math.Max(left, 1))), cancellation);
    }

    // Another model looks elsewhere.
    private async Task<string> ChooseAsync(WorkerRole role, SessionTurn turn, IReadOnlyList<ImageId> images)
    {
        var directory = grains.GetGrain<IWorkerDirectoryGrain>(0);
        var model = turn.Accepted.Model;
        if (await directory.ChooseAsync(role, warmName, images, [], model) is { } chosen)
        {
            return chosen.Key;
        }

        throw new WorkerUnavailableException(model is not null && await directory.ChooseAsync(role, warmName, images, []) is { } other
            ? $"The model {model[..8]} that answered is no longer served, and {other.Model[..8]} would look elsewhere." : $"There is no {role} worker now.");
    }

    // The encoder sees the middle square of a picture; people see all of it.
    private async Task<ImageLook> ToPictureAsync(ImageLook look)
    {
        var info = await grains.GetGrain<IImageGrain>(look.Image.ToString()).DescribeAsync() ?? throw new ImageNotFoundException(look.Image.ToString());
        var side = (float)Math.Min(info.Width, info.Height);
        return look with { Points = [.. look.Points.Select(point => point with { X = Along(point.X, info.Width), Y = Along(point.Y, info.Height) })] };

        float Along(float position, int length) => ((position * side) + ((length - side) / 2)) / length;
    }
}
