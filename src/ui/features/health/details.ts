import { ageText } from '../../../domain/duration.ts';
import { clockText, latency } from '../../../domain/format.ts';
import type { Row } from '../../../domain/snapshot.ts';
import { isUp, untoldComponents } from '../../../kinds/health/components.ts';
import { keyOf } from '../../keys/rebound.ts';
import { faultSentence } from '../../text/faults.ts';
import type { Line } from '../../text/run.ts';
import { levelWords } from '../../theme/glyphs.ts';
import type { View } from '../../view.ts';
import { historyLines, lastOk, showsHistory } from './history.ts';
import { environmentsOf, type HealthCell, type ServiceRow } from './rows.ts';

/** What a check said beyond up or down: its words, then its components, those that are not up first. */
const saidBy = ({ fact }: Row<'health'>, all: boolean): string => {
  const ill = untoldComponents(fact);
  const components = all ? [...ill, ...fact.components.filter(isUp)] : ill;
  return [fact.detail, components.map(({ name, status }) => `${name} ${status}`).join(' · ')]
    .filter((part) => part !== '')
    .join('  ');
};

/** The same in one cell: components that are up say nothing there. */
export const saidBriefly = (row: Row<'health'>): string => saidBy(row, false);

const answerLine = (view: View, env: string, row: Row<'health'>): Line => {
  const { pen, now } = view;
  const { fact, level, since } = row;
  const good = env === view.cockpit.open?.env ? lastOk(view.cockpit.journal, row) : undefined;
  const what = fact.instance === '' ? fact.service : fact.instance;
  const code = fact.httpStatus === undefined ? 'answered' : String(fact.httpStatus);
  const took = fact.latencyMs === undefined ? '' : ` in ${latency(fact.latencyMs)}`;
  const held = since === undefined ? '' : ` for ${ageText(now - since)}`;
  return [
    pen.run(` ${what} · ${env}`, 'bold'),
    pen.run(`  ${fact.source}  ${code}${took}, ${ageText(now - fact.at)} ago  `, 'faint'),
    pen.run(`${levelWords[level]}${held}`, level),
    pen.run(since === undefined ? '' : ` since ${clockText(since + view.wallOffset)}`, 'faint'),
    pen.run(good === undefined ? '' : ` · last OK ${clockText(good + view.wallOffset)}`, 'faint'),
  ];
};

const inset = '   ';

const seenLines = (view: View, env: string, row: Row<'health'>, whole: boolean): readonly Line[] => {
  const said = saidBy(row, true);
  const answer = answerLine(view, env, row);
  if (said === '') return [answer];
  const pieces = whole ? view.pen.wrap(said, view.columns - inset.length - 1) : [said];
  return [answer, ...pieces.map((piece): Line => [view.pen.run(inset + piece)])];
};

const cellLines = (
  view: View,
  row: ServiceRow,
  env: string,
  cell: HealthCell,
  all: boolean,
): readonly Line[] => {
  const { pen } = view;
  if (cell.is === 'seen')
    return (all ? cell.rows : [cell.worst]).flatMap((seen) => seenLines(view, env, seen, all));
  const why = {
    blind:
      cell.is === 'blind'
        ? faultSentence(cell.fault, cell.env.facts, view.now, keyOf(view.cockpit, 'ask', 'r'))
        : '',
    waiting: 'no answer yet',
    'not-kept': 'nothing of this environment was kept of that moment',
    'not-set-up': 'no source of this environment asks for it',
  }[cell.is];
  return [[pen.run(` ${row.service} · ${env}`, 'bold'), pen.run(`  ${why}`, 'faint')]];
};

/** The last answer of the selected service in the selected environment; opened: whole, and of every instance. */
export const healthDetails = (
  view: View,
  row: ServiceRow,
  column: number | undefined,
  opened: boolean,
): readonly Line[] => {
  const own = view.cockpit.open?.env ?? '';
  const env = column === undefined ? own : (environmentsOf(view)[column] ?? own);
  const cell = row.cells.get(env) ?? { is: 'not-set-up' };
  const lines = cellLines(view, row, env, cell, opened);
  const seenBy = env === own ? view.own : view.others.get(env);
  return cell.is === 'seen' && seenBy !== undefined && showsHistory(view)
    ? [...lines, ...historyLines(view, env, seenBy, cell.rows)]
    : lines;
};
