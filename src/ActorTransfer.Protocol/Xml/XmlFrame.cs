namespace ActorTransfer.Protocol.Xml;

/// <summary>An open element. Kept for the next one at the same level.</summary>
internal sealed class XmlFrame
{
    // A stanza of many elements leaves a long list behind; it is not kept for the next one.
    private const int LargestKeptList = 64;

    internal string Tag { get; set; } = "";

    internal string Namespace { get; set; } = "";

    internal string Name { get; set; } = "";

    internal KeyValuePair<string, string>[] Attributes { get; set; } = [];

    internal int Mark { get; set; }

    internal List<object> Content { get; private set; } = [];

    internal void Clear()
    {
        if (Content.Capacity > LargestKeptList)
        {
            Content = [];
        }
        else
        {
            Content.Clear();
        }

        Attributes = [];
    }
}
