import type { ZodType } from 'zod';
import type { AnyFact, FactKind, Note, Sample } from '../domain/facts.ts';
import type { Fault } from '../domain/fault.ts';
import type { DescriptionFormat, ObjectDescription } from '../domain/object-description.ts';
import type {
  ActEvent,
  BindingRules,
  PermissionResult,
  Plan,
  TargetDrift,
  UndoCall,
} from '../domain/operation.ts';
import type { LogSettings, LogView } from '../domain/profile.ts';
import type { ExpectedHealth, FeedInfo, Reading } from '../domain/reading.ts';
import type { ChangeIo, ReadIo } from '../doors/io.ts';
import type { Workload } from '../kinds/workloads/fact.ts';
import type { Tail } from '../logs/reading/tail.ts';
import type { Destination } from '../platform/network/dial.ts';
import type { SealedConnection } from '../platform/network/sealed.ts';
import type { Program, ProgramEvent } from '../platform/processes/program.ts';
import type { OperationDanger } from '../runs/policy/danger.ts';

/** One independent question, asked again and again by the engine. A feed never sleeps, retries or looks at a clock of its own. */
export interface Feed<F = AnyFact | Note | Sample> extends FeedInfo {
  /** Never rejects for what the world does: failures are faults (or, for a probe, rows that are down). Honours the signal at once. */
  read(signal: AbortSignal): Promise<Reading<F>>;
  /**
   * Calls `wake` when a read would bring something new before its turn: a watch has told of a change. The engine then
   * reads soon, and never twice at once. Returns how to stop.
   */
  watch?(wake: () => void): () => void;
}

/** One end of a `via:` target: a live pod, a container. */
export interface RouteEndpoint {
  readonly name: string;
  /** Tells it from another of the same name. */
  readonly uid: string;
  /** True: it runs and has not been ready yet, so that nobody at its port is no outage. */
  readonly isStarting?: true;
}

/** Where a program is run behind a `via:`: an end, and a container of it where it has several. */
export interface RemoteExecTarget {
  readonly end: string;
  readonly container?: string;
}

