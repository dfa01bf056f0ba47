using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Makes an actor the sender of what a test tells without naming one: on this thread, and after each await of the test.</summary>
internal sealed class ImplicitSender : SynchronizationContext
{
    private readonly ActorCell _cell;

    private ImplicitSender(ActorCell cell) => _cell = cell;

    public static void Use(IActorRef sender)
    {
        var cell = (sender as LocalActorRef)?.Cell;
        CurrentOf(null) = cell;
        SetSynchronizationContext(new ImplicitSender(cell));
    }

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object state) => ThreadPool.UnsafeQueueUserWorkItem(
        static work =>
        {
            var (context, d, state) = work;
            var outer = ActorCell.Current;
            var outerContext = Current;
            CurrentOf(null) = context._cell;
            SetSynchronizationContext(context);
            try
            {
                d(state);
            }
            finally
            {
                CurrentOf(null) = outer;
                SetSynchronizationContext(outerContext);
            }
        },
        (this, d, state),
        preferLocal: false);

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "_current")]
    private static extern ref ActorCell CurrentOf(ActorCell nobody);
}
