import { defined } from '../domain/base/defined.ts';
import { levelRank } from '../domain/facts/level.ts';
import type { SignalRow } from '../domain/facts/snapshot.ts';
import { startOf } from '../domain/facts/state-start.ts';
import { labelValues } from '../domain/mask/mask-text.ts';
import { signalBound, signalFact, signalName, signalValue, unbrokenText } from './facts.ts';
import {
  type Collecting,
  entityOf,
  type FindingPlace,
  isProblem,
  profileSentence,
  type SituationFinding,
} from './finding.ts';
import { type Subject, subjectNames } from './subject.ts';
import { staleWords, stateWords } from './words.ts';

/** Names of labels that are words of everyday language. */
const plainLabel = /^[a-z]+$/;

/** The labels that tell a series from the others of its signal, as a place. */
const placeOf = (
  signal: SignalRow,
  { labelsOf, series }: Pick<Collecting, 'labelsOf' | 'series'>,
): FindingPlace | undefined => {
  const labels = labelsOf(signal);
  const [name, ...more] = Object.keys(labels);
  if (name === undefined) return undefined;
  return {
    thing: signal.id,
    name: unbrokenText(labelValues(labels).join(', ')),
    noun: more.length === 0 && plainLabel.test(name) ? name : 'series',
    ...defined({ total: series.get(signal.id) }),
  };
};

/** Returns the finding of a signal; undefined if it is OK. */
export const signalFinding = (signal: SignalRow, collecting: Collecting): SituationFinding | undefined => {
  const { input, listed, labelsOf } = collecting;
  const { level, verdict, id } = signal;
  if (!isProblem(level)) return undefined;
  const threshold = input.signals.find((spec) => spec.id === id)?.threshold ?? {};
  const isSilent = signal.value === undefined || verdict?.silent === true;
  const bound = isSilent ? undefined : signalBound(signal, threshold);
  const subject: Subject = { kind: 'signal', signal };
  const names = subjectNames(subject, listed);
  const value = isSilent ? undefined : signalValue(signal);
  const start = startOf(verdict ?? {});
  const name = signalName(signal, labelsOf(signal));
  return {
    key: `signals ${signal.key}`,
    kind: 'signals',
    level,
    object: name,
    name,
    words: signal.stale
      ? staleWords
      : value === undefined
        ? stateWords('signals', 'silent')
        : stateWords('signals', value, typeof signal.value === 'string' ? 'word' : 'value'),
    fact:
      profileSentence(input.sentences, [id, ...names]) ??
      (value === undefined ? unbrokenText(signal.fault?.message ?? '') : signalFact(signal, bound)),
    title: unbrokenText(signal.title),
    start,
    names,
    entity: entityOf(subject, names, name),
    isSymptom: true,
    needs: [],
    explains: false,
    badness: levelRank[level],
    ...defined({
      since: start.since,
      place: value === undefined || signal.stale ? undefined : placeOf(signal, collecting),
      value: typeof signal.value === 'number' ? signal.value : undefined,
    }),
  };
};
