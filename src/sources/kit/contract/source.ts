import type { ZodType } from 'zod';
import type { Fault, Millis } from '../../../domain/base/fault.ts';
import type { AnyFact, FactKind, Note, Sample } from '../../../domain/facts/facts.ts';
import type { SystemFingerprint } from '../../../domain/facts/fingerprint.ts';
import type { RecentChangesReading } from '../../../domain/facts/journal.ts';
import type {
  DescribedObject,
  DescriptionFormat,
  ObjectDescription,
} from '../../../domain/facts/object-description.ts';
import type {
  ExpectedHealth,
  FeedInfo,
  HistoryRange,
  HistoryReading,
  Reading,
} from '../../../domain/facts/reading.ts';
import type { CommandRow } from '../../../domain/facts/row-command.ts';
import type { LogSettings, LogView } from '../../../domain/profile/profile.ts';
import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import type {
  ActEvent,
  BindingRules,
  PermissionResult,
  Plan,
  TargetDrift,
  UndoCall,
} from '../../../domain/runbooks/operation.ts';
import type { ChangeIo, ReadIo } from '../../../doors/io.ts';
import type { Tail } from '../../../logs/reading/tail.ts';
import type { Destination } from '../../../platform/network/dial.ts';
import type { SealedConnection } from '../../../platform/network/sealed.ts';
import type { Program, ProgramEvent } from '../../../platform/processes/program.ts';
import type { OperationDanger } from '../../../runs/policy/danger.ts';

/** Data read on demand is stale after this: minutes, since nothing refreshes it automatically. */
export const onDemandStaleMs = 300_000;

/** One independent query, polled by the engine. A feed never sleeps, retries or uses a separate clock. */
export interface Feed<F = AnyFact | Note | Sample> extends FeedInfo {
  /**
   * Never rejects for external failures: those are faults (or, for a probe, rows that are down). Honors the signal at
   * once.
   */
  read(signal: AbortSignal): Promise<Reading<F>>;
  /**
   * Calls `wake` when an early read would return new data, for example after a watch event. The engine then reads soon,
   * and never twice concurrently. Returns a function that stops the watch.
   */
  watch?(wake: () => void): () => void;
  /**
   * Reads earlier values of its signals, under the same keys as its samples. Never rejects for external failures.
   * Absent: its source has no history.
   */
  readHistory?(range: HistoryRange, signal: AbortSignal): Promise<HistoryReading>;
}

/** One endpoint of a `via:` target: a live pod, a container. */
export interface RouteEndpoint {
  readonly name: string;
  /** Distinguishes it from another of the same name. */
  readonly uid: string;
  /** True: it is running but has never been ready, so a closed port is not an outage. */
  readonly isStarting?: true;
  /** The namespace of a pod. */
  readonly namespace?: string;
}

/** Location of a program behind a `via:`: an endpoint, and one of its containers where it has several. */
export interface RemoteExecTarget {
  readonly end: string;
  readonly container?: string;
}

