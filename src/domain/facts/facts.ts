import type { Millis } from '../base/fault.ts';

/** Common fields of every fact: its source, and when the response arrived. */
export interface Fact {
  readonly source: string;
  readonly at: Millis;
}

/**
 * The row type of each kind of fact, by the kind's name. Each kind adds its own by declaration merging, in
 * `kinds/<kind>/fact.ts`, so this file names none of them. At run time the kinds are those of `kinds/registry.ts`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface FactTypes {}

export type FactKind = keyof FactTypes;
export type AnyFact = FactTypes[FactKind];

/** The aggregation of the parts of a value. */
export type PartsFold = 'sum' | 'min' | 'max' | 'avg' | 'count';

/** The meaning of a metric, as its source tells it. */
export interface MetricDescription {
  readonly unit?: string;
  readonly help?: string;
}

/** The objects from which a value is read, and what shows whether waiting things in them were processed or removed. */
export interface ValueOrigin {
  /** The identity of each object by its name: the tables of a query, the file system of a path. Absent: the source does not tell. */
  readonly objects?: Readonly<Record<string, string>>;
  /** The number of requests so far that may have taken something out of them. Absent: the source does not tell. */
  readonly taken?: number;
}

/** The series from which a server computes the value of a signal, and the processes that tell them. */
export interface SignalParts {
  /** Their values, by their labels as JSON. */
  readonly values: Readonly<Record<string, number>>;
  /** The aggregation of the values. Absent: more than this was calculated from them. */
  readonly fold?: PartsFold;
  /** True: a part of 0 adds nothing, so that nothing is missing without it. */
  readonly addsUp: boolean;
  /** True: there are so many series that each part is the sum of those of one target. */
  readonly isPerTarget?: true;
  /** The last evaluation of each rule that recorded a part of it, by the clock of opsdeck. */
  readonly evaluations?: Readonly<Record<string, Millis>>;
  /** The queries of those rules. */
  readonly rules?: Readonly<Record<string, string>>;
  /** The processes that tell them and answer, by target, with their starts in seconds where they tell it. */
  readonly targets: Readonly<Record<string, number | 'unknown'>>;
  /** The time over which the value looks back. Absent: it is of now. */
  readonly windowMs?: Millis;
  /**
   * Where the value counts failed events in a window, how many events of any outcome there were, and how many failed. Absent: it counts none,
   * or the others are not told.
   */
  readonly traffic?: { readonly all: number; readonly failed: number };
  /** The meaning of the metrics that it is computed from. Absent: the server does not tell. */
  readonly metric?: MetricDescription;
  /** The end of the period that the value is about, by the clock of opsdeck. Absent: it is of the time of its reading. */
  readonly periodEnd?: Millis;
  /** When each of the targets that tell them was last scraped, by the clock of opsdeck. Absent: the server cannot tell. */
  readonly scrapedAt?: Readonly<Record<string, Millis>>;
  /**
   * Of counted log lines, the time of the last line of each part, whatever it says, by the clock of opsdeck. A part that is not listed has
   * none in the time that was read. Absent: the parts are no logs.
   */
  readonly lastLines?: Readonly<Record<string, Millis>>;
  /**
   * Of counted log lines, the parts in which lines at info or below are usual, and the time of the last line of each part that is no warning
   * and no error. Absent: the levels of lines are unknown.
   */
  readonly plainLines?: {
    readonly usual: readonly string[];
    readonly last: Readonly<Record<string, Millis>>;
    /** The loggers of each part, where lines name them. */
    readonly loggers?: Readonly<Record<string, LoggerLines>>;
  };
}

/** The lines of the loggers of a log that are no warnings, no errors, and not counted. */
export interface LoggerLines {
  /** Loggers with counted lines that usually write others, too. */
  readonly usual: readonly string[];
  /** The time of the last of those others, by logger. */
  readonly last: Readonly<Record<string, Millis>>;
}

/** The level of a value as the alerting rules of its server have judged it. */
export interface RuleVerdict {
  readonly level: 'ok' | 'warn' | 'crit';
  /** A higher level whose condition holds, but not yet as long as its rule requires. */
  readonly pending?: { readonly level: 'warn' | 'crit'; readonly since: Millis };
  /** Since when the condition of the level holds. Absent: unknown, or the level is ok. */
  readonly since?: Millis;
  /** The name of the rule that fires, or else of the one that is pending. Absent: none is. */
  readonly rule?: string;
}

/** A number or word read for a signal. Absent `value`: the source has none (never 0). */
export interface Sample extends Fact {
  readonly signal: string;
  readonly value?: number | string;
  /** Labels that distinguish the series of one signal. */
  readonly labels: Readonly<Record<string, string>>;
  /** Reason for a missing value. */
  readonly why?: string;
  /** The level by the rules of the server. Absent: the limits of the signal decide. */
  readonly byRules?: RuleVerdict;
  /** Of an aggregate, the values of its series, by their labels as JSON. Absent: it is none, or has too many parts to keep. */
  readonly parts?: Readonly<Record<string, number>>;
  /** The aggregation of the parts. Absent: more than this was calculated from them. */
  readonly fold?: PartsFold;
  /** True: it counts since the start of its process. */
  readonly isCounter?: true;
  /** True: the value says that nothing is measured: the health of a container without a health check. */
  readonly isUnmeasured?: true;
  /** The meaning of the metric that it is read from. Absent: the source does not tell. */
  readonly metric?: MetricDescription;
  /** The objects from which it is read. Absent: nothing tells. */
  readonly origin?: ValueOrigin;
  /** Of a value over a window, what its parts were read from. Absent: it is of now. */
  readonly computed?: Omit<SignalParts, 'values' | 'fold'>;
}

/** A line of detail for a person: endpoint information, a logger's level, a breaker's event. */
export interface Note extends Fact {
  readonly title: string;
  readonly text: string;
}
