using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorTransfer.Protocol;

namespace ActorTransfer.Cli.Reports;

/// <summary>Format of <c>--json</c> output.</summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions Style = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object, without line end.</summary>
    /// <param name="happened">Name of the event.</param>
    /// <param name="write">Writes its members.</param>
    public static string Of<T>(T happened, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Style))
        {
            json.WriteStartObject();
            write(json, happened);
            json.WriteEndObject();
        }

        return PrintableText.OfJson(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
