using System.Collections.Immutable;

namespace CoherenceCheck.Language.Diagnostics;

/// <summary>The table of all diagnostics. Codes are stable: a code that is given up is never used again.</summary>
public static class DiagnosticKinds
{
    internal static readonly DiagnosticKind UnreadableFile = Error("CC0001", "A file cannot be read");
    internal static readonly DiagnosticKind FileTooLarge = Error("CC0002", "A file is larger than 1 MB");
    internal static readonly DiagnosticKind NotUtf8 = Error("CC0003", "A file is not UTF-8 text");
    internal static readonly DiagnosticKind UnexpectedCharacter = Error("CC0004", "A character that the language does not use");
    internal static readonly DiagnosticKind UnterminatedString = Error("CC0005", "A string does not end on its line");
    internal static readonly DiagnosticKind NumberTooLarge = Error("CC0006", "A number is larger than 1000000");
    internal static readonly DiagnosticKind NameTooLong = Error("CC0007", "A name is longer than 100 characters");
    internal static readonly DiagnosticKind TooManyDiagnostics = Error("CC0008", "More than 100 diagnostics in a file");

    internal static readonly DiagnosticKind ExpectedToken = Error("CC0101", "Something is missing, or something else stands in its place");
    internal static readonly DiagnosticKind NestingTooDeep = Error("CC0102", "Nesting is deeper than 200");
    internal static readonly DiagnosticKind ExpectedMember = Error("CC0103", "No declaration that may stand here");
    internal static readonly DiagnosticKind ExpectedStatement = Error("CC0104", "No statement");
    internal static readonly DiagnosticKind ExpectedExpression = Error("CC0105", "No expression");
    internal static readonly DiagnosticKind ExpectedEnd = Error("CC0106", "A statement does not end");
    internal static readonly DiagnosticKind InvalidPermissions = Error("CC0107", "Permissions other than R, RW, RX, RWX");
    internal static readonly DiagnosticKind BraceNotClosed = Error("CC0109", "A brace that is not closed");
    internal static readonly DiagnosticKind BraceClosesNothing = Error("CC0110", "A closing brace too many");
    internal static readonly DiagnosticKind EqualsConfused = Error("CC0111", "`=` where `==` is meant, or the other way round");

    internal static readonly DiagnosticKind DuplicateName = Error("CC0201", "A name or setting is given twice");
    internal static readonly DiagnosticKind UnknownPolicy = Error("CC0202", "Unknown policy");
    internal static readonly DiagnosticKind UnknownProfile = Error("CC0203", "Unknown profile");
    internal static readonly DiagnosticKind UnknownField = Error("CC0204", "Unknown register field");
    internal static readonly DiagnosticKind UnknownValue = Error("CC0205", "Unknown value of a field or reading");
    internal static readonly DiagnosticKind UnknownReading = Error("CC0206", "Unknown reading");
    internal static readonly DiagnosticKind UnknownProperty = Error("CC0207", "Unknown property");
    internal static readonly DiagnosticKind UnknownLabel = Error("CC0208", "Unknown label");
    internal static readonly DiagnosticKind UnknownName = Error("CC0209", "Unknown name");
    internal static readonly DiagnosticKind UnknownOperation = Error("CC0210", "Unknown operation");
    internal static readonly DiagnosticKind UnknownEvent = Error("CC0211", "Unknown event");
    internal static readonly DiagnosticKind UnknownChoice = Error("CC0212", "Not one of the words that may stand here");
    internal static readonly DiagnosticKind AmbiguousName = Error("CC0213", "A name that means two things");
    internal static readonly DiagnosticKind ReservedName = Error("CC0214", "A name that the language uses itself");

