import { ageText, durationText } from '../../../domain/duration.ts';
import { latency } from '../../../domain/format.ts';
import { paneStateOf } from '../../model.ts';
import type { Column } from '../../parts/table.ts';
import type { Run } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { definePane } from '../define-pane.ts';
import { levelCell } from '../level-cell.ts';
import { byName } from '../worst-first.ts';
import { healthCell } from './cells.ts';
import { healthDetails, saidBy } from './details.ts';
import { environmentsOf, type HealthCell, type ServiceRow, serviceRows } from './rows.ts';

/** From so many columns on the overview shows every environment, as the pane itself does. */
const wide = 180;

const upper = (view: View, env: string): string =>
  view.cockpit.environments.find((one) => one.env === env && one.system === view.cockpit.open?.system)
    ?.tier === 'production'
    ? env.toUpperCase()
    : env;

const acrossTable = (view: View, width: number): readonly Column<ServiceRow>[] => {
  const { pen, now } = view;
  const environments = environmentsOf(view);
  const name: Column<ServiceRow> = {
    head: '',
    width: 13,
    grow: width >= 140 ? 1 : 0,
    cell: (row) => [
      pen.glyph(row.level, row.level),
      pen.run(` ${row.service}`, row.level === 'ok' ? 'plain' : 'bold'),
    ],
  };
  const room = Math.max(12, Math.floor((width - 13) / Math.max(1, environments.length)));
  return [
    name,
    ...environments.map(
      (env): Column<ServiceRow> => ({
        head: upper(view, env),
        width: room,
        grow: 2,
        cell: (row) => healthCell(pen, row.cells.get(env), now),
      }),
    ),
  ];
};

const seen = (cell: HealthCell) => (cell.is === 'seen' ? cell.worst : undefined);
const most = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.max(...present);
};
const least = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.min(...present);
};

/** The open environment alone: what each service said, how fast, since when, how long ago. */
const ownTable = (view: View): readonly Column<ServiceRow>[] => {
  const { pen, now } = view;
  const right = (
    head: string,
    width: number,
    cell: (row: ServiceRow) => string,
    folded: Column<ServiceRow>['folded'],
  ): Column<ServiceRow> => ({
    head,
    width,
    align: 'right',
    cell: (row) => pen.run(cell(row)),
    ...(folded === undefined ? {} : { folded }),
  });
  const ages = (
    rows: readonly ServiceRow[],
    of: (row: ServiceRow) => number | undefined,
    pick: typeof most,
    sign: string,
  ): Run => {
    const found = pick(rows.map(of));
    return pen.run(found === undefined ? '–' : `${sign}${ageText(found)}`);
  };
  const since = (row: ServiceRow): number | undefined => {
    const at = seen(row.own)?.since;
    return at === undefined ? undefined : now - at;
  };
  const age = (row: ServiceRow): number | undefined => {
    const at = seen(row.own)?.fact.at;
    return at === undefined ? undefined : now - at;
  };
  const took = (row: ServiceRow): number | undefined => seen(row.own)?.fact.latencyMs;
  const text = (ms: number | undefined): string => (ms === undefined ? '–' : ageText(ms));
  const code = (row: ServiceRow): string => String(seen(row.own)?.fact.httpStatus ?? '–');
  return [
    { head: '', width: 12, cell: (row) => levelCell(pen, row.level), folded: () => levelCell(pen, 'ok') },
    {
      head: '',
      width: 12,
      grow: 0.2,
      cell: (row) => pen.run(row.service, row.level === 'ok' ? 'plain' : 'bold'),
      folded: (rows) =>
        pen.run(`${rows.length} ${rows.length === serviceRows(view).length ? 'services' : 'more'}`),
    },
    {
      head: '',
      width: 16,
      grow: 1,
      cell: (row) => ownWords(view, row),
      folded: (rows) => pen.run(rows.map((row) => row.service).join(' · ')),
    },
    { ...right('CODE', 6, code, () => pen.run('')), hideBelow: 90 },
    right(
      'LATENCY',
      9,
      (row) => latency(took(row)),
      (rows) => {
        const slowest = most(rows.map(took));
        return pen.run(slowest === undefined ? '–' : `≤${latency(slowest)}`);
      },
    ),
    right(
      'FOR',
      8,
      (row) => text(since(row)),
      (rows) => ages(rows, since, least, '≥'),
    ),
    right(
      'AGE',
      8,
      (row) => text(age(row)),
      (rows) => ages(rows, age, most, '≤'),
    ),
    { head: '', width: 1, cell: () => pen.run('') },
  ];
};

const ownWords = (view: View, row: ServiceRow): Run | readonly Run[] => {
  const worst = seen(row.own);
  if (worst === undefined) return healthCell(view.pen, row.own, view.now);
  const old = worst.stale ? 'seen too long ago: ' : '';
  return view.pen.run(`${old}${saidBy(worst)}`, worst.stale ? 'stale' : 'plain');
};

/** 1 HEALTH: services × environments. */
export const healthPane = definePane<ServiceRow>({
  id: 'health',
  digit: 1,
  title: 'HEALTH',
  noun: 'services',
  kind: 'health',
  keys: [],
  rows: serviceRows,
  orders: [{ name: 'by name', compare: byName }],
  columns: (view) => environmentsOf(view).length,
  caption: (view, rows, form, width) => {
    if (form === 'full' || width >= wide) return [];
    const every = Object.values(view.own?.facts.feeds ?? {}).find(({ feed }) => feed.kind === 'health')?.feed
      .everyMs;
    const often = every === undefined || width < 100 ? '' : ` · every ${durationText(every)}`;
    return [view.pen.run(`${rows.length} services${width < 100 ? '' : '  worst first'}${often}`, 'faint')];
  },
  table: (view, form, width) =>
    form === 'full' || width + 1 >= wide ? acrossTable(view, width) : ownTable(view),
  folds: (view) => view.columns < wide,
  details: (view, row, opened) => healthDetails(view, row, paneStateOf(view.ui, 'health').column, opened),
});
