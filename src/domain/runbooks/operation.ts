import type { Millis } from '../base/fault.ts';

type PlanEnding = 'not-applicable' | 'failed' | 'forbidden';

/**
 * Thrown when planning is impossible: the target does not exist (not-applicable), could not be read (failed, with
 * `cause`), or the system denies the action (forbidden).
 */
export class PlanError extends Error {
  readonly ending: PlanEnding;
  constructor(ending: PlanEnding, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlanError';
    this.ending = ending;
  }
}

/** The plan of an action that does not apply to its target. */
export const notApplicable = (why: string): PlanError => new PlanError('not-applicable', why);

/**
 * The syntax of a parameter, which decides how a runbook's value may be inserted into it.
 * - `address`: percent-encoded, as one part of it
 * - `pattern`: escaped, so that it matches itself
 * - `statement` (SQL) and `document` (JSON written as text): not inside the text, since it could end the literal;
 * values have a separate place
 * - `argv`: only as a separate item, and never in text that a shell or another interpreter runs
 * - `fixed`: not at all; the text is executed and has no separate place for values
 */
export type BindingRule = 'address' | 'pattern' | 'statement' | 'document' | 'argv' | 'fixed';

/** Binding rules of an operation, by the path of the parameter: `sql`, `undo.sql`. */
export type BindingRules = Readonly<Record<string, BindingRule>>;

/**
 * Potential effect of an action on users.
 * - `read`: changes nothing
 * - `safe`: repeatable and not noticeable
 * - `disruptive`: may be noticed, and can be undone
 * - `destructive`: cannot be undone
 */
export type Danger = 'read' | 'safe' | 'disruptive' | 'destructive';

/** One object that an action affects. The operator types `name`; `uid` is compared before acting. */
export interface Target {
  readonly name: string;
  /** Identity of the object, to detect a successor of the same name: an endpoint, an instance, a UID. */
  readonly uid: string;
  /**
   * The `uid` of its row on the screen, where rows have another identity; '' if the row identifies nothing now. Absent:
   * `uid`.
   */
  readonly rowUid?: string;
  /** Its state at planning time, as text: 'OPEN', '3 replicas'. */
  readonly saw: string;
  /** Its location, as text: 'bus-0 at http://10.0.0.7:8081/actuator'. */
  readonly where: string;
  /**
   * The object itself, independent of the profile: set where `name` is that of the source, which another profile may
   * call otherwise. Runs on one place exclude each other.
   */
  readonly place?: string;
}

/** One request of a plan: shown in the preview, written to the ledger, sent. It contains no secrets. */
export interface PlannedCall {
  /** 'POST http://…/circuitbreakers/broker', 'SELECT pg_terminate_backend($1)', or an argv. */
  readonly line: string;
  readonly body?: string;
  /**
   * The equivalent command line, quoted for a shell: 'kubectl exec -n shop pg-0 -- pg_dump'. Absent: the request
   * itself.
   */
  readonly command?: string;
  /** Index into the plan's targets. */
  readonly target: number;
}

/** Returns the command line of a request if it has one, otherwise the request itself. */
export const callText = ({ line, body, command }: PlannedCall): string =>
  command ?? (body === undefined ? line : `${line} ${body}`);

/** Impact of an action, as far as its operation can tell from what it read. Absent numbers are unknown, never 0. */
export interface OperationImpact {
  /** Number of objects for which its target stands: the keys of a pattern, the messages of a queue. Absent: the target alone. */
  readonly objects?: number;
  /**
   * Share of a whole: 3 of 3 replicas, 2 of 20 connections. `parts`: their names, so that several steps on one host
   * count it once.
   */
  readonly share?: {
    readonly part: number;
    readonly whole: number;
    readonly of: string;
    readonly parts?: readonly string[];
  };
  /** Its open connections, or those that the action terminates. */
  readonly connections?: number;
  /** Its current request rate per second. */
  readonly requestsPerSecond?: number;
}

/** Fields of the workloads that are instances of a service. An absent field matches any value. */
export interface InstanceFilter {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly owner?: string;
  readonly node?: string;
}

/** Effect of an action on the instances of a service, which are workloads of the operation's source. */
export interface Interruption {
  /** `restarts`: they stop and come back by themselves. */
  readonly does: 'stops' | 'restarts' | 'starts';
  /** Display name: 'eventmesh-api', 'deployment/billing'. */
  readonly service: string;
  /** All instances of the service. */
  readonly instances: InstanceFilter;
  /** The affected ones; absent: all of them. */
  readonly affected?: readonly InstanceFilter[];
  /**
   * The instances as the plan read them, for a service whose instances are not among the facts of the source. Ignored
   * where they are.
   */
  readonly observed?: readonly ObservedInstance[];
}

/** An instance of a service as a plan read it. */
export interface ObservedInstance {
  readonly name: string;
  readonly isHealthy: boolean;
  readonly isAffected: boolean;
}

/** Result of asking the system for permission to execute a plan, before the operator is asked. */
export interface PermissionResult {
  /** 'unknown': the check failed, or the system has no such check. */
  readonly allowed: boolean | 'unknown';
  /** The authority and the granted or missing permission: 'RBAC: no patch on deployments in shop'. */
  readonly why: string;
  /** Hint for the user about a missing permission. */
  readonly remedy?: string;
}