    internal static readonly DiagnosticKind TypeMismatch = Error("CC0301", "A value of the wrong type");
    internal static readonly DiagnosticKind NoSuchMember = Error("CC0302", "A value has no such member");
    internal static readonly DiagnosticKind WrongIndexCount = Error("CC0303", "Too few or too many indices");
    internal static readonly DiagnosticKind OperandsDoNotFit = Error("CC0304", "Operands that do not go together");
    internal static readonly DiagnosticKind TypeUnknown = Error("CC0305", "A value whose type nothing tells");
    internal static readonly DiagnosticKind NotAPlace = Error("CC0306", "Something that cannot be assigned");
    internal static readonly DiagnosticKind NotConstant = Error("CC0307", "An initial value that is not constant");
    internal static readonly DiagnosticKind OutOfRange = Error("CC0308", "A number outside its range");
    internal static readonly DiagnosticKind WrongArgumentCount = Error("CC0309", "Too few or too many arguments");
    internal static readonly DiagnosticKind ArgumentTooComplex = Error("CC0310", "An argument that is neither a name, a member of one, nor a literal");
    internal static readonly DiagnosticKind ParameterWithoutType = Error("CC0311", "A parameter of a procedure without a type");

    internal static readonly DiagnosticKind SettingNotHere = Error("CC0401", "A setting that cannot be made here");
    internal static readonly DiagnosticKind Cycle = Error("CC0402", "A policy or profile that builds on itself");
    internal static readonly DiagnosticKind RecursiveProcedure = Error("CC0403", "A procedure that calls itself");
    internal static readonly DiagnosticKind MoveBetweenBodies = Error("CC0404", "Labels of a move that stand in different bodies");
    internal static readonly DiagnosticKind NothingToMove = Error("CC0405", "A label that names no statement");
    internal static readonly DiagnosticKind ForeverWithoutStep = Error("CC0406", "A loop for ever that takes no step");
    internal static readonly DiagnosticKind NotAtomic = Error("CC0407", "A statement that cannot be part of a single step");
    internal static readonly DiagnosticKind WrongHookParameters = Error("CC0408", "A hook's parameters are not those of its event");
    internal static readonly DiagnosticKind StatementNotHere = Error("CC0409", "A statement that cannot stand here");
    internal static readonly DiagnosticKind OperationNotHere = Error("CC0410", "An operation that cannot be executed here");
    internal static readonly DiagnosticKind WrongOperands = Error("CC0411", "Wrong operands");

    internal static readonly DiagnosticKind LabelOfTwo = Error("CC0414", "A label that may be an operand's or a statement's");
    internal static readonly DiagnosticKind LabelOfNoOperand = Error("CC0415", "A label within an expression that is no operand of a test");

    internal static readonly DiagnosticKind WithNothing = Error("CC0416", "A stage-2 context around no statement");
    internal static readonly DiagnosticKind NoSuchAsid = Error("CC0417", "An ASID that no mapping has");
    internal static readonly DiagnosticKind PageOfOther = Error("CC0418", "A page of another VM");
    internal static readonly DiagnosticKind MmuOfOther = Error("CC0419", "A stage-2 context of another VM");
    internal static readonly DiagnosticKind WhichMmu = Error("CC0420", "A page of a VM with several stage-2 contexts, none of which is named");

    internal static readonly DiagnosticKind NotPreemptible = Error("CC0421", "A handler that may be switched out where it cannot");
    internal static readonly DiagnosticKind NoPlaceTaken = Error("CC0422", "Addresses for an alphabet that names none");

