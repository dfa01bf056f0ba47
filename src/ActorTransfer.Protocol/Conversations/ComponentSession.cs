using System.Collections.Immutable;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Components;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>What a component's stream wants done.</summary>
public abstract record ComponentOutput
{
    /// <summary>Send this text.</summary>
    public sealed record Send(string Text) : ComponentOutput;

    /// <summary>The handshake succeeded.</summary>
    public sealed record Ready : ComponentOutput;

    /// <summary>An iq arrived.</summary>
    public sealed record Deliver(Iq Stanza) : ComponentOutput;

    /// <summary>A message arrived.</summary>
    public sealed record DeliverMessage(XmlElement Message) : ComponentOutput;

    /// <summary>A stanza was not kept, see <see cref="XmlStreamItem.Skipped"/>. What follows from it is said in other outputs.</summary>
    public sealed record Skipped(XmlStreamItem.Skipped Stanza) : ComponentOutput;

    /// <summary>The stream is over. When <paramref name="ForGood"/>, the server said that trying again cannot help.</summary>
    public sealed record Close(string Why, bool ForGood) : ComponentOutput;
}

/// <summary>State of a component's stream (XEP-0114).</summary>
/// <param name="Name">The component's domain.</param>
/// <param name="Secret">Shared with the server; never logged.</param>
public sealed record ComponentSession(Jid Name, string Secret)
{
    /// <summary>True after the server's empty handshake.</summary>
    public bool IsReady { get; init; }

    /// <summary>The component's first words.</summary>
    public string Opening => XmlStreamWriter.Open(Name.Domain, Namespaces.Component);

    /// <inheritdoc/>
    public override string ToString() => $"component {Name}";

    /// <summary>Takes what the server sent.</summary>
    public Step<ComponentSession, ComponentOutput> Next(XmlStreamItem item) => item switch
    {
        XmlStreamItem.Opened opened => Opened(opened.Header),
        XmlStreamItem.Stanza { Element: { Namespace: Namespaces.Streams, Name: "error" } error } => Failed(error),
        XmlStreamItem.Stanza { Element.Name: "handshake" } when !IsReady => new(this with { IsReady = true }, [new ComponentOutput.Ready()]),
        XmlStreamItem.Stanza stanza when IsReady => Stanza(stanza.Element),
        XmlStreamItem.Skipped skipped when IsReady => Skipped(skipped),
        XmlStreamItem.Skipped skipped => Broken(StreamConditions.PolicyViolation, skipped.Detail),
        XmlStreamItem.Closed => Over("the server closed the stream", forGood: false),
        XmlStreamItem.Invalid invalid => Broken(invalid.StreamErrorCondition, invalid.Detail),
        _ => Do(),
    };

    private Step<ComponentSession, ComponentOutput> Broken(string condition, string detail) => Do(
        new ComponentOutput.Send(Complaint(condition)), new ComponentOutput.Close($"the server sent {condition}: {detail}", ForGood: false));

    private Step<ComponentSession, ComponentOutput> Skipped(XmlStreamItem.Skipped skipped)
    {
        var step = skipped.Head.Name == "iq" ? Stanza(skipped.Head, skipped.Error()) : Do();
        return step with { Outputs = [new ComponentOutput.Skipped(skipped), .. step.Outputs] };
    }

    /// <summary>Prosody sends a header without an id, then the stream error, to a component that it does not know.</summary>
    private Step<ComponentSession, ComponentOutput> Opened(XmlElement header) =>
        header["id"] is { Length: > 0 } id
            ? Do(new ComponentOutput.Send(ComponentHandshake.Element(ComponentHandshake.Digest(id, Secret)).ToString()))
            : Do();

    private Step<ComponentSession, ComponentOutput> Failed(XmlElement error)
    {
        var failure = StreamFailure.Read(error);
        var hint = failure.Condition switch
        {
            "not-authorized" => "the server refused the secret (not-authorized)",
            "host-unknown" => $"the server does not know a component {Name} (host-unknown)",
            "conflict" => $"another component is connected as {Name} (conflict)",
            _ => failure.Describe(Name.ToString()),
        };
        // A server that has not noticed yet that the last link is dead says conflict, and comes round.
        return Over(hint, failure.IsForGood && failure.Condition != "conflict");
    }

    /// <param name="element">The stanza, or what was kept of it.</param>
    /// <param name="skipped">Why its content was not kept; null = it is whole.</param>
    private Step<ComponentSession, ComponentOutput> Stanza(XmlElement element, StanzaError? skipped = null)
    {
        if (element.Name != "iq")
        {
            return element.Name == "message" ? Do(new ComponentOutput.DeliverMessage(element)) : Do();
        }

        if (element["from"] is null)
        {
            // Servers close the stream of a component that answers without an address.
            return Do();
        }

        if (Iq.TryRead(element, out var iq, out var problem))
        {
            return Do(new ComponentOutput.Deliver(skipped is null ? iq : iq.WithoutContent(skipped)));
        }

        return problem is not null && Iq.Refusal(element, skipped ?? problem) is { } answer
            ? Do(new ComponentOutput.Send(XmlStreamWriter.StanzaText(answer["from"] is null ? answer.With("from", Name.Domain) : answer, Namespaces.Component)))
            : Do();
    }

    /// <summary>Writes a stanza for this stream.</summary>
    public static string Write(Iq stanza) => XmlStreamWriter.StanzaText(stanza.ToXml(), Namespaces.Component);

    private static string Complaint(string condition) =>
        XmlStreamWriter.StanzaText(XmlStreamWriter.StreamError(condition, null), Namespaces.Component) + XmlStreamWriter.Close;

    private Step<ComponentSession, ComponentOutput> Over(string why, bool forGood) => Do(new ComponentOutput.Close(why, forGood));

    private Step<ComponentSession, ComponentOutput> Do(params ImmutableArray<ComponentOutput> outputs) => new(this, outputs);
}
