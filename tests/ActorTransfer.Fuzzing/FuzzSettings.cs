using System.Text;
using ActorTransfer.Actors.Settings;
using Akka.Configuration;

namespace ActorTransfer.Fuzzing;

/// <summary>What reads configuration files: only the operator writes them, but a mistake must be an error with its place.</summary>
internal static class FuzzSettings
{
    /// <summary>The text of a file.</summary>
    public static void Text(byte[] input)
    {
        try
        {
            _ = HoconText.Parse(Encoding.UTF8.GetString(input));
        }
        catch (ConfigurationException)
        {
            // A fault that is reported.
        }
    }

    /// <summary>A key and its value in each line; a value that begins with a bracket is a list with an element for each word.</summary>
    public static void Values(byte[] input)
    {
        var hocon = new StringBuilder();
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n').Take(20))
        {
            var (key, value) = line.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var at ? (line[..at], line[(at + 1)..]) : (line, "");
            if (key.Length > 0 && key.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '.'))
            {
                var text = value.StartsWith('[') ? $"[{string.Join(", ", value[1..].Split(' ').Select(Quoted))}]" : Quoted(value);
                hocon.Append(EngineSettings.Root).Append('.').Append(key).Append(" = ").Append(text).Append('\n');
            }
        }

        try
        {
            _ = EngineSettings.Read(HoconText.Parse(hocon.ToString()));
        }
        catch (ConfigurationException)
        {
            // A fault that is reported.
        }
    }

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
