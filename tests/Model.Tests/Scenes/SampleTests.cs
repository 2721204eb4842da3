using System.Security.Cryptography;
using System.Text;
using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Tests.Scenes;

public class SampleTests
{
    /// <summary>Pinned: whoever changes one of these has changed the world, and what was trained or measured in it no longer compares.</summary>
    [Theory]
    [InlineData(SceneTask.Caption, "3d0230760c0e74d1")]
    [InlineData(SceneTask.Question, "2b93176a3a5c2bc1")]
    [InlineData(SceneTask.Images, "d66d1bab8ad3d6db")]
    [InlineData(SceneTask.Picture, "0d5b800d4848d0f7")]
    [InlineData(SceneTask.Story, "2778fada03c29caa")]
    [InlineData(SceneTask.Edit, "24c09e667f6e9c98")]
    [InlineData(SceneTask.Refer, "809073fbd243762b")]
    [InlineData(SceneTask.Segment, "27ac1cd78285423f")]
    [InlineData(SceneTask.Document, "2f5c684eaa60a0cb")]
    [InlineData(SceneTask.Conversation, "4b4e18f296e2d2df")]
    [InlineData(SceneTask.Interview, "9ad5298dcd219881")]
    [InlineData(SceneTask.Depiction, "f2c753073ac69a39")]
    [InlineData(SceneTask.Album, "7c5ac7331eb00317")]
    [InlineData(SceneTask.Series, "bbef309d906d1368")]
    [InlineData(SceneTask.Twins, "82792c6e105eecda")]
    public void Pixels_and_texts_are_the_same_on_every_machine(SceneTask task, string expected)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var sample in Samples.Of(task, 5).Concat(Samples.Of(task, 5, SceneSplit.Compositional)))
        {
            foreach (var piece in sample.Data.Pieces)
            {
                hash.AppendData(piece switch
                {
                    TextPiece text => Encoding.UTF8.GetBytes(text.Text + "\n"),
                    ImagePiece image => image.Image.Load(64).Pixels,
                    _ => "."u8,
                });
            }
        }

        Assert.Equal(expected, Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
    }

    [Fact]
    public void A_small_vocabulary_suffices()
    {
        var words = Samples.OfAll(3_000).Concat(Samples.OfAll(500, SceneSplit.Test))
            .SelectMany(sample => sample.Texts())
            .Where(text => !text.StartsWith("<box>", StringComparison.Ordinal))
            .SelectMany(text => text.Replace("<ref>", "").Replace("</ref>", "").Split(' ', ',', '.', ';', ':', '?'))
            .ToHashSet();
        Assert.InRange(words.Count, 150, 250);
        Assert.All(words, word => Assert.All(word, letter => Assert.True(char.IsAsciiLetter(letter), word)));
    }

    [Fact]
    public void Every_image_piece_has_its_scene_among_the_truths_and_no_text_is_empty()
    {
        foreach (var sample in Samples.OfAll(300))
        {
            Assert.Equal(sample.Truth.Scenes, sample.Data.Pieces.OfType<ImagePiece>().Select(piece => ((SceneImage)piece.Image).Scene));
            Assert.All(sample.Texts(), text => Assert.True(text.Length > 0 && text == text.Trim() && !text.Contains("  ")));
            Assert.Contains(sample.Data.Pieces, piece => piece.IsTrained);
        }
    }

    [Fact]
    public void Scenes_have_one_to_four_objects_in_different_places_and_lawful_backgrounds()
    {
        foreach (var scene in Samples.OfAll(300).SelectMany(sample => sample.Truth.Scenes))
        {
            Assert.InRange(scene.Objects.Count, 1, Scene.MaxObjects);
            Assert.Equal(scene.Objects.Count, scene.Objects.Select(item => item.Place).Distinct().Count());
            Assert.Equal(scene.Background.Kind == BackgroundKind.Plain, scene.Background.Second is null);
            Assert.NotEqual(scene.Background.First, scene.Background.Second);
            Assert.All(scene.Objects, item => Assert.InRange(Math.Max(Math.Abs(item.ShiftX), Math.Abs(item.ShiftY)), 0, ObjectLayout.MaxShift(item.Size)));
        }
    }
}
