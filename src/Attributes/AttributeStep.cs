namespace CoherenceCheck.Attributes;

/// <summary>One step on the way to the effective attributes of an access.</summary>
/// <param name="Rule">What applies, in words.</param>
/// <param name="Result">What the access is after it; several results joined by <c>or</c>.</param>
/// <param name="Source">Where the architecture says so.</param>
public sealed record AttributeStep(string Rule, string Result, string Source);
