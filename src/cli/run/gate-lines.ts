import { count } from '../../domain/format.ts';
import type { Blast, GateCheck, Proposal } from '../../domain/proposal.ts';

const reachText = ({ objects, share, connections, requestsPerSecond }: Blast): string =>
  [
    `${objects} object${objects === 1 ? '' : 's'}`,
    share === undefined ? '' : `${share.part} of ${share.whole} ${share.of}`,
    connections === undefined ? '' : `${count(connections)} connections`,
    requestsPerSecond === undefined ? '' : `${count(requestsPerSecond)} requests/s`,
  ]
    .filter((part) => part !== '')
    .join(', ');

const verdict = ({ ok, asks }: GateCheck): string => {
  if (ok === 'unknown') return 'cannot tell: ';
  return ok || asks ? '' : 'no: ';
};

const checkLine = (check: GateCheck): string => {
  const { what, why, remedy } = check;
  return `  ${what}: ${verdict(check)}${why}${remedy === undefined ? '' : `; ${remedy}`}`;
};

/** How far a proposal reaches, and what was looked at besides its answers. */
export const gateLines = ({ blast, checks = [] }: Proposal): readonly string[] => [
  ...(blast === undefined ? [] : [`  reaches ${reachText(blast)}`]),
  ...checks.map(checkLine),
];
