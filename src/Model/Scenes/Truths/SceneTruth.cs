using System.Text.Json.Serialization;

namespace MmiGrains.Model.Scenes.Truths;

/// <summary>What is true of a sample, for whoever judges an answer: no text needs to be parsed for it.</summary>
/// <param name="Scenes">The scene of every image piece, in order.</param>
[JsonDerivedType(typeof(CaptionTruth), "caption")]
[JsonDerivedType(typeof(AnswerTruth), "answer")]
[JsonDerivedType(typeof(PictureTruth), "picture")]
[JsonDerivedType(typeof(StoryTruth), "story")]
[JsonDerivedType(typeof(EditTruth), "edit")]
[JsonDerivedType(typeof(ReferTruth), "refer")]
[JsonDerivedType(typeof(DocumentTruth), "document")]
[JsonDerivedType(typeof(ConversationTruth), "conversation")]
[JsonDerivedType(typeof(InterviewTruth), "interview")]
[JsonDerivedType(typeof(AlbumTruth), "album")]
public abstract record SceneTruth(IReadOnlyList<Scene> Scenes);
