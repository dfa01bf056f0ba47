using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Fuzzing;

/// <summary>
/// State machines fed with the stanzas of a peer. The body of a message is what happens on this side meanwhile. Each request must get one response.
/// </summary>
internal static class FuzzSessions
{
    private static readonly Jid s_self = Jid.Parse("ada@north.example/desk");
    private static readonly Jid s_peer = Jid.Parse("bo@south.example/Phone");

    /// <summary>A Jingle session that the peer offers; the application accepts it.</summary>
    public static void Jingle(IEnumerable<XmlElement> stanzas)
    {
        JingleSessionState? state = null;
        var finished = 0;
        foreach (var stanza in stanzas)
        {
            if (EventOf(stanza) is { } word)
            {
                if (state is not null && JingleEvent(word) is { } input)
                {
                    Apply(input, null);
                }
            }
            else if (RequestOf(stanza) is not { } request)
            {
                continue;
            }
            else if (IbbOpen.Is(request.Payload))
            {
                if (state is not null)
                {
                    Apply(new JingleInput.InBandOffered(request, request.Payload!["sid"] ?? ""), null);
                }
            }
            else if (JingleRequest.TryRead(request.Payload!, out var jingle, out _))
            {
                if (state is not null)
                {
                    Apply(new JingleInput.Received(request, jingle), request.Id);
                }
                else if (jingle.Action == JingleAction.SessionInitiate)
                {
                    state = JingleSessionState.Of(request, jingle);
                    Apply(new JingleInput.Begin(), request.Id);
                    Apply(new JingleInput.HostAccepted(), null);
                    Apply(new JingleInput.CandidatesFound([], []), null);
                }
            }
        }

        void Apply(JingleInput input, string? id)
        {
            var step = JingleSession.Next(state!, input);
            state = step.State;
            finished += step.Outputs.Count(output => output is JingleOutput.Finish);
            FuzzTargets.Require(finished <= 1, "a session ends twice");
            var isAnsweredFirst = step.Outputs is [JingleOutput.Reply reply, ..] && reply.Answer.Id == id;
            var isAnsweredOnce = isAnsweredFirst && step.Outputs.Count(output => output is JingleOutput.Reply) == 1;
            FuzzTargets.Require(id is null || isAnsweredOnce, $"{input} has not one response, or not first");
        }
    }

    /// <summary>An in-band bytestream that the peer opens.</summary>
    public static void InBand(IEnumerable<XmlElement> stanzas)
    {
        const int room = 8192;
        var terms = new IbbReceiverTerms(MaxBlockSize: 4096, MaxHeldBytes: 16_384, TimeSpan.FromSeconds(1), AllowsMessages: true);
        var state = new IbbReceiverState("s", terms);
        var (requests, replies, free, now) = (0, 0, room, TimeSpan.Zero);
        foreach (var stanza in stanzas)
        {
            now += TimeSpan.FromMilliseconds(100);
            IbbReceiverInput? input = EventOf(stanza) switch
            {
                "room" => new IbbReceiverInput.RoomMade(free = room),
                "hold" => new IbbReceiverInput.HoldOver(now),
                "cancel" => new IbbReceiverInput.Cancel(),
                _ => null,
            };
            if (input is null && RequestOf(stanza) is { Payload: { } payload } request)
            {
                request = request with { Id = $"r{requests}" };
                input = IbbOpen.Is(payload) ? new IbbReceiverInput.OpenRequested(request)
                    : IbbClose.Is(payload) ? new IbbReceiverInput.CloseRequested(request)
                    : IbbData.Is(payload) ? Block(payload, request, free, now)
                    : null;
                requests += input is null ? 0 : 1;
            }

            if (input is null)
            {
                continue;
            }

            var step = IbbReceiver.Next(state, input);
            state = step.State;
            replies += step.Outputs.Count(output => output is IbbReceiverOutput.Reply);
            free -= step.Outputs.Any(output => output is IbbReceiverOutput.Accept) ? IbbReceiver.ChargeOf(((IbbReceiverInput.Arrived)input).Length!.Value) : 0;
            FuzzTargets.Require(free >= 0, "more was accepted than there is room for");
            FuzzTargets.Require(state.HeldBytes <= terms.MaxHeldBytes, "more is held than allowed");
            FuzzTargets.Require(replies + state.Held.Count() == requests, $"{requests} requests have {replies} responses, {state.Held.Count()} are held");
        }
    }

    private static IbbReceiverInput.Arrived Block(XmlElement payload, Iq request, int room, TimeSpan now)
    {
        var data = IbbData.Read(payload);
        var block = new byte[IbbBase64.MaxDecodedLength(data.Text.Length)];
        return new(request, data.Sequence, IbbBase64.TryDecode(data.Text, block, isStrict: false, out var length) ? length : null, room, now);
    }

    private static JingleInput? JingleEvent(string word) => word switch
    {
        "won" => new JingleInput.Candidates(new NegotiationInput.RaceWon("c1")),
        "lost" => new JingleInput.Candidates(new NegotiationInput.RaceLost("no")),
        "up" => new JingleInput.Candidates(new NegotiationInput.OwnLinkUp()),
        "down" => new JingleInput.Candidates(new NegotiationInput.OwnLinkFailed("no")),
        "in-band" => new JingleInput.InBandUp(),
        "no-in-band" => new JingleInput.InBandFailed("no"),
        "moved" => new JingleInput.Progressed(),
        "arrived" => new JingleInput.Arrived(FileHashes.None),
        "whole" => new JingleInput.FlowEnded(new FlowEnd.Whole(1, null)),
        "closed" => new JingleInput.FlowEnded(new FlowEnd.ClosedByPeer()),
        "timeout" => new JingleInput.TimedOut(),
        "link" => new JingleInput.LinkLost(),
        "cancel" => new JingleInput.Cancel(),
        _ => null,
    };

    private static string? EventOf(XmlElement stanza) => stanza.Name == "message" ? stanza.Child("body")?.Text : null;

    private static Iq? RequestOf(XmlElement stanza) =>
        Iq.TryRead(stanza, out var iq, out _) && iq is { Type: IqType.Set } ? iq with { From = s_peer, To = s_self } : null;
}
