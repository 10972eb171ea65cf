import type { StyledRow } from '../../../src/ui/kit/text/ansi.ts';
import { openHeadless } from '../../suggestions/measure.ts';
import { type Bare, openBare } from './headless.ts';
import { boldRunsOf, collisionsIn, cutRowsIn, textOf } from './look.ts';
import { armed } from './shop.ts';

/** Time after the start of an incident: its consequences are seen. */
const afterMs = 45_000;

const sizes = [
  [80, 24],
  [100, 30],
  [120, 36],
  [200, 60],
] as const;

/** Keys from the overview to a place; each is left with `0`. */
const places = [
  [],
  ['W'],
  ['J'],
  ['1', 'z'],
  ['2', 'z'],
  ['3', 'z'],
  ['4', 'z'],
  ['6', 'z'],
  ['7', 'z'],
] as const;

/** Bold texts of a screen: fewer stand out than that there are rows. One of 200×60 cells has three panels more. */
const mostBold = (columns: number): number => (columns < 200 ? 30 : 40);

interface Offense {
  readonly where: string;
  readonly what: string;
}

const rowsOf = (bare: Bare): readonly StyledRow[] => bare.frame();

/** What one frame does wrong. */
const offensesIn = (rows: readonly StyledRow[], where: string, columns: number): readonly Offense[] => {
  const texts = rows.map(textOf);
  const screen = texts.join('\n');
  const bold = boldRunsOf(rows);
  return [
    ...cutRowsIn(texts).map((row) => ({ where, what: `cut without a mark: ${row}` })),
    ...collisionsIn(texts).map((row) => ({ where, what: `counts touch the title: ${row}` })),
    ...(bold.length > mostBold(columns) ? [{ where, what: `${bold.length} bold: ${bold.join(' | ')}` }] : []),
    ...(/\? \d/.test(screen) && screen.includes('All clear')
      ? [{ where, what: 'unknown, and all clear' }]
      : []),
  ];
};

const looksOf = (bare: Bare): readonly string[] =>
  rowsOf(bare).map((row) =>
    row
      .map(
        ({ text, style }) => `${style.inverse === true ? '!' : ''}${style.bold === true ? '*' : ''}${text}`,
      )
      .join(''),
  );

/**
 * Opens an incident in a simulation and returns what its screens do wrong, at every place and the sizes that `keep` accepts, by index.
 * Empty: nothing.
 */
export const offensesOfIncident = async (
  env: string,
  incident: string,
  keep: (size: number) => boolean = () => true,
): Promise<readonly Offense[]> => {
  await using opened = await openHeadless(env, incident);
  const { simulation, cockpit, shown } = opened;
  await simulation.wait(afterMs);
  const { facts, across } = shown;
  if (facts === undefined) throw new Error(`${env} has no facts`);
  const scene = { facts, across, cockpit: cockpit.getState() };
  const bare = openBare(scene);
  bare.now = simulation.clock.now();
  const offenses = sizes
    .filter((_, index) => keep(index))
    .flatMap(([columns, rows]) => {
      bare.size.columns = columns;
      bare.size.rows = rows;
      return places.flatMap((keys) => {
        bare.strokes(...keys);
        const where = `${env} ${incident} ${columns}×${rows} ${keys.join(' ')}`;
        const found = offensesIn(rowsOf(bare), where, columns);
        bare.strokes('esc', '0');
        return found;
      });
    });
  const mono = { color: 'none' } as const;
  const readOnly = openBare(scene, mono);
  const arming = openBare({ ...scene, cockpit: { ...scene.cockpit, arming: armed } }, mono);
  for (const each of [readOnly, arming]) each.now = simulation.clock.now();
  const [was, is] = [looksOf(readOnly), looksOf(arming)];
  const changed = is.filter((row, index) => row !== was[index]).length;
  return [
    ...offenses,
    ...(changed < 2 ? [{ where: `${env} ${incident}`, what: `armed differs in ${changed} rows` }] : []),
  ];
};
