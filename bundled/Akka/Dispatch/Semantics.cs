namespace Akka.Dispatch;

/// <summary>A kind of mailbox that an actor may ask for. The one mailbox here meets them all.</summary>
public interface ISemantics
{
}

public interface IRequiresMessageQueue<T>
    where T : ISemantics
{
}
