using System.Net;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Allows one SOCKS5 handshake at a time for each JID (bare: a resource names a node of the same service) and for each address, under any
/// JID. Used by the connections of one race, on any thread.
/// </summary>
internal sealed class HandshakeSlots
{
    private readonly Dictionary<object, SemaphoreSlim> _gates = [];

    /// <summary>A handshake with this streamhost is in progress or has succeeded.</summary>
    public bool IsTaken(Jid jid)
    {
        lock (_gates)
        {
            return _gates.TryGetValue(jid.Bare, out var gate) && gate.CurrentCount == 0;
        }
    }

    /// <summary>Waits for the slot: always JID before address, so that two never deadlock.</summary>
    public async Task TakeAsync(Slot slot, Jid jid, EndPoint? address, CancellationToken cancellation)
    {
        await slot.TakeAsync(GateOf(jid.Bare), cancellation).ConfigureAwait(false);
        if (address is not null)
        {
            await slot.TakeAsync(GateOf(address), cancellation).ConfigureAwait(false);
        }
    }

    private SemaphoreSlim GateOf(object key)
    {
        lock (_gates)
        {
            if (!_gates.TryGetValue(key, out var gate))
            {
                gate = new SemaphoreSlim(1, 1);
                _gates.Add(key, gate);
            }

            return gate;
        }
    }

    /// <summary>The right to perform a handshake and to use its connection, until it is disposed; before <see cref="TakeAsync"/> it is none.</summary>
    public sealed class Slot : IDisposable
    {
        private readonly List<SemaphoreSlim> _taken = [];

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
