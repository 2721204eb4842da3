using System.Text.Json;
using System.Text.Json.Serialization;

namespace MmiGrains.Model.Training;

/// <summary>Learning rate and weight decay of the parameters whose name contains something.</summary>
/// <param name="NamePart">What the name must contain.</param>
/// <param name="Lr">Learning rate.</param>
/// <param name="WeightDecay">Weight decay, for those that decay at all.</param>
[JsonConverter(typeof(Converter))]
public sealed record OptimizerOverride(string NamePart, double Lr, double WeightDecay)
{
    // Written as a list of three, as in the reference's configurations.
    private sealed class Converter : JsonConverter<OptimizerOverride>
    {
        public override OptimizerOverride Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var parts = JsonSerializer.Deserialize<JsonElement[]>(ref reader, options);
            if (parts is not [{ ValueKind: JsonValueKind.String }, { ValueKind: JsonValueKind.Number }, { ValueKind: JsonValueKind.Number }])
            {
                throw new JsonException("an override is a list of a name part, a learning rate and a weight decay");
            }

            return new OptimizerOverride(parts[0].GetString()!, parts[1].GetDouble(), parts[2].GetDouble());
        }

        public override void Write(Utf8JsonWriter writer, OptimizerOverride value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(value.NamePart);
            writer.WriteNumberValue(value.Lr);
            writer.WriteNumberValue(value.WeightDecay);
            writer.WriteEndArray();
        }
    }
}
