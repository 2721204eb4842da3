using MmiGrains.Contracts.Training;

namespace MmiGrains.Grains.Training;

/// <summary>The ranges of one round: who has which until when, and what each came to. Every one is confirmed once. Not for several threads.</summary>
/// <param name="count">Ranges.</param>
/// <param name="time">The clock.</param>
internal sealed class LeasePool(int count, TimeProvider time)
{
    /// <summary>A lease that is not renewed for so long goes back to the pool.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(20);

    private readonly (string? Trainer, long Since)[] _leases = new (string?, long)[count];
    private readonly LeaseReport?[] _reports = new LeaseReport?[count];

    /// <summary>What each range came to, in order; null while one is not confirmed.</summary>
    public IReadOnlyList<LeaseReport>? Reports => _reports.Any(report => report is null) ? null : [.. _reports.OfType<LeaseReport>()];

    /// <summary>The first range that nobody has.</summary>
    public LeaseAnswer Lease(string trainer)
    {
        var isWhole = true;
        for (var lease = 0; lease < count; lease++)
        {
            isWhole &= _reports[lease] is not null;
            if (_reports[lease] is null && !IsHeld(lease))
            {
                _leases[lease] = (trainer, time.GetTimestamp());
                return new LeaseAnswer(LeaseAnswerKind.Granted, lease);
            }
        }

        return new LeaseAnswer(isWhole ? LeaseAnswerKind.Complete : LeaseAnswerKind.Wait);
    }

    /// <summary>Keeps a range, if the trainer has it still.</summary>
    public bool Renew(string trainer, int lease)
    {
        var isOwn = IsIn(lease) && _leases[lease].Trainer == trainer && _reports[lease] is null;
        if (isOwn)
        {
            _leases[lease].Since = time.GetTimestamp();
        }

        return isOwn;
    }

    /// <summary>Confirms a range. Late is as good as in time, unless another has confirmed it: whoever computes it, it comes to the same.</summary>
    public bool Confirm(int lease, LeaseReport report)
    {
        if (!IsIn(lease) || _reports[lease] is not null)
        {
            return false;
        }

        _reports[lease] = report;
        return true;
    }

    /// <summary>Takes a trainer's ranges back.</summary>
    public void Release(string trainer)
    {
        for (var lease = 0; lease < count; lease++)
        {
            if (_leases[lease].Trainer == trainer)
            {
                _leases[lease] = default;
            }
        }
    }

    private bool IsIn(int lease) => lease >= 0 && lease < count;

    private bool IsHeld(int lease) => _leases[lease].Trainer is not null && time.GetElapsedTime(_leases[lease].Since) < LeaseTime;
}
