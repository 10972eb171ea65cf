import type { LayerFate, MutantFate } from './fates.ts';

/** The state of a mutant after all layers that were asked for. */
export type Verdict = { readonly killedBy: string } | 'survived' | 'not reached' | 'not tried';

/** Judges a mutant by the layers in their order. */
const verdictOf = ({ layers }: MutantFate, names: readonly string[]): Verdict => {
  const fates = names.map((name): [string, LayerFate | undefined] => [name, layers[name]]);
  const killer = fates.find(([, fate]) => fate?.killed === true);
  if (killer !== undefined) return { killedBy: killer[0] };
  if (fates.some(([, fate]) => fate === undefined)) return 'not tried';
  return fates.every(([, fate]) => fate?.reaching === 0) ? 'not reached' : 'survived';
};

const percent = (part: number, all: number): string =>
  all === 0 ? '–' : `${((100 * part) / all).toFixed(1)} %`;

const groupOf = ({ file }: MutantFate): string =>
  file.startsWith('src/domain/')
    ? 'mask'
    : file.startsWith('src/sources/')
      ? 'parsers'
      : (file.split('/')[1] ?? '');

const row = (cells: readonly (string | number)[]): string =>
  cells.map((cell, index) => (index === 0 ? String(cell).padEnd(14) : String(cell).padStart(18))).join('');

const isKilledBy = (verdict: Verdict, name: string): boolean =>
  typeof verdict === 'object' && verdict.killedBy === name;

const describeLeft = (fates: readonly LayerFate[]): string => {
  const left = fates.reduce((sum, fate) => sum + fate.left, 0);
  const reaching = fates.reduce((sum, fate) => sum + fate.reaching, 0);
  if (reaching === 0) return 'no test reaches it';
  return left === 0 ? `${reaching} tests reach it` : `${reaching} tests reach it, ${left} not tried`;
};

/** The table of mutants by layer, the survivors, and the mutants that only a later layer killed. */
export const reportLines = (all: readonly MutantFate[], names: readonly string[]): readonly string[] => {
  const verdicts = all.map((fate) => ({ fate, verdict: verdictOf(fate, names) }));
  const [first = ''] = names;
  const tableRow = (title: string, own: typeof verdicts): string => {
    const count = (is: (verdict: Verdict) => boolean) => own.filter(({ verdict }) => is(verdict)).length;
    const killed = names.map((name) => count((verdict) => isKilledBy(verdict, name)));
    const other = (['survived', 'not reached', 'not tried'] as const).map((text) =>
      count((verdict) => verdict === text),
    );
    return row([title, own.length, ...killed, ...other]);
  };
  const groups = [...new Set(all.map(groupOf))];
  const killedBy = (name: string) => verdicts.filter(({ verdict }) => isKilledBy(verdict, name)).length;
  const killed = names.reduce((sum, name) => sum + killedBy(name), 0);
  const detail = (fate: MutantFate, note: string): readonly string[] => [
    `  ${fate.file}:${fate.line} ${fate.operator}: ${note}`,
    `    - ${fate.diff[0]}`,
    `    + ${fate.diff[1]}`,
  ];
  const later = verdicts.filter(({ verdict }) => typeof verdict === 'object' && verdict.killedBy !== first);
  const alive = verdicts.filter(({ verdict }) => verdict === 'survived' || verdict === 'not reached');
  const seconds = all
    .flatMap(({ layers }) => Object.values(layers))
    .reduce((sum, values) => sum + values.cpuSeconds, 0);
  return [
    row(['', 'mutants', ...names, 'survived', 'not reached', 'not tried']),
    ...groups.map((group) =>
      tableRow(
        group,
        verdicts.filter(({ fate }) => groupOf(fate) === group),
      ),
    ),
    tableRow('total', verdicts),
    '',
    ...(later.length === 0 ? [] : [`Killed, but not by ${first}:`]),
    ...later.flatMap(({ fate }) => {
      const [name = '', layer] = Object.entries(fate.layers).find(([, layerFate]) => layerFate.killed) ?? [];
      const by = layer?.by === undefined ? layer?.ended : `${layer.by.file} > ${layer.by.name ?? 'load'}`;
      return detail(fate, `${name}: ${by}`);
    }),
    ...(alive.length === 0 ? [] : ['Survived:']),
    ...alive.flatMap(({ fate }) => detail(fate, describeLeft(Object.values(fate.layers)))),
    '',
    `${first} kills ${killedBy(first)} of ${killed} killed mutants: ${percent(killedBy(first), killed)}`,
    `${(seconds / Math.max(1, all.length)).toFixed(1)} s of CPU per mutant`,
  ];
};
