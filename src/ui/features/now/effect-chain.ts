import { type ChainLink, renderChain } from '../../kit/components/chain.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { levelNames } from '../../kit/theme/glyphs.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import type { CauseIndex } from '../findings/causes.ts';
import type { FindingRow } from '../findings/findings.ts';
import { briefProblem } from '../findings/list-columns.ts';

/** Panes in the order in which a failure spreads: connections, what waits, services, then what measures them. */
const spreadOrder = ['breakers', 'pools', 'db', 'lag', 'queues', 'pods', 'health', 'matrix', 'alerts'];

const paneOf = (row: FindingRow): string => (row.is === 'finding' ? row.pane.id : 'sources');

const rankOf = (pane: string): number => {
  const rank = spreadOrder.indexOf(pane);
  return rank === -1 ? spreadOrder.length : rank;
};

/** 'breakers' of 'circuit breakers', 'pods' of 'pods, containers or units'. */
const nounOf = (row: FindingRow): string => {
  const [first = ''] = (row.is === 'finding' ? (row.pane.noun ?? '') : '').split(',');
  return first.slice(first.lastIndexOf(' ') + 1) || 'sources';
};

/** The state that all rows share, or the number of those at the worst level. */
const stateOf = (view: RenderContext, rows: readonly FindingRow[], worst: FindingRow): string => {
  const states = new Set(rows.map((row) => briefProblem(view, row)));
  const [state = ''] = states;
  if (states.size === 1) return state;
  const count = rows.filter(({ level }) => level === worst.level).length;
  return count === rows.length ? levelNames[worst.level] : `${count} ${levelNames[worst.level]}`;
};

const effectLink = (view: RenderContext, rows: readonly FindingRow[]): ChainLink | undefined => {
  const [worst] = rows;
  if (worst === undefined) return undefined;
  const name = rows.length === 1 ? worst.label : `${rows.length} ${nounOf(worst)}`;
  return {
    name: [view.pen.run(name)],
    state: [view.pen.run(stateOf(view, rows, worst), worst.level)],
    role: 'rule',
    count: rows.length,
  };
};

/** Renders a cause and its consequences, by pane, as boxes with arrows; none without consequences. */
export const renderEffects = (
  view: RenderContext,
  cause: FindingRow,
  causes: CauseIndex,
  width: number,
): readonly StyledLine[] => {
  const { pen } = view;
  const groups = [...Map.groupBy(causes.consequencesOf(cause), paneOf)].toSorted(
    ([a], [b]) => rankOf(a) - rankOf(b),
  );
  if (groups.length === 0) return [];
  const first: ChainLink = {
    name: [pen.run(cause.label, cause.level)],
    state: [pen.run(briefProblem(view, cause), 'faint')],
    role: cause.level,
    count: 1,
  };
  const links = [first, ...groups.flatMap(([, rows]) => effectLink(view, rows) ?? [])];
  return renderChain(pen, links, width - 1).map((line) => [pen.run(' '), ...line]);
};
