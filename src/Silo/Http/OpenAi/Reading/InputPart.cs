namespace MmiGrains.Silo.Http.OpenAi.Reading;

/// <summary>A text or a picture as a client sends it.</summary>
/// <param name="Path">Its place in the body.</param>
internal abstract record InputPart(string Path);

/// <summary>A run of text.</summary>
internal sealed record InputText(string Text, string Path) : InputPart(Path);

/// <summary>A picture that comes along.</summary>
internal sealed record InputPicture(byte[] Bytes, string Path) : InputPart(Path);

/// <summary>A picture that the tenant has here already.</summary>
/// <param name="Hash">Its id.</param>
/// <param name="Path">Its place in the body.</param>
internal sealed record InputReference(string Hash, string Path) : InputPart(Path);

/// <summary>What one side said.</summary>
/// <param name="Role">system, user or assistant.</param>
/// <param name="Parts">Texts and pictures, in order.</param>
/// <param name="Path">Its place in the body.</param>
internal sealed record InputMessage(string Role, IReadOnlyList<InputPart> Parts, string Path);
