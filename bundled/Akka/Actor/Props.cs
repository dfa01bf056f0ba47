using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>Makes the instances of an actor by other means than its constructor.</summary>
public interface IIndirectActorProducer
{
    Type ActorType { get; }

    ActorBase Produce();

    void Release(ActorBase actor);
}

/// <summary>How to make an actor: its type, the arguments of its constructor (fixed here, once), and how its children are supervised.</summary>
public class Props : IEquatable<Props>
{
    private static readonly ConcurrentDictionary<ConstructorInfo, ConstructorInvoker> Invokers = new();

    private readonly ConstructorInfo _constructor;
    private readonly IIndirectActorProducer _producer;

    public Props(Type type, object[] args)
        : this(type, null, args, null, null)
    {
    }

    private Props(Type type, SupervisorStrategy strategy, object[] args, ConstructorInfo constructor, IIndirectActorProducer producer)
    {
        Type = type;
        SupervisorStrategy = strategy;
        Arguments = args ?? [];
        _constructor = constructor;
        _producer = producer;
    }

    private Props(Props copy)
        : this(copy.Type, copy.SupervisorStrategy, copy.Arguments, copy._constructor, copy._producer)
    {
        Dispatcher = copy.Dispatcher;
        Mailbox = copy.Mailbox;
    }

    public Type Type { get; }

    public object[] Arguments { get; }

    public string Dispatcher { get; private init; } = Dispatch.MessageDispatcher.DefaultId;

    public string Mailbox { get; private init; } = "akka.actor.default-mailbox";

    public SupervisorStrategy SupervisorStrategy { get; private init; }

    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression creation)
            throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
        var args = creation.Arguments.Select(Evaluate).ToArray();
        return new Props(creation.Type, supervisorStrategy, args, creation.Constructor is { IsPublic: true } c ? c : null, null);
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    public static Props Create(Type type, params object[] args) =>
        new(type ?? throw new ArgumentNullException(nameof(type), "Props must be instantiated with an actor type."), args);

    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) =>
        new(producer.ActorType, null, args, null, producer);

    public Props WithDispatcher(string dispatcher) => new(this) { Dispatcher = dispatcher };

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };

    public virtual ActorBase NewActor()
    {
        if (_producer is not null)
            return _producer.Produce();
        try
        {
            if (_constructor is not null)
                return (ActorBase)Invokers.GetOrAdd(_constructor, ConstructorInvoker.Create).Invoke(Arguments.AsSpan());
            return (ActorBase)Activator.CreateInstance(Type, Arguments);
        }
        catch (Exception e) when (e is not ActorInitializationException)
        {
            throw new TypeLoadException(
                $"Error while creating actor instance of type {Type} with {Arguments.Length} args: ({string.Join(",", Arguments)})", e);
        }
    }

    public bool Equals(Props other) => ReferenceEquals(this, other) || (other is not null && Type == other.Type && Dispatcher == other.Dispatcher
        && Mailbox == other.Mailbox && Equals(SupervisorStrategy, other.SupervisorStrategy) && Arguments.SequenceEqual(other.Arguments));

    public override bool Equals(object obj) => Equals(obj as Props);

    public override int GetHashCode() => HashCode.Combine(Type, Dispatcher, Mailbox, Arguments.Length);

    internal void Release(ActorBase actor)
    {
        if (_producer is not null)
            _producer.Release(actor);
        else
            (actor as IDisposable)?.Dispose();
    }

    /// <summary>The value of an argument: constants and captured variables are read, anything else is compiled.</summary>
    private static object Evaluate(Expression expression)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field } member:
                return field.GetValue(member.Expression is null ? null : Evaluate(member.Expression));
            case MemberExpression { Member: PropertyInfo property } member when member.Expression is null or MemberExpression or ConstantExpression:
                return property.GetValue(member.Expression is null ? null : Evaluate(member.Expression));
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } convert when convert.Type.IsAssignableFrom(convert.Operand.Type):
                return Evaluate(convert.Operand);
            default:
                return Expression.Lambda<Func<object>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)();
        }
    }
}
