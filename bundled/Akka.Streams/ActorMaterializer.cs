using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using Akka.Streams.Implementation;

namespace Akka.Streams;

/// <summary>Runs streams on actors. One made from an actor's context ends, with all its streams, when that actor ends.</summary>
public abstract class ActorMaterializer : IMaterializer, IMaterializerLoggingProvider, IDisposable
{
    private static readonly ConditionalWeakTable<ActorSystem, ActorMaterializer> s_defaults = new();

    public abstract ActorMaterializerSettings Settings { get; }

    public abstract bool IsShutdown { get; }

    public abstract ActorSystem System { get; }

    public abstract ILoggingAdapter Logger { get; }

    public abstract IActorRef Supervisor { get; }

    /// <summary>A system without settings or prefix yields the system's one shared materializer.</summary>
    public static ActorMaterializer Create(IActorRefFactory context, ActorMaterializerSettings settings = null, string namePrefix = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context is ActorSystem system)
        {
            return settings is null && namePrefix is null
                ? s_defaults.GetValue(system, static s => new ActorMaterializerImpl(s, s, ActorMaterializerSettings.Create(s)))
                : new ActorMaterializerImpl(system, system, settings ?? ActorMaterializerSettings.Create(system));
        }

        if (context is IActorContext actorContext)
        {
            var owner = actorContext.System;
            return new ActorMaterializerImpl(owner, context, settings ?? ActorMaterializerSettings.Create(owner));
        }

        throw new ArgumentException($"A materializer needs an actor system or an actor's context, not {context.GetType()}", nameof(context));
    }

    public abstract TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable);

    public abstract TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable, Attributes initialAttributes);

    public abstract IMaterializer WithNamePrefix(string namePrefix);

    public abstract ILoggingAdapter MakeLogger(object logSource);

    public abstract ICancelable ScheduleOnce(TimeSpan delay, Action action);

    public abstract ICancelable ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action);

    /// <summary>Ends all its streams abruptly; it runs no more from then on.</summary>
    public abstract void Shutdown();

    public void Dispose() => Shutdown();

    internal abstract void Start(Island island);

    internal abstract void LogError(Exception e, string where, object stage);
}

public static class ActorMaterializerExtensions
{
    public static ActorMaterializer Materializer(
        this IActorRefFactory context,
        ActorMaterializerSettings settings = null,
        string namePrefix = null) => ActorMaterializer.Create(context, settings, namePrefix);
}

/// <summary>Kept for the sake of callers: islands batch as they do, whatever is set here.</summary>
public sealed class ActorMaterializerSettings
{
    public readonly int InitialInputBufferSize;
    public readonly int MaxInputBufferSize;
    public readonly bool IsDebugLogging;

    private ActorMaterializerSettings(int initialInputBufferSize, int maxInputBufferSize, bool isDebugLogging)
    {
        InitialInputBufferSize = initialInputBufferSize;
        MaxInputBufferSize = maxInputBufferSize;
        IsDebugLogging = isDebugLogging;
    }

    public static ActorMaterializerSettings Create(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return new ActorMaterializerSettings(4, 16, false);
    }

    public ActorMaterializerSettings WithInputBuffer(int initialSize, int maxSize) => new(initialSize, maxSize, IsDebugLogging);

    public ActorMaterializerSettings WithDebugLogging(bool isEnabled) => new(InitialInputBufferSize, MaxInputBufferSize, isEnabled);
}
