namespace MmiGrains.Model.Metrics.Captions;

/// <summary>Which of the two scores of Vedantam, Zitnick and Parikh (2015).</summary>
public enum CiderVariant
{
    /// <summary>Counts clipped to the reference's and a penalty on differing length; pycocoevalcap and papers on COCO call it "CIDEr".</summary>
    CiderD,

    /// <summary>The plain cosine similarity.</summary>
    Cider,
}
