import type { Millis } from '../domain/base/fault.ts';
import { certainSince, isStartUnknown, type PossibleStart } from '../domain/facts/state-start.ts';
import { pluralize } from '../domain/text/count-text.ts';
import { dayMs, formatAge } from '../domain/text/duration.ts';
import { formatClockTime } from '../domain/text/format.ts';
import type { SituationFinding } from './finding.ts';
import { joinSituationParts } from './parts.ts';
import { type SituationParts, type SituationSummary, statement } from './situation.ts';

/** The time of a sentence. */
interface SentenceTime {
  readonly now: Millis;
  /** Added to our clock, it gives the time of the machine. */
  readonly clockOffset: Millis;
}

/** A start that was not observed says nothing while the observation itself is this young. */
const justOpenedMs: Millis = 15_000;
/** A time of day this long ago is not of today. */
const clockMs: Millis = dayMs / 2;

/** 'since 15:13:58 UTC', 'since 15:13:58 UTC or before', 'for 3d'; '' if nothing useful is known. */
export const sinceText = (start: PossibleStart, { now, clockOffset }: SentenceTime): string => {
  const since = certainSince(start);
  if (since === undefined) return '';
  const age = now - since;
  const isOpen = isStartUnknown(start);
  if (isOpen && age < justOpenedMs) return '';
  if (age >= clockMs) return `for ${isOpen ? 'at least ' : ''}${formatAge(age)}`;
  return `since ${formatClockTime(since + clockOffset)} UTC${isOpen ? ' or before' : ''}`;
};

/** Parts that a sentence names; the findings of the others are counted. */
const mostParts = 4;

const partsText = ({ parts }: SituationParts): string => joinSituationParts(parts, mostParts);

const consequencesText = (consequences: SituationParts): string =>
  `${pluralize(consequences.count, 'consequence')}: ${partsText(consequences)}`;

/** 'broker is down: answered 503', 'Error rate at 60 %, over the limit of 5 %' */
export const findingHead = (finding: SituationFinding): string => {
  if (finding.fact === '') return statement(finding);
  return `${statement(finding)}${finding.kind === 'signals' ? ',' : ':'} ${finding.fact}`;
};

/** The head of one cause, or of several. */
export const situationHead = ({ headline, fact, causes }: SituationSummary): string => {
  if (fact === '') return headline;
  return causes[0]?.kind === 'signals' ? `${headline}, ${fact}` : `${headline}: ${fact}`;
};

/**
 * The situation as one sentence, without a full stop: 'broker is down: answered 503, since 15:13:58 UTC; 6 consequences: bus
 * down, 4 breakers open, Error rate 48.8 %; also: numbers down'.
 */
export const situationSentence = (situation: SituationSummary, time: SentenceTime): string => {
  const { start, causes, consequences, others, headline, fact } = situation;
  const since = sinceText(start, time);
  const isUnknown = causes.length === 0 && fact !== '';
  // What is known besides has no start: it stands at the end.
  const dated = isUnknown ? `${headline}, ${since}: ${fact}` : `${situationHead(situation)}, ${since}`;
  return [
    since === '' ? situationHead(situation) : dated,
    ...(consequences.count === 0 ? [] : [consequencesText(consequences)]),
    ...(others.count === 0 ? [] : [`also: ${partsText(others)}`]),
  ].join('; ');
};
