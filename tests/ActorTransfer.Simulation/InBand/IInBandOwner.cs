using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Simulation.InBand;

/// <summary>The transfer of an in-band bytestream.</summary>
internal interface IInBandOwner
{
    void InBandUp();

    void InBandRefused(Answer answer, string reason);

    void InBandOrderLost(string reason);

    /// <summary>The last block is passed next.</summary>
    void LastNext();

    void Moved();

    void FlowEnded(object flow, FlowEnd end);
}