/** Result of a reading operation as data, for verification (`expect`). */
export interface OperationResult {
  /** HTTP status, or exit status of a program. */
  readonly status?: number;
  /** A JSON document. */
  readonly json?: unknown;
  /** Total number of rows, when `rows` is truncated. */
  readonly rowCount?: number;
  /** Result rows, by column. */
  readonly rows?: readonly Readonly<Record<string, string | number | boolean | null>>[];
  readonly text?: string;
  /** The age of the answer when it arrived: a cache had stored it. */
  readonly ageMs?: Millis;
}

/**
 * What an action does to rows that a verification has read before it. A row that is gone afterwards counts as accounted for only if a
 * declared effect explains it.
 * - `ends`: it is gone: a terminated session, a deleted group, a pod of a workload that is scaled down.
 * - `replaces`: a successor takes its place, which must be there and ready: a restarted pod, container or unit.
 */
export interface DeclaredEffect {
  readonly does: 'ends' | 'replaces';
  /** A kind of facts; `signals`: series, by the name of the signal (`signal`) and their labels. */
  readonly kind: string;
  /** Fields that a row must have. Rows of other kinds that live in such a row are covered by it. */
  readonly where: Readonly<Record<string, string | number>>;
  /** Rows that match `where` and are ready afterwards. Absent: as many new ones as have gone. */
  readonly ready?: number;
  /** True: the row stays, and the action ends what it was about: messages of a queue, a lag. It explains no row that is gone. */
  readonly stays?: true;
}

/** The planned effect of an operation, computed from fresh reads; planning changes nothing. */
export interface Plan {
  /** `source.operation` */
  readonly use: string;
  readonly danger: Danger;
  readonly targets: readonly Target[];
  readonly calls: readonly PlannedCall[];
  /** Affected objects, as text, for the preview. */
  readonly objects: readonly string[];
  /** Values before and after, as text: 'app image: shop:1.9.0 → shop:1.8.2'. */
  readonly changes?: readonly string[];
  /** Irreversible losses, as text. */
  readonly lost?: string;
  /** The bound parameters, without secrets. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Impact of the action; absent: unknown. */
  readonly reach?: OperationImpact;
  /** The services that it stops, restarts or starts; absent: none. */
  readonly interrupts?: Interruption | readonly Interruption[];
  /**
   * The parts and counters of fingerprints that it is meant to change, by name: 'timeline', 'instance/orders-1',
   * 'instance/*'. Restarts need not be listed where it `interrupts` a service. Absent: none.
   */
  readonly changesSystem?: readonly string[];
  /** Its effects on rows, beyond the services that it stops or restarts. Absent: nothing else ends. */
  readonly effects?: readonly DeclaredEffect[];
  /** The previous state, as the operation's own data, for the undo. */
  readonly earlier?: unknown;
  /** Makes the change temporary: the executor carries out its undo after this time. */
  readonly reset?: PlannedReset;
}

/** When a temporary change is taken back, and how its targets look until then. */
export interface PlannedReset {
  readonly afterMs: number;
  /** The `saw` of every target while the change is in effect. Any other state is not overwritten. */
  readonly leaves: string;
}

/** A target that changed since planning. */
export interface TargetDrift {
  readonly target: string;
  readonly planned: string;
  readonly found: string;
}

/** An event during an action. */
export type ActEvent =
  | { readonly is: 'call'; readonly line: string }
  | { readonly is: 'output'; readonly text: string }
  /** Result of a reading operation as data, for verification. */
  | { readonly is: 'found'; readonly found: OperationResult }
  /**
   * A value known only from the response (the ID of a created object); the undo of the step refers to it by its key.
   */
  | { readonly is: 'made'; readonly key: string; readonly value: string }
  | {
      readonly is: 'answered';
      readonly line: string;
      readonly status: string;
      readonly ok: boolean;
      /** The end of a wait for the effect of the calls. It is no call, and the preview does not list it. */
      readonly waited?: true;
    };

/** Splits `use: SOURCE.NAME` into the source and the operation (or feed); source IDs contain no dot. */
export const splitUse = (use: string): { readonly source: string; readonly name: string } => {
  const dot = use.indexOf('.');
  return { source: use.slice(0, Math.max(0, dot)), name: use.slice(dot + 1) };
};

/** An operation to run: returned by `undo`, and written in a runbook's act steps. */
export interface OperationCall {
  readonly use: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly title: string;
  /**
   * The meaning of the targets' `saw` for an undo.
   * - 'value': exactly the state, so the undo has worked when it is as before.
   * - 'gone': the run created the targets; the undo has worked when they no longer exist.
   * - 'nothing': it changes by itself.
   * Absent: it only shows that something was written since.
   */
  readonly pins?: 'value' | 'gone' | 'nothing';
}

/** The undo of an operation; `and`: further calls, when its targets had different states. */
export interface UndoCall extends OperationCall {
  readonly and?: readonly OperationCall[];
}

/** State of a target at one moment. */
export type TargetPin = Pick<Target, 'name' | 'uid' | 'saw'>;

/** The undo of a step of a completed run. */
export interface StepUndo extends OperationCall {
  /** State of its targets after the run: a different state means a later change. */
  readonly left?: readonly TargetPin[];
}
