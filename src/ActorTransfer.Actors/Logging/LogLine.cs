using Akka.Event;

namespace ActorTransfer.Actors.Logging;

/// <summary>One kind of line in the log. All lines of a component are in its file <c>*Log.cs</c>; <c>docs/operating.md</c> lists them.</summary>
/// <param name="Id">Event id, never used again for another line.</param>
/// <param name="Name">Name of the event id.</param>
/// <param name="Level">Its level.</param>
/// <param name="Template">Text with named properties.</param>
internal sealed record LogLine(int Id, string Name, LogLevel Level, string Template);
