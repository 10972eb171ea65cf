import type { Fault, Millis } from '../domain/base/fault.ts';
import type { Level, Limits } from '../domain/facts/level.ts';
import type { SignalRow, Snapshot } from '../domain/facts/snapshot.ts';
import type { PossibleStart } from '../domain/facts/state-start.ts';
import type { CauseFinding } from '../domain/profile/causes.ts';
import type { Dependencies } from '../domain/profile/dependencies.ts';
import type { SignalSpec } from '../domain/profile/profile.ts';
import type { lockHolders } from './lock-waits.ts';
import type { Subject } from './subject.ts';
import type { StateWords } from './words.ts';

/** Everything that a situation is built from. Pure data: no clock, no store. */
export interface SituationInput {
  readonly snapshot: Pick<Snapshot, 'env' | 'kinds' | 'signals' | 'faults' | 'level'>;
  /** The signals of the profile, for their limits. */
  readonly signals: readonly Pick<SignalSpec, 'id' | 'threshold'>[];
  readonly limits: Limits;
  readonly dependencies: Dependencies;
  /** Texts of the profile that replace the observed fact, by name of the object. */
  readonly sentences?: Readonly<Record<string, string>>;
  /** The time of the first readings. */
  readonly watchedFrom: Millis;
  /** The start of the loss of data with this fault; absent: no later than the fault. */
  lossStart?(fault: Fault): PossibleStart;
}

/** The part of an object's name that says where it is, such as its instance: the same thing may be at several places. */
export interface FindingPlace {
  /** The thing itself, among those of its kind: pools of two services are two things, whatever they are called. */
  readonly thing: string;
  /** 'vm-1'; it is the last such text of the object. */
  readonly name: string;
  /** The singular of what it is: 'host'. */
  readonly noun: string;
  /** The service of the places, which their number alone does not say; '' if unknown. */
  readonly of?: string;
  /** Number of places of this thing, also where it is OK; undefined: unknown. */
  readonly total?: number;
}

/** A finding with its words. */
export interface SituationFinding extends CauseFinding {
  readonly level: Exclude<Level, 'ok'>;
  /** The kind of a fact, 'signals' or 'sources'. */
  readonly kind: string;
  /** 'circuit breaker psp of billing-0' */
  readonly object: string;
  /** 'psp of billing-0' */
  readonly name: string;
  readonly words: StateWords;
  /** The observed facts; '' when nothing more is known. */
  readonly fact: string;
  readonly place?: FindingPlace;
  /** Of a signal, its number. */
  readonly value?: number;
  /** The object that it is about, in lower case: findings of one object are one cause. */
  readonly entity: string;
  /** Of a signal, its title: series of one signal are listed together. */
  readonly title?: string;
  /** True: it tells of a symptom, and names no object that can be repaired. */
  readonly isSymptom: boolean;
  readonly start: PossibleStart;
}

/** Shared by the findings of one environment. */
export interface Collecting {
  readonly input: SituationInput;
  /** Names with dependencies, in lower case. */
  readonly listed: ReadonlySet<string>;
  /** Sessions that others wait for, and the names of what they hold up. */
  readonly held: ReturnType<typeof lockHolders>;
  /** Sources with a fault. */
  readonly lost: ReadonlySet<string>;
  /** The labels of a signal that tell its series from the others. */
  labelsOf(signal: SignalRow): SignalRow['labels'];
  /** Number of series by id of the signal. */
  readonly series: ReadonlyMap<string, number>;
}

/** The sentence of the profile for an object, under any of its names; undefined without one. */
export const profileSentence = (
  sentences: SituationInput['sentences'],
  names: readonly string[],
): string | undefined => {
  if (sentences === undefined) return undefined;
  const lowerCaseNames = new Set(names.map((name) => name.toLowerCase()));
  return Object.entries(sentences).find(([name]) => lowerCaseNames.has(name.toLowerCase()))?.[1];
};

/** Kinds of findings that tell of a symptom. */
const symptoms: ReadonlySet<string> = new Set(['sessions', 'signals', 'alerts', 'sources']);
/** Workloads that are started by something else, and are not repaired themselves. */
const observedWorkloads: ReadonlySet<string> = new Set(['process', 'file']);

/** Returns whether a finding of this object tells of a symptom, and names no object that can be repaired. */
export const isSymptom = (subject: Subject): boolean =>
  symptoms.has(subject.kind) || (subject.kind === 'workloads' && observedWorkloads.has(subject.fact.kind));

/** Returns the object that a finding is about, in lower case: a workload without a listed owner is its own. */
export const entityOf = (subject: Subject, names: readonly string[], name: string): string => {
  const own =
    subject.kind === 'workloads' && subject.fact.kind !== 'pod' && subject.fact.kind !== 'container'
      ? subject.fact.name
      : (names[0] ?? name);
  return own.toLowerCase();
};

/** A level that makes a finding. */
export const isProblem = (level: Level): level is Exclude<Level, 'ok'> => level !== 'ok';
