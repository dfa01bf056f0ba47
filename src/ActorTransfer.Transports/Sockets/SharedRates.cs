using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// The rates of byte streams with users: one token bucket for all streams, one for each user (bare JID) with streams, one for each stream. Without any rate
/// there are none, and streams pay nothing. Confined to one actor; the buckets are thread-safe.
/// </summary>
/// <typeparam name="TStream">Identifies a stream.</typeparam>
/// <param name="clock">Measures elapsed time.</param>
/// <param name="rates">The rates.</param>
internal sealed class SharedRates<TStream>(TimeProvider clock, Rates rates)
    where TStream : notnull
{
    private readonly TokenBucket _total = new(clock, rates.Total);
    private readonly Dictionary<Jid, Share> _users = [];
    private readonly Dictionary<TStream, (TokenBucket Bucket, Jid User)> _streams = [];
    private Rates _rates = rates;

    /// <summary>Whether the stream has buckets.</summary>
    public bool Has(TStream stream) => _streams.ContainsKey(stream);

    /// <summary>The buckets of a stream that begins; none without any rate.</summary>
    public ImmutableArray<TokenBucket> Open(TStream stream, Jid user)
    {
        if (!_rates.Any)
        {
            return [];
        }

        if (!_users.TryGetValue(user, out Share? share))
        {
            share = new Share(new TokenBucket(clock, _rates.PerUser));
            _users.Add(user, share);
        }

        TokenBucket own = new(clock, _rates.PerStream);
        _streams.Add(stream, (own, user));
        share.Streams++;
        return [own, share.Bucket, _total];
    }

    /// <summary>The stream has ended.</summary>
    public void Close(TStream stream)
    {
        if (_streams.Remove(stream, out (TokenBucket Bucket, Jid User) own) && --_users[own.User].Streams == 0)
        {
            _users.Remove(own.User);
        }
    }

    /// <summary>The user has streams at several places. Each gets an equal part of the user's rate; here, until the user's streams here have ended.</summary>
    public void Divide(Jid user, int places)
    {
        if (_users.TryGetValue(user, out Share? share))
        {
            share.Places = places;
            share.SetRate(_rates.PerUser);
        }
    }

    /// <summary>Changes the rates, also of streams that have buckets.</summary>
    public void Change(Rates rates)
    {
        _rates = rates;
        _total.BytesPerSecond = rates.Total;
        foreach (Share share in _users.Values)
        {
            share.SetRate(rates.PerUser);
        }

        foreach ((TokenBucket bucket, _) in _streams.Values)
        {
            bucket.BytesPerSecond = rates.PerStream;
        }
    }

    private sealed class Share(TokenBucket bucket)
    {
        public TokenBucket Bucket => bucket;

        public int Streams { get; set; }

        public int Places { get; set; } = 1;

        /// <summary>A rate never becomes zero, which means none.</summary>
        public void SetRate(long perUser) => bucket.BytesPerSecond = perUser == 0 ? 0 : Math.Max(1, perUser / Places);
    }
}

/// <summary>Rate limits; 0 = no limit.</summary>
/// <param name="PerStream">Bytes per second of one stream.</param>
/// <param name="PerUser">Bytes per second of all streams of one user.</param>
/// <param name="Total">Bytes per second of all streams.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Rates(long PerStream, long PerUser, long Total)
{
    /// <summary>Whether there is any limit.</summary>
    public bool Any => (PerStream | PerUser | Total) != 0;
}
