namespace Akka.Dispatch;

/// <summary>Markers by which an actor asks for a kind of mailbox. The one mailbox here is unbounded and can be prepended to, so they are all met.</summary>
public interface ISemantics
{
}

public interface IUnboundedMessageQueueSemantics : ISemantics
{
}

public interface IDequeBasedMessageQueueSemantics : ISemantics
{
}

public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics
{
}

public interface IRequiresMessageQueue<T>
    where T : ISemantics
{
}
