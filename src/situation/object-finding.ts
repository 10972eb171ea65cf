import { defined } from '../domain/base/defined.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import { type Limits, levelRank, limitsOf } from '../domain/facts/level.ts';
import type { Row } from '../domain/facts/snapshot.ts';
import { earliestStart, startOf } from '../domain/facts/state-start.ts';
import type { LevelReason } from '../kinds/define/judge-level.ts';
import { kindOf } from '../kinds/registry/registry.ts';
import type { Workload } from '../kinds/workloads/fact.ts';
import { describeRows, sessionTime } from './facts.ts';
import {
  type Collecting,
  entityOf,
  isProblem,
  isSymptom,
  profileSentence,
  type SituationFinding,
} from './finding.ts';
import type { ObjectRows } from './objects.ts';
import { isImpairment, missingDependencies, type Subject, subjectNames } from './subject.ts';
import { blockingWords, staleWords, stateWords } from './words.ts';

/** The rule that gives a row its level. */
const decidingReason = <K extends FactKind>(
  kind: K,
  { fact, level }: Row<K>,
  limits: Limits,
): LevelReason | undefined => {
  const reasons = kindOf(kind).reasonsOf(fact, limitsOf(limits, kind));
  // Of several, the last is the most specific: 'CrashLoopBackOff' says more than 'none ready'.
  return reasons.findLast((reason) => reason.level === level) ?? reasons[0];
};

/** Workloads without replicas: they run or do not. */
const singleWorkloads: ReadonlySet<string> = new Set(['unit', 'process', 'container', 'service', 'file']);

const workloadState = (word: string, { kind, ready = 0 }: Workload): string => {
  if (word === 'none ready' && singleWorkloads.has(kind)) return 'not running';
  return word === 'crashloopbackoff' && ready > 0 ? 'crashing' : word;
};

/** The state of an object in the words of the table: an alert has that of its source, whatever its severity. */
const stateOf = (subject: Subject, reason: LevelReason | undefined): string => {
  if (subject.kind === 'alerts') return subject.fact.state;
  // Sessions and slots of a server have no queue: it runs out of connections for all.
  if (
    subject.kind === 'pools' &&
    subject.fact.taken !== undefined &&
    reason !== undefined &&
    reason.level !== 'unknown'
  )
    return 'server full';
  if (reason?.is === 'number') return 'number';
  const word = reason?.word.toLowerCase() ?? '';
  return subject.kind === 'workloads' ? workloadState(word, subject.fact) : word;
};

/** The state of a service of which some instances are OK: it is not down as a whole. */
const partialState = (state: string, rows: readonly Row[]): string =>
  state === 'down' && rows.some(({ level }) => level === 'ok') ? 'partly down' : state;

/** Returns the finding of an object; undefined if it is OK. */
export const objectFinding = <K extends FactKind>(
  kind: K,
  { rows, level, problems, word, subject: root }: ObjectRows<K>,
  { input, listed, held }: Collecting,
): SituationFinding | undefined => {
  if (!isProblem(level)) return undefined;
  const [worst] = rows;
  const reason = decidingReason(kind, worst, input.limits);
  const subject = { kind, fact: root ?? worst.fact } as Subject;
  const whole = word ?? stateOf(subject, reason);
  const state = kind === 'health' ? partialState(whole, rows) : whole;
  const { object, name, fact, place } = describeRows(kind, rows, reason);
  const names = subjectNames(subject, listed);
  const start = earliestStart(problems);
  const work = subject.kind === 'sessions' ? held.get(subject.fact) : undefined;
  const isHolder = work !== undefined && subject.kind === 'sessions';
  const words = worst.stale ? staleWords : isHolder ? blockingWords(work.waiting) : stateWords(kind, state);
  // The profile says what it means that the service fails, and a slow one does not.
  const isSlow = kind === 'health' && state === 'number';
  const seen = isHolder ? (sessionTime(subject.fact) ?? '') : fact;
  return {
    key: `${kind} ${worst.key}`,
    kind,
    level,
    object,
    name,
    words,
    fact: isSlow ? seen : (profileSentence(input.sentences, [...names, name]) ?? seen),
    start: problems.length === 1 ? startOf(worst) : start,
    names,
    entity: entityOf(subject, names, name),
    isSymptom: work === undefined && isSymptom(subject),
    needs: missingDependencies(subject),
    explains: isImpairment(subject, level),
    badness: levelRank[level],
    ...defined({ holds: work?.names, since: start.since, place: worst.stale ? undefined : place }),
  };
};
