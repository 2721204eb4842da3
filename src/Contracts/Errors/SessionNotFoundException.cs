namespace MmiGrains.Contracts.Errors;

/// <summary>There is no such conversation, or it was deleted.</summary>
[GenerateSerializer, Alias("mmi.SessionNotFoundException")]
public sealed class SessionNotFoundException : MmiException
{
    /// <param name="session">Its id.</param>
    public SessionNotFoundException(string session) : base("session_not_found", $"There is no session '{session}'.")
    {
    }
}
