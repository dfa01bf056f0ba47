namespace ActorTransfer.Benchmarks.Load;

/// <summary>A line of a scenario's table, and one JSON line: cells in the order in which they were added, unit in the name of the column.</summary>
internal sealed class LoadRow
{
    private readonly List<(string Column, object? Value)> _cells = [];

    /// <summary>All cells.</summary>
    public IReadOnlyList<(string Column, object? Value)> Cells => _cells;

    /// <summary>Adds a cell.</summary>
    /// <param name="column">Head of the column and name in JSON, for example <c>MB/s</c>.</param>
    /// <param name="value">A text, a number, a truth value or null (nothing measured).</param>
    public LoadRow With(string column, object? value)
    {
        _cells.Add((column, value));
        return this;
    }
}
