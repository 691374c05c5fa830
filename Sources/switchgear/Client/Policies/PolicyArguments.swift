import ArgumentParser
import Resilience

/// The arguments that name one policy.
struct PolicyArguments: ParsableArguments {
    @Argument(help: "The kind of the policy, singular or plural: limiter or limiters.")
    private var kind: KindArgument

    @Argument(help: "The policy's name.")
    private var name: PathPart

    /// The path of the policy, after `/v1`.
    var path: [String] { [kind.kind.plural, name.text] }

    /// The policy as it is called in messages: `limiter/api`.
    var title: String { "\(kind.kind.singular)/\(name.text)" }
}
