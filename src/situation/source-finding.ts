import { defined } from '../domain/base/defined.ts';
import type { Fault } from '../domain/base/fault.ts';
import { levelRank } from '../domain/facts/level.ts';
import { sourceName } from '../domain/profile/dependencies.ts';
import { pluralize } from '../domain/text/count-text.ts';
import { joinKnown, unbrokenText } from './facts.ts';
import { type Collecting, profileSentence, type SituationFinding } from './finding.ts';
import { causedFaults } from './subject.ts';
import { stateWords } from './words.ts';

/** Each missing permission or setting is a problem of its own; other reads of a source fail for one reason. */
export const sameFailure = ({ source, kind, message }: Fault): string =>
  kind === 'denied' || kind === 'unconfigured' || kind === 'missing'
    ? `${source} ${kind} ${message}`
    : `${source} ${kind}`;

/** The reason in a message, without the request before it ('GET http://…: connection refused') and its source. */
const faultReason = ({ message, source }: Fault): string => {
  const end = message.indexOf(': ');
  const reason = end >= 0 && message.slice(0, end).includes('://') ? message.slice(end + 2) : message;
  return unbrokenText(reason.startsWith(`${source}: `) ? reason.slice(source.length + 2) : reason);
};

/** Returns the finding of faults that are one failure of a source. */
export const sourceFinding = (
  failed: readonly Fault[],
  hiddenRows: number,
  { input }: Collecting,
): SituationFinding | undefined => {
  const [fault] = failed;
  if (fault === undefined) return undefined;
  const { source, kind, at } = fault;
  const start = input.lossStart?.(fault) ?? { since: at, seenSince: at };
  const names = [sourceName(source)];
  return {
    key: `sources ${sameFailure(fault)}`,
    kind: 'sources',
    level: 'unknown',
    object: `source ${source}`,
    name: source,
    words: stateWords('sources', kind),
    fact:
      profileSentence(input.sentences, names) ??
      joinKnown([
        faultReason(fault),
        hiddenRows === 0 ? undefined : `${pluralize(hiddenRows, 'row')} unknown`,
      ]),
    start,
    names,
    entity: `source ${source}`,
    isSymptom: true,
    needs: [],
    explains: true,
    badness: levelRank.unknown,
    ...defined({ since: start.since }),
    ...(causedFaults.has(kind) ? {} : { standsAlone: true as const }),
  };
};
