import { type FactKind, factKinds } from '../../domain/facts.ts';
import type { Level } from '../../domain/level.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { paneStateOf } from '../model.ts';
import { paneById, panes } from '../panes/index.ts';
import { faultLook, shortFault } from '../text/faults.ts';
import { fitLine, type Line, lineWidth, type Run, spread } from '../text/run.ts';
import { levelWords } from '../theme/glyphs.ts';
import type { View } from '../view.ts';

/** Kinds whose rows the header counts: those of panes 1 to 6. */
const counted: ReadonlySet<FactKind> = new Set<FactKind>(['health', 'breakers', 'lag', 'pools', 'workloads']);
const shownLevels: readonly Level[] = ['crit', 'warn', 'unknown'];
const faultsTold = 2;

const levelsOf = (snapshot: Snapshot): readonly Level[] => [
  ...snapshot.signals.map((signal) => signal.level),
  ...factKinds
    .filter((kind) => counted.has(kind))
    .flatMap((kind) => snapshot.kinds[kind].rows.map((row) => row.level)),
];

/** '✗ 7 CRIT   ▲ 11 WARN   ? 3 UNKNOWN', or how many are OK when nothing else is to be said. */
const counts = (view: View, gap: string): Line => {
  const { pen, own } = view;
  if (own === undefined) return [];
  const levels = levelsOf(own.snapshot);
  const of = (level: Level): Line => {
    const count = levels.filter((one) => one === level).length;
    return count === 0
      ? []
      : [pen.run(gap), pen.glyph(level, level), pen.run(` ${count} ${levelWords[level]}`, level)];
  };
  const bad = shownLevels.flatMap(of);
  return bad.length > 0 || levels.length === 0 ? bad : of('ok');
};

/** What is worst, in few words: sources that cannot be seen, else the worst row. */
const reason = (view: View): Line => {
  const { pen, own, now } = view;
  if (own === undefined) return [];
  const { faults } = own.snapshot;
  if (faults.length > 0) {
    const told = faults.slice(0, faultsTold).map((fault) => shortFault(fault, own.facts, now));
    const more = faults.length > faultsTold ? ` · ${faults.length - faultsTold} more` : '';
    return [pen.run(`${told.join(' · ')}${more}`, faultLook(faults[0]?.kind ?? 'bug').role)];
  }
  const worst = panes
    .flatMap((pane) =>
      pane
        .rows(view)
        .slice(0, 1)
        .map((row) => ({ pane, row })),
    )
    .find(({ row }) => row.level === 'crit');
  return worst === undefined
    ? []
    : [pen.run(`${worst.pane.title.toLowerCase()}: ${worst.row.label}`, worst.row.level)];
};

const incident = (view: View): Line => {
  const going = view.cockpit.open?.incident;
  return going === undefined ? [] : [view.pen.run(`  rehearsing ${going}`, 'armed')];
};

/** 'overview', or the pane in the middle with how it is filtered and ordered. */
const placeRuns = (view: View): readonly Run[] => {
  const { ui, pen, cockpit } = view;
  if (cockpit.open === undefined && cockpit.refused !== undefined) return [];
  if (ui.place === 'overview') return [pen.run(' overview', 'bold')];
  const pane = paneById(ui.place);
  const { filter, order } = paneStateOf(ui, pane.id);
  const shown = pane.rows(view).length;
  const how = [`${shown}`, filter === '' ? '' : `match /${filter}/`, pane.orders[order] ?? ''].filter(
    (part) => part !== '',
  );
  return [pen.run(` ${pane.title}`, 'bold'), pen.run(`  ${how.join('  ')}`, 'faint')];
};

/** The second row: where one is, how many rows stand how, and what is worst. */
export const summaryLine = (view: View): Line => {
  const { pen, columns } = view;
  const gap = columns >= 100 ? '   ' : '  ';
  const left = [...placeRuns(view), ...counts(view, gap)];
  const right = [...reason(view), ...incident(view), pen.run(' ')];
  const leftWidth = lineWidth(left);
  const cutRight = columns - leftWidth < 24 ? [] : right;
  return spread(left, cutTo(cutRight, columns - leftWidth - 2, pen.mark), columns, 'plain', pen.mark);
};

const cutTo = (line: Line, width: number, mark: string): Line =>
  lineWidth(line) <= width ? line : fitLine(line, width, 'plain', mark);
