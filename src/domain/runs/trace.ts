import type { Fault, FaultKind, Millis } from '../base/fault.ts';
import type { FactKind } from '../facts/facts.ts';
import type { Level } from '../facts/level.ts';
import type { Danger } from '../runbooks/operation.ts';
import type { CheckState, RunEvent } from './run.ts';

/** A fault without its time and remedy. */
export interface TracedFault {
  readonly kind: FaultKind;
  readonly source: string;
  readonly message: string;
}

/** Returns a fault as a trace records it. */
export const tracedFault = ({ kind, source, message }: Fault): TracedFault => ({ kind, source, message });

/** The origin of a signal's value: a source, other signals, or facts of a kind. */
export interface TracedSignal {
  readonly id: string;
  readonly source?: string;
  readonly of?: readonly string[];
  readonly facts?: FactKind;
  /** The log view whose lines it counts. */
  readonly view?: string;
  /** True: it has a limit. */
  readonly judged: boolean;
}

/** A step of a runbook as it was planned. `targets` and `calls` count what its plan would act on and send. */
export interface TracedStep {
  readonly id: string;
  readonly section: 'diagnose' | 'act' | 'verify' | 'after' | 'prevent';
  readonly use?: string;
  readonly that?: string;
  readonly manual?: true;
  readonly danger?: Danger;
  readonly targets?: number;
  readonly calls?: number;
}

/** An event of a run. Which fields are present depends on `event`. */
export interface TracedRun {
  readonly what: 'run';
  readonly run: string;
  readonly event: RunEvent['event'];
  readonly runbook?: string;
  readonly steps?: readonly TracedStep[];
  readonly step?: string;
  readonly title?: string;
  readonly ok?: boolean;
  /** True: the question at an abort point, not a manual step. */
  readonly ask?: true;
  /** For a diagnose step: number of non-empty lines. */
  readonly lines?: number;
  /** For a diagnose step: true when its expression is unknown. */
  readonly unknown?: true;
  readonly faults?: readonly TracedFault[];
  /** For gates: the checks and their results. */
  readonly checks?: readonly {
    readonly what: string;
    readonly ok: boolean | 'unknown';
    readonly why: string;
  }[];
  readonly proofs?: readonly {
    readonly id: string;
    readonly value: CheckState['value'];
    readonly why: string;
  }[];
  readonly ending?: string;
  readonly why?: string;
  /** Number of requests sent before it ended. */
  readonly sent?: number;
}

/**
 * One event of the program, as written by `--trace FILE`: for bug reports, and for tools that measure what a run of the
 * program used. Durations are in milliseconds. docs/reference/trace.md describes every field.
 */
export type TraceEvent =
  | {
      readonly what: 'start';
      /** Version of the trace format. */
      readonly trace: 1;
      readonly version: string;
      readonly node: string;
      readonly os: string;
      readonly pid: number;
      readonly command: string;
    }
  | { readonly what: 'config'; readonly file: string; readonly found: boolean; readonly complaints: number }
  | {
      readonly what: 'plugin';
      readonly name: string;
      readonly sourceTypes: readonly string[];
      readonly problem?: TracedFault;
    }
  | { readonly what: 'refused'; readonly file: string; readonly complaints: readonly string[] }
  | {
      readonly what: 'profile';
      readonly file: string;
      readonly tier: string;
      readonly sources: readonly { readonly id: string; readonly type: string; readonly problem?: string }[];
      readonly signals: readonly TracedSignal[];
      readonly runbooks: number;
    }
  | { readonly what: 'poll-start'; readonly source: string; readonly feed: string }
  | {
      readonly what: 'poll-end';
      readonly source: string;
      readonly feed: string;
      readonly kind: string;
      readonly ms: Millis;
      readonly items: number;
      readonly faults: readonly TracedFault[];
      /** Number of faults not listed. */
      readonly moreFaults?: number;
    }
  | {
      readonly what: 'backfill';
      readonly source: string;
      readonly feed: string;
      readonly ms: Millis;
      /** Number of series with earlier values. */
      readonly series: number;
      readonly faults: readonly TracedFault[];
    }
  | {
      readonly what: 'verdict';
      readonly signal: string;
      /** Distinguishes the rows of one signal. */
      readonly row: string;
      readonly was: Level | 'none';
      readonly level: Level | 'none';
      /** Null: it has no value. */
      readonly value: number | string | null;
      readonly why?: string;
      readonly fault?: TracedFault;
    }
  | TracedRun
  | {
      readonly what: 'stream-open';
      readonly source: string;
      readonly stream: string;
      readonly follow: boolean;
    }
  | {
      readonly what: 'stream-close';
      readonly source: string;
      readonly stream: string;
      readonly ms: Millis;
      readonly lines: number;
      readonly bytes: number;
      readonly faults: readonly TracedFault[];
    }
  | { readonly what: 'first-line'; readonly source: string; readonly view: string }
  | { readonly what: 'lost'; readonly count: number }
  | { readonly what: 'full'; readonly bytes: number }
  | { readonly what: 'end'; readonly code: number };

/** Receives an event. Returns at once, and never throws. */
export type Trace = (event: TraceEvent & { readonly env?: string }) => void;

/** Creates the trace of one environment ('saga/production'): each event names it. Undefined without `--trace`. */
export const traceForEnvironment = (trace: Trace | undefined, env: string): Trace | undefined =>
  trace === undefined ? undefined : (event) => trace({ ...event, env });
