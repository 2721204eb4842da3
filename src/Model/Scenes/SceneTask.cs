namespace MmiGrains.Model.Scenes;

/// <summary>What a sample is about; each has its twin among the tasks that the released model is tuned for.</summary>
public enum SceneTask
{
    /// <summary>An image, then a text that names everything in it.</summary>
    Caption,

    /// <summary>An image and a question, then a short answer.</summary>
    Question,

    /// <summary>Two to eight images and a question, then a short answer.</summary>
    Images,

    /// <summary>A text, then an image of what it says.</summary>
    Picture,

    /// <summary>Text and image in turn about one character, whose looks only the images show.</summary>
    Story,

    /// <summary>An image and an instruction, then the changed image.</summary>
    Edit,

    /// <summary>An image and a phrase, then the box of what the phrase means.</summary>
    Refer,

    /// <summary>A class map and a text, then the image of that layout.</summary>
    Segment,

    /// <summary>Captions and images in turn, as on a web page.</summary>
    Document,

    /// <summary>A picture, given or asked for, and some turns about it: questions, changes, what happens next.</summary>
    Conversation,

    /// <summary>A picture and many questions about it, each with its answer.</summary>
    Interview,

    /// <summary>A text that names everything, then the image of it.</summary>
    Depiction,

    /// <summary>Two to eight images and many questions over all of them, each with its answer.</summary>
    Album,

    /// <summary>Two to eight images of one thing each, and many questions that tell an image by its number or ask for it.</summary>
    Series,

    /// <summary>Two images, the second the first again, changed, or another, and whether they are the same or what changed.</summary>
    Twins,
}
