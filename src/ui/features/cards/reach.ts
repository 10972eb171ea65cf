import { durationText } from '../../../domain/duration.ts';
import { count } from '../../../domain/format.ts';
import type { Blast, PlannedStep, Proposal } from '../../../domain/proposal.ts';
import { counted } from '../../text/count.ts';
import type { Line } from '../../text/run.ts';
import { widthOf } from '../../text/width.ts';
import type { View } from '../../view.ts';
import { innerWidth, labelCells, labelled } from './card.ts';
import { listed } from './listed.ts';

const knownOf = ({ objects, share, connections, requestsPerSecond }: Blast): readonly string[] => [
  counted(objects, 'object'),
  ...(share === undefined ? [] : [`${count(share.part)} of ${count(share.whole)} ${share.of}`]),
  ...(connections === undefined ? [] : [counted(connections, 'live connection')]),
  ...(requestsPerSecond === undefined
    ? []
    : [`${count(Math.round(requestsPerSecond * 10) / 10)} requests/s`]),
];

/** What was not found out: it is no 0. A share tells of connections as well. */
const unknownOf = ({ share, connections, requestsPerSecond }: Blast): readonly string[] => [
  ...(share === undefined ? ['its share'] : []),
  ...(connections === undefined ? ['connections'] : []),
  ...(requestsPerSecond === undefined ? ['requests/s'] : []),
];

/** 'reach    2 objects · 3 of 20 connections · not known: requests/s': how far it goes, before anybody says yes. */
export const reachLines = (view: View, { blast, steps }: Proposal): readonly Line[] => {
  const { pen } = view;
  if (steps.every(({ plan }) => plan === undefined)) return [];
  if (blast === undefined) return [labelled(pen, 'reach', 'not known', 'unknown')];
  const known = knownOf(blast).join(' · ');
  const unknown = unknownOf(blast);
  if (unknown.length === 0) return listed(view, 'reach', [known], { all: true });
  const words = `not known: ${unknown.join(', ')}`;
  const beside = widthOf(`${known} · ${words}`) <= innerWidth(view) - labelCells;
  return beside
    ? [labelled(pen, 'reach', [pen.run(`${known} · `), pen.run(words, 'unknown')])]
    : [
        ...listed(view, 'reach', [known], { all: true }),
        ...listed(view, '', [words], { all: true, role: 'unknown' }),
      ];
};

const loopWords = (steps: readonly PlannedStep[]): readonly string[] =>
  steps.flatMap(({ each }, index) => {
    if (each?.nth !== 1) return [];
    const pause = steps[index + 1]?.pauseMs;
    const apart = pause === undefined ? '' : `, ${durationText(pause)} apart`;
    return [`${each.of} in turn${apart}; the first that fails ends it`];
  });

/** How the steps go on: loops and their pauses, where it asks, what must be true first, how long each may take. */
export const paceWords = (steps: readonly PlannedStep[]): readonly string[] => [
  ...loopWords(steps),
  ...steps.flatMap(({ ask, title }) => (ask === true ? [`asks whether to go on before: ${title}`] : [])),
  ...steps.flatMap(({ needs, title }) => (needs === undefined ? [] : [`only if ${needs}: ${title}`])),
  ...[...new Set(steps.flatMap(({ timeoutMs }) => timeoutMs ?? []))].map(
    (ms) => `a step is ended after ${durationText(ms)}`,
  ),
];