/** A way to change the outside. `plan` and `recheck` only read; `act` is called by the executor alone. */
export interface Operation {
  readonly name: string;
  /** 'as-step': the runbook's step must say (`danger:`). */
  danger(params: Readonly<Record<string, unknown>>): OperationDanger;
  /** Already checked with the schema of `SourceModule.operations`. Throws PlanError when there is nothing to act on. */
  plan(params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Plan>;
  /** Whether we may do it, asked of the system itself (an access review, a grant). Only reads; throws WireError. Absent: cannot be asked. */
  permits?(plan: Plan, signal: AbortSignal): Promise<PermissionResult>;
  /** Reads the pinned targets afresh; what has changed since the plan, or undefined. */
  recheck(plan: Plan, signal: AbortSignal): Promise<TargetDrift | undefined>;
  act(plan: Plan, change: ChangeIo, signal: AbortSignal): AsyncIterable<ActEvent>;
  /**
   * What takes it back, from what the plan captured. What only the act can name (an id that comes back) stands in it as
   * `${made.KEY}`, a whole text; the executor puts in what `act` told as `made`, and offers no undo when it told nothing.
   */
  undo?(plan: Plan): UndoCall | undefined;
}

/** What the profile's loader knows of an operation before its source is opened; made by `defineOperation`. */
export interface OperationDeclaration {
  readonly params: ZodType<Record<string, unknown>>;
  readonly danger: OperationDanger;
  /** True for params that only read, whatever `danger` says of the others; of 'as-step', the step need not say its danger then. Absent: none do. */
  reads?(params: Readonly<Record<string, unknown>>): boolean;
  /** What it finds as data besides its text, for proofs (`ActEvent` found). Absent: nothing. */
  readonly resultKinds?: readonly ('rows' | 'status' | 'json')[];
  /** How a runbook's value may stand in the params that something takes apart. Absent: none of them is. */
  readonly bindingRules?: BindingRules;
}

/** What `doctor` found: what is missing and how to get it. */
export interface Finding {
  readonly source: string;
  readonly ok: boolean;
  readonly what: string;
  readonly remedy?: string;
}

/** A signal that the profile wants from this source. `read` has been checked with the module's schema. */
export interface SignalRequest {
  readonly id: string;
  readonly read: Readonly<Record<string, unknown>>;
}

/** How a profile's source is opened. */
export interface SourceOptions<C> {
  readonly id: string;
  readonly env: string;
  readonly config: C;
  readonly signals: readonly SignalRequest[];
  /** Where the profile's file is: what relative paths are relative to. Absent: our own directory. */
  readonly dir?: string;
  /** The profile's log views, for signals that count lines. */
  readonly views?: readonly LogView[];
  /** What the profile says of its logs: how times and levels of lines are told. */
  readonly logs?: LogSettings;
}

/**
 * Opens a connection for those who are reached through a source. Throws TunnelError when the way itself is lost, and a plain WireError
 * when the way holds and nothing listens at its end.
 */
export type TunnelDialer = (to: Destination, signal: AbortSignal) => Promise<SealedConnection>;

export interface Source {
  readonly id: string;
  readonly feeds: readonly Feed[];
  readonly operations: readonly Operation[];
  /** Undefined when it is the system that the profile named (or none was named); a `wrong-system` fault when it is another. */
  identify?(signal: AbortSignal): Promise<Fault | undefined>;
  doctor?(signal: AbortSignal): Promise<readonly Finding[]>;
  /** The streams of lines that it has now, of what `of` selects (a pod, `deployment/x`, `app=label`, a unit); absent: all. */
  tails?(of: string | undefined, signal: AbortSignal): Promise<readonly Tail[]>;
  /**
   * Something that it gave as a workload, for a person to read: only asks, and hides the values of what is secret. Throws
   * WireError, `missing` when it is not there any more or this source cannot tell more of its kind.
   */
  describe?(subject: Workload, how: DescriptionFormat, signal: AbortSignal): Promise<ObjectDescription>;
  /**
   * What lives behind a `via:` target now ('deployment/bus', 'pod/x', 'app=bus', a container's name), the ready ones
   * first. [] when nothing does. Throws WireError.
   */
  resolveEndpoints?(target: string, signal: AbortSignal): Promise<readonly RouteEndpoint[]>;
  /** A connection to a port of one of those ends (`host` is the end's name). */
  readonly dial?: TunnelDialer;
  /**
   * Runs a program at one of those ends, by its argv: its lines as they come, then its end. The door that is lent lets
   * nothing through but what the profile's author has declared to be reading. Throws TunnelError when the way is lost, and
   * ProgramError when the program cannot be started there, or does not end in time.
   */
  run?(
    at: RemoteExecTarget,
    program: Program,
    door: ChangeIo,
    signal: AbortSignal,
  ): AsyncIterable<ProgramEvent>;
  close(): Promise<void>;
}

/** What a source would give if it could be opened. */
export interface SourceOutput {
  readonly kinds: readonly FactKind[];
  /** Its health rows: listed as unknown while the source is off. */
  readonly expects?: readonly ExpectedHealth[];
}

/**
 * What of a source goes the way of its `via:`: its connections, to a port; its programs and files, which are run and read at
 * every end; nothing: it cannot be reached through another.
 */
type ViaTransport = 'connections' | 'programs' | 'nothing';

/** What the profile loader needs to check entries of this type; light to import. */
export interface SourceModule<C = unknown> {
  readonly type: string;
  readonly title: string;
  /** The package that it came with, as a plugin; absent: opsdeck itself. */
  readonly plugin?: string;
  /** Everything of the entry but `type`. */
  readonly config: ZodType<C>;
  /** What it cannot read, and where to read that instead: sentences of docs/reference/sources.md. */
  readonly limitations?: readonly string[];
  /** The forms of `read:` that its signals take; absent: it reads no signals. */
  readonly reads?: ZodType<Record<string, unknown>>;
  /** True: its signals may count the lines of a log view. */
  readonly countsLines?: boolean;
  /** True: it has streams of lines (`Source.tails`). */
  readonly hasTails?: true;
  /** Cross-checks that need the config: names a check that is not there. Returns what is wrong, or undefined. */
  checkRead?(read: Readonly<Record<string, unknown>>, config: C): string | undefined;
  /** Names that `use: source.NAME` finds in diagnose steps. */
  readonly feedNames: readonly string[];
  /** By name. */
  readonly operations: Readonly<Record<string, OperationDeclaration>>;
  /**
   * Told without opening, for a source that is off. `config` may lack what the schema promises (a reference without a
   * value). Absent: its problem may hide any kind.
   */
  gives?(config: unknown): SourceOutput;
  /** Absent: its connections. */
  readonly viaTransport?: ViaTransport;
  /**
   * The config for reaching it through `via:`: where the profile gives addresses or instances, they are replaced by
   * these ends, each at `http://NAME:PORT` (`endHost(NAME)` of platform/network/dial). Absent: its addresses stay, and every
   * connection leads to the first live end. For programs and files `port` is 0, and `Program.at` and `filesAt` name the end.
   */
  routeConfig?(config: C, ends: readonly RouteEndpoint[], port: number): C;
  /**
   * What stands for the address of an entry with `via:` that gives none: keys of its config, put in when the entry has
   * none of them (`undefined`: another key that would be an address). Absent: it has to give its address in any case.
   */
  readonly viaDefaults?: Readonly<Record<string, unknown>>;
  /**
   * Others may be reached through it (it has `ends`, `dial` and `run`): what is wrong with a `via:` target of theirs, or
   * undefined. Absent: it leads nowhere.
   */
  viaTarget?(target: string): string | undefined;
  /** True: an end of it may have several containers, of which a `via:` may name one. */
  readonly hasContainers?: true;
  /** Loads the client's chunk and opens; contacts nothing yet. */
  open(opening: SourceOptions<C>, io: ReadIo): Promise<Source>;
}
