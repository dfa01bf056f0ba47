using System.Globalization;
using System.Text;

namespace Akka.Event;

public interface ILogMessageFormatter
{
    string Format(string format, params object[] args);

    string Format(string format, IEnumerable<object> args);
}

/// <summary>A template and its arguments; formatted when somebody prints it.</summary>
public abstract class LogMessage
{
    protected readonly ILogMessageFormatter Formatter;

    public LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    public string Format { get; }

    public abstract IEnumerable<object> Parameters();
}

internal sealed class DefaultLogMessage(ILogMessageFormatter formatter, string format, object[] args) : LogMessage(formatter, format)
{
    public override IEnumerable<object> Parameters() => args;

    public override string ToString() => Formatter.Format(Format, args);
}

/// <summary>
/// Fills {0} by number and {Name} by position, so that templates made for structured loggers read well on the console too. A hole without an
/// argument stays as it is.
/// </summary>
public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());

    public string Format(string format, params object[] args)
    {
        var text = new StringBuilder(format.Length + (16 * args.Length));
        var named = 0;
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                text.Append(c);
                i++;
                continue;
            }

            var end = c == '{' ? format.IndexOf('}', i) : -1;
            if (end < 0)
            {
                text.Append(c);
                continue;
            }

            var hole = format.AsSpan(i + 1, end - i - 1);
            if (!Fill(hole, args, ref named, text))
                text.Append(format, i, end - i + 1);
            i = end;
        }

        return text.ToString();
    }

    private static bool Fill(ReadOnlySpan<char> hole, object[] args, ref int named, StringBuilder text)
    {
        var stop = hole.IndexOfAny(',', ':');
        var name = (stop < 0 ? hole : hole[..stop]).Trim();
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            index = named++;
        if (index >= args.Length)
            return false;
        try
        {
            text.AppendFormat(CultureInfo.InvariantCulture, "{0" + (stop < 0 ? "" : hole[stop..].ToString()) + "}", Shown(args[index]));
        }
        catch (FormatException)
        {
            text.Append(args[index]); // the format does not suit the value: better the bare value than no line
        }

        return true;
    }

    private static object Shown(object argument) => argument ?? "(null)";
}
