namespace MmiGrains.Model.Scenes.Truths;

/// <summary>What a question asks for.</summary>
public enum QuestionKind
{
    /// <summary>One image: the colour of an object.</summary>
    Colour,

    /// <summary>One image: the shape of an object.</summary>
    Shape,

    /// <summary>One image: plain, striped or dotted.</summary>
    Fill,

    /// <summary>One image: small or big.</summary>
    Size,

    /// <summary>One image: the cell in which an object lies.</summary>
    Place,

    /// <summary>One image: how many objects are so.</summary>
    Count,

    /// <summary>One image: whether an object has a mark, and which.</summary>
    Mark,

    /// <summary>One image: what is left of, right of, above or below an object.</summary>
    Relation,

    /// <summary>Several images: which one has a certain object.</summary>
    Which,

    /// <summary>Several images: what changed from one to another.</summary>
    Change,

    /// <summary>Several images: how many objects are so in all of them.</summary>
    Total,

    /// <summary>Several images: whether two of them are the same.</summary>
    Same,
}