/** A change to an external system. `plan` and `recheck` only read; `act` is called by the executor alone. */
export interface Operation {
  readonly name: string;
  /** 'as-step': the runbook's step must declare it (`danger:`). */
  danger(params: Readonly<Record<string, unknown>>): OperationDanger;
  /**
   * Params are already validated with the schema of `SourceModule.operations`. Throws PlanError when the operation does
   * not apply.
   */
  plan(params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Plan>;
  /**
   * Checks the permission on the system itself (an access review, a grant). Only reads; throws WireError. Absent:
   * cannot be checked in advance.
   */
  permits?(plan: Plan, signal: AbortSignal): Promise<PermissionResult>;
  /** Reads the pinned targets again; returns what has changed since the plan, or undefined. */
  recheck(plan: Plan, signal: AbortSignal): Promise<TargetDrift | undefined>;
  act(plan: Plan, change: ChangeIo, signal: AbortSignal): AsyncIterable<ActEvent>;
  /**
   * The undo, from values captured by the plan. A value known only after the action (a returned id) is the whole text
   * `${made.KEY}`. The executor fills it from the `made` event of `act`, and offers no undo without that event.
   * Throws TunnelError where its source is not open, see `Source.ready`.
   */
  undo?(plan: Plan): UndoCall | undefined;
  /** The actions that it offers on rows, without a runbook. Absent: none. */
  readonly actions?: readonly GenericAction[];
  /** See `OperationDeclaration`. */
  readonly mayRestart?: true;
}

/** Properties of an operation that the profile loader needs before its source is opened; made by `defineOperation`. */
export interface OperationDeclaration {
  /** Its effect or its result in a phrase, for the table of operations in the README of its source. */
  readonly says?: string;
  /**
   * Permissions beyond those of reading that it needs whatever its params are: 'patch deployments', for the doctor of
   * Kubernetes. Absent: they depend on its params, and are checked when it is planned.
   */
  readonly rights?: readonly string[];
  readonly params: ZodType<Record<string, unknown>>;
  readonly danger: OperationDanger;
  /**
   * True for params that only read, whatever the `danger` of other params. With 'as-step', the step need not declare
   * its danger then. Absent: none do.
   */
  reads?(params: Readonly<Record<string, unknown>>): boolean;
  /** Kinds of result data besides text, for verifications (`ActEvent` found). Absent: none. */
  readonly resultKinds?: readonly ('rows' | 'status' | 'json')[];
  /** See `SourceModule.hiddenBy`, of the rows that it reads with these params. Absent: it reads the parts. */
  hiddenBy?(params: Readonly<Record<string, unknown>>): string | undefined;
  /** Rules for binding runbook values into params that are parsed further, such as SQL. Absent: none are. */
  readonly bindingRules?: BindingRules;
  /** The actions that it offers on rows, without a runbook. Absent: none. */
  readonly actions?: readonly GenericAction[];
  /**
   * True: it may restart processes that other sources read, so that another process may answer after it. Absent: it
   * restarts only what its plan interrupts.
   */
  readonly mayRestart?: true;
}

/** A finding of `doctor`: what is missing and how to fix it. */
export interface Finding {
  readonly source: string;
  readonly ok: boolean;
  readonly what: string;
  readonly remedy?: string;
}

/** A signal that the profile reads from this source. `read` is already validated with the module's schema. */
export interface SignalRequest {
  readonly id: string;
  readonly read: Readonly<Record<string, unknown>>;
}

/** Options for opening a profile's source. */
export interface SourceOptions<C> {
  readonly id: string;
  readonly env: string;
  readonly config: C;
  readonly signals: readonly SignalRequest[];
  /** Directory of the profile, the base of relative paths. Absent: the current directory. */
  readonly dir?: string;
  /** Log views of the profile, for signals that count lines. */
  readonly views?: readonly LogView[];
  /** Log settings of the profile: how to find the time and level of a line. */
  readonly logs?: LogSettings;
}

/**
 * Opens a connection for sources that are reached through this one. Throws TunnelError when the tunnel itself is lost,
 * and a plain WireError when the tunnel works but nothing listens at its end.
 */
export type TunnelDialer = (to: Destination, signal: AbortSignal) => Promise<SealedConnection>;

export interface Source {
  readonly id: string;
  readonly feeds: readonly Feed[];
  readonly operations: readonly Operation[];
  /** Opens it where it is not yet. Throws TunnelError. Absent: it is always open. */
  ready?(signal: AbortSignal): Promise<void>;
  /** The namespaces that it reads: ['*'] for all, [] for the one of its context. Absent: it has none. */
  readonly namespaces?: readonly string[];
  /** Undefined when this is the system that the profile names (or it names none); a `wrong-system` fault otherwise. */
  identify?(signal: AbortSignal): Promise<Fault | undefined>;
  /**
   * Reads who answers, in one small request over the connection of its readings. Parts that the system does not tell
   * are left out. `since`: the begin of the oldest reading in question; a source with several connections also tells who
   * has answered over the others since then. Only reads; throws WireError. Absent: it cannot tell.
   */
  fingerprint?(signal: AbortSignal, since?: Millis): Promise<SystemFingerprint>;
  /**
   * The account and role of its credentials, short, for the header: '*9012/ops'. Called once when the environment is
   * opened. Only reads; throws WireError. Absent: it has none that a person needs to see.
   */
  principal?(signal: AbortSignal): Promise<string | undefined>;
  /**
   * The account as which the system knows the login, in full, for the record of a run: 'system:serviceaccount:shop:deployer', an
   * ARN. It is data and grants nothing. Asked once for the steps of a plan. Undefined: the system does not
   * tell. Only reads; throws WireError. Absent: it cannot tell.
   */
  account?(signal: AbortSignal): Promise<string | undefined>;
  doctor?(signal: AbortSignal): Promise<readonly Finding[]>;
  /** Current log streams, restricted to `of` (a pod, `deployment/x`, `app=label`, a unit); absent: all. */
  tails?(of: string | undefined, signal: AbortSignal): Promise<readonly Tail[]>;
  /** The formats of `describe`. Absent: describe and yaml. */
  readonly describesAs?: readonly DescriptionFormat[];
  /**
   * Describes one of its objects for display: only reads, and masks secrets. Throws WireError, `missing` when it no
   * longer exists or this source cannot describe its kind.
   */
  describe?(
    subject: DescribedObject,
    how: DescriptionFormat,
    signal: AbortSignal,
  ): Promise<ObjectDescription>;
  /**
   * Reads the changes that the system itself has recorded since a time on our clock: rollouts, configuration changes,
   * starts, events, starts of alerts. Called once when the environment is opened. Only reads; never rejects for external
   * failures: those are faults. Absent: the system records none.
   */
  recentChanges?(since: Millis, signal: AbortSignal): Promise<RecentChangesReading>;
  /**
   * Current endpoints of a `via:` target ('deployment/bus', 'pod/x', 'app=bus', a container's name), ready ones first.
   * [] when none exist. Throws WireError.
   */
  resolveEndpoints?(target: string, signal: AbortSignal): Promise<readonly RouteEndpoint[]>;
  /** Opens a connection to a port of one of those endpoints (`host` is the endpoint's name). */
  readonly dial?: TunnelDialer;
  /**
   * Runs a program at one of those endpoints, by its argv: yields its lines as they arrive, then its end. The given io
   * permits only programs that the profile's author has declared read-only. Throws TunnelError when the tunnel is lost,
   * and ProgramError when the program cannot be started there or does not end in time.
   */
  run?(
    at: RemoteExecTarget,
    program: Program,
    door: ChangeIo,
    signal: AbortSignal,
  ): AsyncIterable<ProgramEvent>;
  close(): Promise<void>;
}

/** The access needed to read a source, for sharing its readings. */
export interface ReadingAccess {
  /** True: the config has a password, a token or another secret. */
  readonly hasSecrets: boolean;
  /** True: its address leads to another system on another machine. */
  readonly isLocal: boolean;
}

/** The rows and facts that a source provides when it is open. */
export interface SourceOutput {
  readonly kinds: readonly FactKind[];
  /** Its health rows: listed as unknown while the source is off. */
  readonly expects?: readonly ExpectedHealth[];
  /** True: it reads the rules that produce alerts, and so can tell that one is resolved. */
  readonly alertRules?: true;
}

/**
 * The transport of a source through its `via:`: connections to a port; programs and files, run and read at every
 * endpoint; nothing, when it cannot be reached through another.
 */
type ViaTransport = 'connections' | 'programs' | 'nothing';

/** A source type by name. Its module is loaded when a profile uses the type. */
export interface SourceType {
  readonly type: string;
  /** Imports its module. */
  load(): Promise<SourceModule>;
}

/** Properties of a source type that the profile loader needs; light to import. */
export interface SourceModule<C = unknown> {
  readonly type: string;
  readonly title: string;
  /** Package of a plugin; absent: built in. */
  readonly plugin?: string;
  /** Schema of the entry without `type`. */
  readonly config: ZodType<C>;
  /** Data it cannot read, and the alternative: sentences of docs/reference/sources.md. */
  readonly limitations?: readonly string[];
  /** The parameters in the query of its `url` that it reads. Absent: the query is sent as it is, or checked by its schema. */
  readonly urlParameters?: readonly string[];
  /** Forms of `read:` of its signals; absent: it has no signals. */
  readonly reads?: ZodType<Record<string, unknown>>;
  /** True: its signals may count the lines of a log view. */
  readonly countsLines?: boolean;
  /** True: it has log streams (`Source.tails`). */
  readonly hasTails?: true;
  /** True: it may have `recentChanges`. */
  readonly recordsChanges?: true;
  /** True: it has a `principal`. */
  readonly hasPrincipal?: true;
  /** Cross-checks of a read that need the config, such as the name of a check. Returns the problem, or undefined. */
  checkRead?(read: Readonly<Record<string, unknown>>, config: C): string | undefined;
  /**
   * The function by which its server computes the value of a read, if its parts cannot be read: 'count()'. A part that is gone makes such a
   * value smaller and leaves no trace. Undefined, or absent: the parts are read, or there are none.
   */
  hiddenBy?(read: Readonly<Record<string, unknown>>): string | undefined;
  /** The way to read the parts by a signal instead, as `validate` advises: 'labels: in SQL'. Absent: no read of this source does. */
  readonly partsAdvice?: string;
  /** Names for `use: source.NAME` in diagnose steps. */
  readonly feedNames: readonly string[];
  /** By name. */
  readonly operations: Readonly<Record<string, OperationDeclaration>>;
  /**
   * Its output, known without opening it, for a source that is off. `config` may lack values that the schema requires
   * (an unresolved reference). Absent: its outage may affect any kind.
   */
  gives?(config: unknown): SourceOutput;
  /** Absent: its connections. */
  readonly viaTransport?: ViaTransport;
  /**
   * Returns the config for access through `via:`: replaces addresses or instances of the profile with these endpoints,
   * each at `http://NAME:PORT` (`endpointHost(NAME)` of platform/network/dial). Absent: addresses stay, and every connection
   * leads to the first live endpoint. For programs and files `port` is 0, and `Program.at` and `filesAt` name the
   * endpoint.
   */
  routeConfig?(config: C, ends: readonly RouteEndpoint[], port: number): C;
  /**
   * For `via: { ssh: HOST }` without a port: a program on that host whose standard input and output are a connection to the
   * server, and a port for its addresses. Absent: the port is mandatory.
   */
  readonly sshConnector?: { readonly argv: readonly string[]; readonly port: number };
  /**
   * Defaults for an entry with `via:` but without an address: keys of its config, applied when the entry sets none of
   * them. `undefined` marks another key that would be an address. Absent: the address is mandatory.
   */
  readonly viaDefaults?: Readonly<Record<string, unknown>>;
  /**
   * Checks a `via:` target of sources reached through this one (it implements `resolveEndpoints`, `dial` and `run`).
   * Returns the problem, or undefined. Absent: not usable in `via:`.
   */
  viaTarget?(target: string): string | undefined;
  /**
   * The command that opens the same tunnel by hand, on the same local port, as argv without credentials. Undefined if
   * there is none for this target.
   */
  tunnelCommand?(config: C, target: string, port: number, dir: string): readonly string[] | undefined;
  /**
   * The access of a config, when processes of a team may share its readings: only when the responses depend on this config and
   * on nothing else of the machine or the person (no file, program, context or profile of a tool), and its feeds keep nothing
   * from read to read. Undefined, or absent: every process reads by itself. Ignored for a plugin.
   */
  readingAccess?(config: C): ReadingAccess | undefined;
  /** The formats of `Source.describe`, known without opening it. Absent: describe and yaml. */
  readonly describesAs?: readonly DescriptionFormat[];
  /** True: its endpoints may have several containers, and a `via:` may name one. */
  readonly hasContainers?: true;
  /** The command that reads a row by hand with the tools of the system (kubectl, psql, curl), to copy; it contacts nothing. */
  rowCommand?(config: C, row: CommandRow, dir: string): readonly string[] | undefined;
  /** Loads the client's chunk and opens the source. Contacts nothing yet. */
  open(opening: SourceOptions<C>, io: ReadIo): Promise<Source>;
}
