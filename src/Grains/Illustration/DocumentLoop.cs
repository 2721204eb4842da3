using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Documents;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Workflows;

namespace MmiGrains.Grains.Illustration;

/// <summary>Paints a document's figures, one after the other. Every try is stored before it is asked for, and what came of it before the next is begun.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="job">Whose document.</param>
/// <param name="number">Which of the job's.</param>
/// <param name="state">What is promised, and how far it is.</param>
/// <param name="painter">Paints.</param>
/// <param name="documents">Has the document's bytes.</param>
/// <param name="rates">Told how long pictures take.</param>
/// <param name="tellAsync">Tells the job how far it is.</param>
/// <param name="lost">Ends the activation: what is stored may be more than what is known.</param>
/// <param name="logger">Told what went wrong.</param>
internal sealed class DocumentLoop(
    IGrainFactory grains, JobKey job, int number, WorkflowRecord<DocumentRecord> state, FigurePainter painter, DocumentStore documents, PaintRates rates, Func<Task> tellAsync, Action lost,
    ILogger logger)
{
    private bool _isLost;

    /// <summary>Goes on until nothing is left, someone stops it, or it fails; also where there was nothing left for a while, until the job was told so.</summary>
    /// <param name="stop">The activation ends, or the document.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        do
        {
            await PaintAsync(stop);
            await tellAsync();
        }
        while (state.Value is { State: JobState.Running } && !_isLost && !stop.IsCancellationRequested);
    }

    private async Task PaintAsync(CancellationToken stop)
    {
        try
        {
            var spec = state.Value!.Spec;
            var bytes = await painter.AskAsync(() => documents.ReadAsync(job.ToString(), spec.Content), stop);
            var blocks = (await Task.Run(() => Document.Read(spec.Name, bytes), stop)).Blocks;
            var studio = new FigureStudio(grains, job, number, blocks, painter, rates);
            while (state.Value is { State: JobState.Running } record)
            {
                if (studio.Next(record) is not { } figure)
                {
                    await state.ChangeAsync(known => known.State == JobState.Running && known.Anew is null ? known with { State = JobState.Completed } : known);
                }
                else if (studio.OpenTry(record, figure) is not { } open)
                {
                    await BeginAsync(studio, record, figure, stop);
                }
                else
                {
                    await FinishAsync(studio, record, figure, open, stop);
                }
            }
        }
        catch (Exception problem)
        {
            await EndAsync(problem, stop);
        }
    }

    // A try is stored before it is asked for.
    private async Task BeginAsync(FigureStudio studio, DocumentRecord record, int figure, CancellationToken stop)
    {
        var owner = grains.GetGrain<IIllustrationJobGrain>(job.ToString());
        if (record.Anew is null && await painter.AskAsync(() => owner.GrantAsync(number, record.TryCount + 1), stop) is { } refusal)
        {
            // Where the job was resumed meanwhile, it is asked again.
            await state.ChangeAsync(known =>
                known.State == JobState.Running && known.Generation == record.Generation ? known with { State = JobState.Paused, Problem = refusal } : known);
            return;
        }

        var (planned, session, isNew) = await painter.AskAsync(() => studio.PlanAsync(record, figure), stop);
        await state.ChangeAsync(known => known.With(figure, known.Figures[figure] with { Tries = [.. known.Figures[figure].Tries, planned] }) with
        {
            Session = session,
            SessionCount = known.SessionCount + (isNew ? 1 : 0),
        });
    }

    private async Task FinishAsync(FigureStudio studio, DocumentRecord record, int figure, FigureTry open, CancellationToken stop)
    {
        var done = await studio.PaintAsync(record, figure, open, stop);
        await state.ChangeAsync(known => FigureChoice.Take(known, figure, done));
        if (done.Problem is { } problem && FigureChoice.IsHopeless(state.Value!.Figures[figure]))
        {
            throw new InvalidJobException("not_painted", "figure", $"{record.Figures[figure].Id} was not painted: {problem}");
        }

        await tellAsync();
    }

    private async Task EndAsync(Exception problem, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }

        if (problem is StoreException)
        {
            logger.LogInformation("An illustrated document goes on anew: {Problem}", problem.Message);
            Lose();
            return;
        }

        var isExpected = problem is MmiException or DocumentException;
        if (!isExpected)
        {
            logger.LogError(problem, "Document {Document} of a job failed", job.Document(number));
        }

        try
        {
            await state.ChangeAsync(known => known with { State = JobState.Failed, Problem = isExpected ? problem.Message : "An internal error was logged." });
        }
        catch (StoreException)
        {
            Lose();
        }
    }

    private void Lose()
    {
        _isLost = true;
        lost();
    }
}
