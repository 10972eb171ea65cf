import type { ZodType } from 'zod';
import type { AnyFact, FactKind, Note, Sample } from '../domain/facts.ts';
import type { Fault } from '../domain/fault.ts';
import type { ActEvent, Danger, Drift, OperationCall, Plan } from '../domain/operation.ts';
import type { LogView } from '../domain/profile.ts';
import type { Batch, Expected, FeedInfo } from '../domain/reading.ts';
import type { ChangeIo, ReadIo } from '../io/io.ts';

/** One independent question, asked again and again by the engine. A feed never sleeps, retries or looks at a clock of its own. */
export interface Feed<F = AnyFact | Note | Sample> extends FeedInfo {
  /** Never rejects for what the world does: failures are faults (or, for a probe, rows that are down). Honours the signal at once. */
  read(signal: AbortSignal): Promise<Batch<F>>;
}

/** A way to change the outside. `plan` and `recheck` only read; `act` is called by the executor alone. */
export interface Operation {
  readonly name: string;
  /** 'as-step': the runbook's step must say (`danger:`). */
  danger(params: Readonly<Record<string, unknown>>): Danger | 'as-step';
  /** Already checked with the schema of `SourceModule.operations`. Throws PlanError when there is nothing to act on. */
  plan(params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Plan>;
  /** Reads the pinned targets afresh; what has changed since the plan, or undefined. */
  recheck(plan: Plan, signal: AbortSignal): Promise<Drift | undefined>;
  act(plan: Plan, change: ChangeIo, signal: AbortSignal): AsyncIterable<ActEvent>;
  /**
   * What takes it back, from what the plan captured. What only the act can name (an id that comes back) stands in it as
   * `${made.KEY}`, a whole text; the executor puts in what `act` told as `made`, and offers no undo when it told nothing.
   */
  undo?(plan: Plan): OperationCall | undefined;
}

/** What `doctor` found: what is missing and how to get it. */
export interface Finding {
  readonly source: string;
  readonly ok: boolean;
  readonly what: string;
  readonly remedy?: string;
}

/** A signal that the profile wants from this source. `read` has been checked with the module's schema. */
export interface WantedSignal {
  readonly id: string;
  readonly read: Readonly<Record<string, unknown>>;
}

/** How a profile's source is opened. */
export interface Opening<C> {
  readonly id: string;
  readonly env: string;
  readonly config: C;
  readonly signals: readonly WantedSignal[];
  /** Where the profile's file is: what relative paths are relative to. Absent: our own directory. */
  readonly dir?: string;
  /** The profile's log views, for signals that count lines. */
  readonly views?: readonly LogView[];
}

export interface Source {
  readonly id: string;
  readonly feeds: readonly Feed[];
  readonly operations: readonly Operation[];
  /** Undefined when it is the system that the profile named (or none was named); a `wrong-system` fault when it is another. */
  identify?(signal: AbortSignal): Promise<Fault | undefined>;
  doctor?(signal: AbortSignal): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** What a source would give if it could be opened. */
export interface Gives {
  readonly kinds: readonly FactKind[];
  /** Its health rows: listed as unknown while the source is off. */
  readonly expects?: readonly Expected[];
}

/** What the profile loader needs to check entries of this type; light to import. */
export interface SourceModule<C = unknown> {
  readonly type: string;
  readonly title: string;
  /** Everything of the entry but `type`. */
  readonly config: ZodType<C>;
  /** The forms of `read:` that its signals take; absent: it reads no signals. */
  readonly reads?: ZodType<Record<string, unknown>>;
  /** True: its signals may count the lines of a log view. */
  readonly countsLines?: boolean;
  /** Cross-checks that need the config: names a check that is not there. Returns what is wrong, or undefined. */
  checkRead?(read: Readonly<Record<string, unknown>>, config: C): string | undefined;
  /** Names that `use: source.NAME` finds in diagnose steps. */
  readonly feedNames: readonly string[];
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly params: ZodType<Record<string, unknown>>;
        readonly danger: Danger | 'as-step';
        /** Of 'as-step': true for params that only read, so that the step need not say its danger. Absent: none do. */
        reads?(params: Readonly<Record<string, unknown>>): boolean;
      }
    >
  >;
  /**
   * Told without opening, for a source that is off. `config` may lack what the schema promises (a reference without a
   * value). Absent: its problem may hide any kind.
   */
  gives?(config: unknown): Gives;
  /** Loads the client's chunk and opens; contacts nothing yet. */
  open(opening: Opening<C>, io: ReadIo): Promise<Source>;
}
