using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A file that this side sends, and how it is offered. Confined to the transfers actor.</summary>
/// <param name="order">What the application requested.</param>
/// <param name="wanted">The signalling that it allows.</param>
internal sealed class OutgoingOffer(Transfer.Send order, Signalling wanted)
{
    public Transfer.Send Order { get; } = order;

    public Signalling Wanted { get; } = wanted;

    public FileDescription File { get; } = order.Content.Description;

    /// <summary>Allowed methods that end at the peer.</summary>
    public StreamMethods Methods => Order.Terms.Methods & StreamMethods.All;

    /// <summary>The signalling of the last offer; null: none was made.</summary>
    public Signalling? Signalling { get; set; }

    /// <summary>The signalling of the offer that follows when the actor that has prepared it has stopped.</summary>
    public Signalling? Next { get; set; }

    /// <summary>The peer has responded to the last offer that it does not support its signalling.</summary>
    public bool IsUnsupported { get; set; }

    /// <summary>Another signalling may be tried; once.</summary>
    public bool MayFallBack { get; set; } = wanted == ActorTransfer.Signalling.Auto;

    /// <summary>An upload may take the place of the offer; once.</summary>
    public bool MayUpload { get; set; } = order.Terms.Methods.HasFlag(StreamMethods.Http);
}
