namespace MmiGrains.Model.Metrics.Vqa;

/// <summary>Whose evaluation decides what is normalised before answers are compared.</summary>
public enum VqaProtocol
{
    /// <summary>VQA v2 and the data sets in its format (OK-VQA, TextVQA): both sides, and only where people's answers differ.</summary>
    Vqa,

    /// <summary>VizWiz: the generated answer always, people's never.</summary>
    VizWiz,
}