    internal static readonly DiagnosticKind IncompleteScenario = Error("CC0501", "A scenario lacks something");
    internal static readonly DiagnosticKind AccessNotPermitted = Error("CC0502", "An access that stage 2 does not permit");
    internal static readonly DiagnosticKind LineNotMapped = Error("CC0503", "A line that no page of the VM maps");
    internal static readonly DiagnosticKind CacheabilityUndecided = Error("CC0504", "A data access after a write of SCTLR_EL1 without ISB");
    internal static readonly DiagnosticKind FetchWithoutIsb = Warning("CC0505", "An alphabet that fetches without isb");
    internal static readonly DiagnosticKind RowsContradict = Error("CC0506", "Two equal rows with different verdicts");
    internal static readonly DiagnosticKind WrongOwner = Error("CC0507", "A condition without, or with the wrong, VM, vCPU or page in front");
    internal static readonly DiagnosticKind StateNotInPolicy = Error("CC0508", "A property about state that a policy lacks");
    internal static readonly DiagnosticKind CoverExpected = Error("CC0509", "A cover in an expect block");
    internal static readonly DiagnosticKind NeverExpected = Warning("CC0510", "A property that no expect block names");
    internal static readonly DiagnosticKind ProfilesDisagree = Error("CC0511", "Profiles that set the same name differently");
    internal static readonly DiagnosticKind DeletionRefused = Error("CC0512", "A row whose text, edited as it says, would be refused");

    internal static readonly DiagnosticKind SecondOtherwise = Error("CC0530", "A second row `otherwise` of a policy");
    internal static readonly DiagnosticKind OtherwiseWithConditions = Error("CC0531", "A row `otherwise` with conditions");

    internal static readonly DiagnosticKind NobodyJudges = Error("CC0540", "A property that no cell judges");

    internal static readonly DiagnosticKind CachesStayOff = Warning("CC0520", "A program that turns its MMU on and leaves C and I at 0");

    internal static readonly DiagnosticKind LimitExceeded = Error("CC0601", "More than the language allows");

    internal static readonly DiagnosticKind MachineNotModelled = Error("CC0703", "Hardware that is not modelled yet");
    internal static readonly DiagnosticKind OperationNotModelled = Error("CC0706", "An operation that is not modelled yet");
    internal static readonly DiagnosticKind ValueNotModelled = Error("CC0707", "A value of a reading or PE model that is not modelled yet");

    /// <summary>All kinds, in the order of their codes.</summary>
    public static ImmutableArray<DiagnosticKind> All { get; } =
    [
        UnreadableFile, FileTooLarge, NotUtf8, UnexpectedCharacter, UnterminatedString, NumberTooLarge, NameTooLong, TooManyDiagnostics,
        ExpectedToken, NestingTooDeep, ExpectedMember, ExpectedStatement, ExpectedExpression, ExpectedEnd, InvalidPermissions,
        BraceNotClosed, BraceClosesNothing, EqualsConfused,
        DuplicateName, UnknownPolicy, UnknownProfile, UnknownField, UnknownValue, UnknownReading, UnknownProperty, UnknownLabel,
        UnknownName, UnknownOperation, UnknownEvent, UnknownChoice, AmbiguousName, ReservedName,
        TypeMismatch, NoSuchMember, WrongIndexCount, OperandsDoNotFit, TypeUnknown, NotAPlace, NotConstant, OutOfRange,
        WrongArgumentCount, ArgumentTooComplex, ParameterWithoutType,
        SettingNotHere, Cycle, RecursiveProcedure, MoveBetweenBodies, NothingToMove, ForeverWithoutStep, NotAtomic,
        WrongHookParameters, StatementNotHere, OperationNotHere, WrongOperands, LabelOfTwo, LabelOfNoOperand,
        WithNothing, NoSuchAsid, PageOfOther, MmuOfOther, WhichMmu, NotPreemptible, NoPlaceTaken,
        IncompleteScenario, AccessNotPermitted, LineNotMapped, CacheabilityUndecided, FetchWithoutIsb, RowsContradict, WrongOwner,
        StateNotInPolicy, CoverExpected, NeverExpected, ProfilesDisagree, DeletionRefused, CachesStayOff,
        SecondOtherwise, OtherwiseWithConditions, NobodyJudges,
        LimitExceeded,
        MachineNotModelled, OperationNotModelled,
        ValueNotModelled,
    ];

    private static DiagnosticKind Error(string code, string title) => new(code, Severity.Error, title);

    private static DiagnosticKind Warning(string code, string title) => new(code, Severity.Warning, title);
}
