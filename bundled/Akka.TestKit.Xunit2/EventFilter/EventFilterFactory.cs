using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Describes log events that a test expects. Expected ones are not printed.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<LogFilter> _filters;

    public EventFilterFactory(TestKitBase testkit) : this(testkit, testkit.Sys)
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system) : this(testkit, system, [])
    {
    }

    internal EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<LogFilter> filters) =>
        (_testkit, _system, _filters) = (testkit, system, filters);

    public IEventFilterApplier Exception<TException>(
        string message = null, string start = null, string contains = null, string source = null)
        where TException : Exception => Failure(typeof(TException), Text(message, start, contains), source);

    public IEventFilterApplier Error(string message = null, string start = null, string contains = null, string source = null) =>
        Failure(null, Text(message, start, contains), source);

    public IEventFilterApplier Warning(Regex pattern, string source = null) => Line<Warning>(pattern.IsMatch, source);

    public IEventFilterApplier Info(string message = null, string start = null, string contains = null, string source = null) =>
        Line<Info>(Text(message, start, contains), source);

    public IEventFilterApplier Debug(string message = null, string start = null, string contains = null, string source = null) =>
        Line<Debug>(Text(message, start, contains), source);

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Custom<LogEvent>(predicate);

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate) where TLogEvent : LogEvent =>
        Apply($"custom {typeof(TLogEvent).Name}", line => line is TLogEvent typed && predicate(typed));

    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string source = null) => Apply(
        $"dead letter {typeof(TMessage)}",
        line => line is Warning { Message: DeadLetter { Message: TMessage message } } && isMatch(message) && IsFrom(line, source));

    private static Func<string, bool> Text(string message, string start, string contains) =>
        message is not null ? text => text == message
        : start is not null ? text => text.StartsWith(start, StringComparison.Ordinal)
        : contains is not null ? text => text.Contains(contains, StringComparison.Ordinal)
        : _ => true;

    /// <summary>A source is a whole path, or a path inside the system.</summary>
    private static bool IsFrom(LogEvent line, string source) => source is null || line.LogSource == source
        || (source.StartsWith('/') && line.LogSource.EndsWith(source, StringComparison.Ordinal));

    private IEventFilterApplier Line<TLine>(Func<string, bool> text, string source) where TLine : LogEvent => Apply(
        typeof(TLine).Name, line => line is TLine && IsFrom(line, source) && text(line.Message?.ToString() ?? "null"));

    private IEventFilterApplier Failure(Type exceptionType, Func<string, bool> text, string source) => Apply(
        exceptionType is null ? "Error" : $"Error with Cause <{exceptionType}>",
        line => line is Error && IsFrom(line, source) && (exceptionType is null || exceptionType.IsInstanceOfType(line.Cause))
            && (text(line.Message?.ToString() ?? "null") || (line.Cause is { } cause && text(cause.Message))));

    private EventFilterApplier Apply(string description, Func<LogEvent, bool> isMatch) =>
        new(_testkit, _system, [.. _filters, new LogFilter(description, isMatch)]);
}
