using System.Collections.Immutable;
using Google.Protobuf;

namespace ActorTransfer.Cluster.Messages;

/// <summary>Writes and reads fields. A field with its default value is not written.</summary>
internal static class Fields
{
    /// <summary>Writes a text.</summary>
    public static void Write(this CodedOutputStream output, int field, string value)
    {
        if (value.Length > 0)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(value);
        }
    }

    /// <summary>Writes a number.</summary>
    public static void Write(this CodedOutputStream output, int field, int value)
    {
        if (value != 0)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteSInt32(value);
        }
    }

    /// <summary>Writes a large number.</summary>
    public static void Write(this CodedOutputStream output, int field, long value)
    {
        if (value != 0)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteSInt64(value);
        }
    }

    /// <summary>Writes each text as a field of its own.</summary>
    public static void Write(this CodedOutputStream output, int field, ImmutableArray<string> texts)
    {
        foreach (var text in texts)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(text);
        }
    }

    /// <summary>Writes a flag.</summary>
    public static void Write(this CodedOutputStream output, int field, bool value)
    {
        if (value)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteBool(value);
        }
    }

    /// <summary>Writes each item as a field of its own.</summary>
    public static void Write<T>(this CodedOutputStream output, int field, ImmutableArray<T> items, Action<T, CodedOutputStream> write)
    {
        foreach (var item in items)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ToBytes(item, write));
        }
    }

    /// <summary>Reads one of the items.</summary>
    public static T ReadItem<T>(this CodedInputStream input, Func<CodedInputStream, T> read)
    {
        using var item = input.ReadBytes().CreateCodedInput();
        return read(item);
    }

    /// <summary>Reads a message of which field 1 repeats: there may be thousands.</summary>
    public static ImmutableArray<T> ReadList<T>(this CodedInputStream input, Func<CodedInputStream, T> read)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        input.Read(items, (list, field) =>
        {
            if (field != 1)
            {
                return null;
            }

            list.Add(input.ReadItem(read));
            return list;
        });
        return items.DrainToImmutable();
    }

    /// <summary>Reads all fields.</summary>
    /// <param name="input">The message.</param>
    /// <param name="message">A message with the defaults of all fields.</param>
    /// <param name="read">Returns the message with the field of this number, which it reads; null when it does not know the field.</param>
    public static T Read<T>(this CodedInputStream input, T message, Func<T, int, T?> read)
        where T : class
    {
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (read(message, WireFormat.GetTagFieldNumber(tag)) is { } next)
            {
                message = next;
            }
            else
            {
                input.SkipLastField();
            }
        }

        return message;
    }

    private static ByteString ToBytes<T>(T item, Action<T, CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(item, output);
        }

        return ByteString.CopyFrom(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
