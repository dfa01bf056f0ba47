using System.Security.Cryptography;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Hashing;

namespace ActorTransfer.Transports.Tests.Hashing;

public class HashCrowdTests
{
    private const int Piece = 64 * 1024;

    private readonly HashCrowd _crowd = new();

    [LanesFact]
    public void Crowd_must_hash_when_there_is_a_piece_for_each_lane()
    {
        Stage[] stages = Stages(16);
        Assert.All(stages[..15], stage => Assert.False(stage.Append(Piece)));
        Assert.True(stages[15].Append(Piece)); // and hashes those of the others
        Assert.All(stages[..15], stage => Assert.Equal((1, ""), (stage.Asked, stage.Ends)));
        Assert.All(stages[..15], stage => stage.TakeTurn("hashed"));
        Assert.All(stages, stage => stage.MustBeRight());
    }

    [LanesFact]
    public void Turn_must_hash_all_that_wait_when_they_are_enough()
    {
        Stage[] stages = Stages(9);
        Assert.All(stages[..8], stage => Assert.False(stage.Append(Piece)));
        stages[3].TakeTurn("hashed");
        Assert.False(stages[8].Append(Piece)); // the others are no longer there to be hashed with
        Assert.All(stages[..3], stage => stage.TakeTurn("hashed"));
        stages[8].TakeTurn("hashed");
        Assert.All(stages[4..8], stage => stage.TakeTurn("hashed"));
        Assert.All(stages, stage => stage.MustBeRight());
    }

    [LanesFact]
    public void Turn_must_hash_its_own_piece_when_too_few_wait()
    {
        Stage[] stages = Stages(8);
        Assert.All(stages[..7], stage => Assert.False(stage.Append(Piece)));
        stages[2].TakeTurn("hashed");
        Assert.False(stages[7].Append(Piece)); // seven wait again
        Assert.All(stages.Where(stage => stage != stages[2]), stage => stage.TakeTurn("hashed"));
        Assert.All(stages, stage => stage.MustBeRight());
    }

    [LanesFact]
    public void Pieces_of_any_length_and_beginning_must_be_hashed_side_by_side()
    {
        Random random = new(Seed: 2);
        for (int round = 0; round < 40; round++)
        {
            Stage[] stages = Stages(random.Next(8, 17));
            foreach (Stage stage in stages)
            {
                stage.AppendAlone(random.Next(0, 200));
            }

            Assert.All(stages[1..], stage => Assert.False(stage.Append(Piece + random.Next(0, 3 * Piece))));
            if (!stages[0].Append(Piece + random.Next(0, 300)))
            {
                stages[0].TakeTurn("hashed");
            }

            Assert.All(stages[1..], stage => stage.TakeTurn("hashed"));
            Assert.All(stages, stage => stage.MustBeRight());
            Assert.All(stages, stage => stage.Seat.Leave());
        }
    }

    [LanesFact]
    public void Small_pieces_and_those_of_few_streams_must_not_wait()
    {
        Stage[] stages = Stages(7);
        Assert.True(stages[0].Append(Piece));
        Stage eighth = new(_crowd);
        Assert.True(stages[1].Append(Piece - 1));
        Assert.False(stages[2].Append(Piece));
        eighth.Seat.Leave();
        Assert.True(stages[3].Append(Piece));
        stages[2].TakeTurn("hashed");
        Assert.All(stages[..4], stage => stage.MustBeRight());
    }

    [LanesFact]
    public void Piece_must_be_released_unhashed_when_its_stage_leaves()
    {
        Stage[] stages = Stages(17);
        Assert.False(stages[0].Append(Piece));
        stages[0].Seat.Leave();
        Assert.Equal("released", stages[0].Ends);
        Assert.All(stages[1..16], stage => Assert.False(stage.Append(Piece)));
        Assert.True(stages[16].Append(Piece)); // the sixteenth: the first was taken out
        stages[1].Seat.Leave();
        Assert.Equal("released", stages[1].Ends); // hashed, and its stage never heard of it
        Assert.All(stages[2..16], stage => stage.TakeTurn("hashed"));
        Assert.All(stages[2..], stage => stage.MustBeRight());
    }

    [LanesFact]
    public void Turn_that_comes_late_must_change_nothing()
    {
        Stage[] stages = Stages(8);
        stages[0].Seat.TakeTurn();
        Assert.Equal("", stages[0].Ends);
        Assert.False(stages[0].Append(Piece));
        stages[0].TakeTurn("hashed");
        stages[0].Seat.TakeTurn();
        Assert.Equal("hashed", stages[0].Ends);
        stages[0].MustBeRight();
    }

    /// <summary>Each thread is a stage that takes its turns when it is asked, and leaves at some time, also while others hash for it.</summary>
    [LanesFact]
    public async Task Every_piece_must_end_once_whatever_the_threads_do()
    {
        Task<int>[] stages = [.. Enumerable.Range(0, 24).Select(number => Task.Run(() => LiveAsync(number)))];
        int[] hashed = await Task.WhenAll(stages).Soon();
        Assert.All(hashed, count => Assert.InRange(count, 1, 60));
    }

    private async Task<int> LiveAsync(int number)
    {
        using SemaphoreSlim asked = new(0);
        Random random = new(number);
        HashSeat seat = new(_crowd, () => asked.Release());
        using RunningSha256 hash = new();
        using IncrementalHash expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int pieces = random.Next(1, 60);
        for (int piece = 0; piece < pieces; piece++)
        {
            byte[] bytes = Pattern.Bytes(random.Next(), Piece + random.Next(0, 2 * Piece));
            TaskCompletionSource<bool> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            expected.AppendData(bytes);
            if (seat.Append(hash, bytes, ended.SetResult)) // throws when it ends twice
            {
                continue;
            }

            if (piece == pieces - 1 && number % 2 == 0)
            {
                seat.Leave();
                await ended.Task.Soon();
                return pieces;
            }

            while (!ended.Task.IsCompleted)
            {
                await asked.WaitAsync();
                seat.TakeTurn();
            }

            Assert.True(await ended.Task);
        }

        Assert.Equal(Convert.ToHexStringLower(expected.GetCurrentHash()), hash.ToHex());
        seat.Leave();
        return pieces;
    }

    private Stage[] Stages(int count) => [.. Enumerable.Range(0, count).Select(_ => new Stage(_crowd))];

    /// <summary>Does what a stage does, when the test says so.</summary>
    private sealed class Stage
    {
        private readonly RunningSha256 _hash = new();
        private readonly List<byte> _bytes = [];

        public Stage(HashCrowd crowd) => Seat = new HashSeat(crowd, () => Asked++);

        public HashSeat Seat { get; }

        public int Asked { get; private set; }

        public string Ends { get; private set; } = "";

        public void AppendAlone(int length) => _hash.Append(Next(length));

        public bool Append(int length) => Seat.Append(_hash, Next(length), hashed => Ends += hashed ? "hashed" : "released");

        public void TakeTurn(string expected)
        {
            Assert.Equal((1, ""), (Asked, Ends));
            Seat.TakeTurn();
            Assert.Equal(expected, Ends);
        }

        public void MustBeRight() => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_bytes.ToArray())), _hash.ToHex());

        private byte[] Next(int length)
        {
            byte[] bytes = Pattern.Bytes((GetHashCode() & 0xffff) + _bytes.Count, length);
            _bytes.AddRange(bytes);
            return bytes;
        }
    }
}
