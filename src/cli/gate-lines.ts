import { count } from '../domain/format.ts';
import type { Blast, GateCheck, Proposal } from '../domain/run.ts';

const reachText = ({ objects, share, connections, requestsPerSecond }: Blast): string =>
  [
    `${objects} object${objects === 1 ? '' : 's'}`,
    share === undefined ? '' : `${share.part} of ${share.whole} ${share.of}`,
    connections === undefined ? '' : `${count(connections)} connections`,
    requestsPerSecond === undefined ? '' : `${count(requestsPerSecond)} requests/s`,
  ]
    .filter((part) => part !== '')
    .join(', ');

const checkLine = ({ what, ok, why, remedy }: GateCheck): string =>
  `  ${what}: ${ok === 'unknown' ? 'cannot tell: ' : ok ? '' : 'no: '}${why}${remedy === undefined ? '' : `; ${remedy}`}`;

/** How far a proposal reaches, and what was looked at besides its answers. */
export const gateLines = ({ blast, checks = [] }: Proposal): readonly string[] => [
  ...(blast === undefined ? [] : [`  reaches ${reachText(blast)}`]),
  ...checks.map(checkLine),
];
