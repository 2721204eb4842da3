using System.ClientModel;
using MmiGrains.Model.Imaging;
using MmiGrains.Silo.Tests.Http.Access;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Files;
using OpenAI.Images;

namespace MmiGrains.Silo.Tests.Http.OpenAi;

/// <summary>What OpenAI's own client makes of the answers.</summary>
public sealed class OfficialClientTests(KeyedSilo silo)
{
    private const string Question = "what shape is it?";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_are_listed()
    {
        var models = (await (await ClientAsync()).GetOpenAIModelClient().GetModelsAsync(Cancellation)).Value;
        Assert.Equal(["mini", "mini-parts"], models.Select(model => model.Id));
    }

    [Fact]
    public async Task An_answer_is_the_same_whole_and_in_pieces()
    {
        var chat = (await ClientAsync()).GetChatClient("mini");
#pragma warning disable OPENAI001 // which says only that the client's authors may change its name
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 12, Temperature = 0, Seed = 3 };
#pragma warning restore OPENAI001
        var whole = (await chat.CompleteChatAsync([new SystemChatMessage("Say little."), new UserChatMessage(Question)], options, Cancellation)).Value;
        var said = whole.Content[0].Text;
        Assert.NotEmpty(said);
        Assert.Equal(ChatMessageRole.Assistant, whole.Role);
        Assert.True(whole.FinishReason is ChatFinishReason.Stop or ChatFinishReason.Length);
        Assert.InRange(whole.Usage.OutputTokenCount, 1, 12);

        var text = "";
        ChatFinishReason? reason = null;
        ChatTokenUsage? usage = null;
        await foreach (var piece in chat.CompleteChatStreamingAsync([new SystemChatMessage("Say little."), new UserChatMessage(Question)], options, Cancellation))
        {
            text += string.Concat(piece.ContentUpdate.Select(part => part.Text));
            reason = piece.FinishReason ?? reason;
            usage = piece.Usage ?? usage;
        }

        Assert.Equal((said, whole.FinishReason, whole.Usage.TotalTokenCount), (text, reason, usage!.TotalTokenCount));
    }

    [Fact]
    public async Task A_picture_may_come_with_the_question()
    {
        var chat = (await ClientAsync()).GetChatClient("mini");
        var picture = ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(Png(5)), "image/png");
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 4 };
        var with = (await chat.CompleteChatAsync([new UserChatMessage(picture, ChatMessageContentPart.CreateTextPart(Question))], options, Cancellation)).Value;
        var without = (await chat.CompleteChatAsync([new UserChatMessage(Question)], options, Cancellation)).Value;
        Assert.Equal(10, with.Usage.InputTokenCount - without.Usage.InputTokenCount); // a begin-of-image token and nine visual ones
    }

    [Fact]
    public async Task Probabilities_of_tokens_are_told()
    {
        var chat = (await ClientAsync()).GetChatClient("mini");
        var answer = (await chat.CompleteChatAsync([new UserChatMessage(Question)], new ChatCompletionOptions { MaxOutputTokenCount = 6, IncludeLogProbabilities = true }, Cancellation)).Value;
        Assert.Equal(answer.Usage.OutputTokenCount, answer.ContentTokenLogProbabilities.Count);
        Assert.All(answer.ContentTokenLogProbabilities, token => Assert.InRange(token.LogProbability, -100, 0));
        Assert.Equal(answer.Content[0].Text.Trim(), string.Concat(answer.ContentTokenLogProbabilities.Select(token => token.Token)).Trim());
    }

    [Fact]
    public async Task Pictures_are_painted_and_edited()
    {
        var painter = (await ClientAsync()).GetImageClient("mini");
        var painted = (await painter.GenerateImagesAsync("draw a red circle.", 2, new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Bytes, Size = GeneratedImageSize.W512xH512 }, Cancellation)).Value;
        Assert.Equal(2, painted.Count);
        Assert.All(painted, image => Assert.Equal((64, 64), new ImageProcessor().ReadSize(image.ImageBytes)));

        var edited = (await painter.GenerateImageEditAsync(
            new MemoryStream(Png(6)), "a.png", "make the circle blue.", new ImageEditOptions { ResponseFormat = GeneratedImageFormat.Uri }, Cancellation)).Value;
        using var anyone = new HttpClient();
        var bytes = await anyone.GetByteArrayAsync(edited.ImageUri, Cancellation); // the address holds without a key
        Assert.Equal((64, 64), new ImageProcessor().ReadSize(bytes));
    }

    [Fact]
    public async Task Files_are_kept_until_they_are_deleted()
    {
        var files = (await ClientAsync()).GetOpenAIFileClient();
        var bytes = Png(7);
        var file = (await files.UploadFileAsync(new MemoryStream(bytes), "seven.png", FileUploadPurpose.Vision, Cancellation)).Value;
        Assert.Equal(("seven.png", bytes.Length), (file.Filename, file.SizeInBytes));
        Assert.Contains((await files.GetFilesAsync(Cancellation)).Value, one => one.Id == file.Id);
        Assert.Equal(bytes, (await files.DownloadFileAsync(file.Id, Cancellation)).Value.ToArray());
        Assert.True((await files.DeleteFileAsync(file.Id, Cancellation)).Value.Deleted);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => files.GetFileAsync(file.Id, Cancellation))).Status);
    }

    [Fact]
    public async Task A_wrong_key_is_a_refusal_that_the_client_understands()
    {
        await silo.ReadyAsync();
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => Client("sk-wrong").GetChatClient("mini").CompleteChatAsync([new UserChatMessage(Question)], null, Cancellation));
        Assert.Equal(401, refused.Status);
        Assert.Contains("invalid_api_key", refused.Message);
    }

    private async Task<OpenAIClient> ClientAsync() => Client((await silo.ReadyAsync()).Key);

    private OpenAIClient Client(string key) => new(new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(silo.Address, "/v1") });

    private static byte[] Png(int level) => ImageProcessor.EncodePng(new RgbImage(32, 32, [.. Enumerable.Repeat((byte)level, 32 * 32 * 3)]));
}
