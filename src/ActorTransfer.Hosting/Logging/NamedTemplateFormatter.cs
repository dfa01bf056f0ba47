using System.Text;
using Akka.Event;

namespace ActorTransfer.Hosting.Logging;

/// <summary>Formats templates with named holes such as <c>Transfer {TransferId} ended</c>: holes are filled in order, whatever their names, with printable text.</summary>
public sealed class NamedTemplateFormatter : ILogMessageFormatter
{
    /// <inheritdoc/>
    public string Format(string format, params object[] args) => Render(format, args);

    /// <inheritdoc/>
    public string Format(string format, IEnumerable<object> args) => Render(format, [.. args]);

    internal static string Render(string template, IReadOnlyList<object?> args)
    {
        var text = new StringBuilder(template.Length + 32);
        var at = 0;
        foreach (var hole in MessageTemplate.Holes(template))
        {
            text.Append(template, at, hole.Start - at);
            text.Append(hole.Index < args.Count ? LoggedValue.Text(args[hole.Index]) : template[hole.Start..hole.End]);
            at = hole.End;
        }

        return text.Append(template, at, template.Length - at).ToString();
    }
}

/// <summary>Finds the holes of a message template.</summary>
internal static class MessageTemplate
{
    public readonly record struct Hole(int Index, string Name, int Start, int End);

    public static IEnumerable<Hole> Holes(string template)
    {
        var index = 0;
        var at = 0;
        while ((at = template.IndexOf('{', at)) >= 0)
        {
            var end = template.IndexOf('}', at);
            if (end < 0)
            {
                yield break;
            }

            yield return new Hole(index++, template[(at + 1)..end], at, end + 1);
            at = end + 1;
        }
    }
}
