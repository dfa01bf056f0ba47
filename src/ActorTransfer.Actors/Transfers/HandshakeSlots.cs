using System.Collections.Concurrent;
using System.Net;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Lets one SOCKS5 handshake at a time begin for each JID (bare: a resource names a node of the same service) and for each address, under whatever
/// JID it was named. Used by the connections of one race, on any thread.
/// </summary>
internal sealed class HandshakeSlots
{
    private readonly ConcurrentDictionary<object, SemaphoreSlim> _gates = new();

    /// <summary>A handshake with this streamhost is under way, or has succeeded.</summary>
    public bool IsTaken(Jid jid) => _gates.TryGetValue(jid.Bare, out var gate) && gate.CurrentCount == 0;

    /// <summary>Waits for the slot. Always in this order, JID and then address, so that no two wait for each other.</summary>
    public async Task<Slot> TakeAsync(Jid jid, EndPoint? address, CancellationToken cancellation)
    {
        var slot = new Slot();
        try
        {
            await slot.TakeAsync(GateOf(jid.Bare), cancellation).ConfigureAwait(false);
            if (address is not null)
            {
                await slot.TakeAsync(GateOf(address), cancellation).ConfigureAwait(false);
            }

            return slot;
        }
        catch
        {
            slot.Dispose();
            throw;
        }
    }

    private SemaphoreSlim GateOf(object key) => _gates.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));

    /// <summary>The right to shake hands, until it is disposed.</summary>
    public sealed class Slot : IDisposable
    {
        private readonly List<SemaphoreSlim> _taken = [];

        /// <summary>The handshake has succeeded: nobody else gets the slot.</summary>
        public void Keep() => _taken.Clear();

        /// <inheritdoc/>
        public void Dispose()
        {
            _taken.ForEach(gate => gate.Release());
            _taken.Clear();
        }

        internal async Task TakeAsync(SemaphoreSlim gate, CancellationToken cancellation)
        {
            await gate.WaitAsync(cancellation).ConfigureAwait(false);
            _taken.Add(gate);
        }
    }
}
