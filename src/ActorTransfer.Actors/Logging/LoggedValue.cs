using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorTransfer.Protocol;

namespace ActorTransfer.Actors.Logging;

/// <summary>Makes values of log events printable: text with unprintable characters is escaped; other values keep their type.</summary>
internal static class LoggedValue
{
    /// <summary>Maximum characters of a message without a template, which contains several values.</summary>
    public const int MaxMessage = 8 * PrintableText.DefaultLength;

    [return: NotNullIfNotNull(nameof(value))]
    public static object? Of(object? value)
    {
        if (value is null or bool or Enum or TimeSpan or DateTimeOffset || (value is IConvertible and not (string or char)))
        {
            return value;
        }

        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return PrintableText.IsPrintable(text) ? value : PrintableText.Of(text);
    }
}
