import type { Level } from '../../../domain/facts/level.ts';
import { changeText, type ObservedChange } from '../../../domain/runs/run.ts';
import { incidentOf } from '../../../domain/runs/run-outcome.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { cardInnerWidth, truncateList } from '../../kit/components/card.ts';
import { columnsEntry } from '../../kit/components/card-columns.ts';
import type { CardEntry, CardZone } from '../../kit/components/card-zones.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { findRunEvent } from '../run-words/run-text.ts';
import { textInWords } from './readable-text.ts';

/** A change with the level of its value after the run; absent: it is not judged. */
interface JudgedChange extends ObservedChange {
  readonly level?: Level;
}

/** Changes that differ only in their object: '4 breakers'. */
interface ChangeGroup {
  readonly first: JudgedChange;
  readonly objects: readonly string[];
}

const isSame = ({ before, after }: ObservedChange): boolean => before !== null && before === after;

const keyOf = ({ object, value, before, after }: ObservedChange): string =>
  JSON.stringify([object.split(' ')[0], value, before, after]);

/** Values whose words say themselves what they are: 'down → up'. */
const stateValues: ReadonlySet<string> = new Set(['state', 'status']);

const statesOf = ({ first, objects }: ChangeGroup): string =>
  `${objects.length} ${first.before ?? ''} ${first.after ?? ''}`;

/** Without groups that say the same of as many objects in other letters, as 'OPEN → CLOSED' of what acted and 'open → closed' of its proof. */
const withoutRepeats = (groups: readonly ChangeGroup[]): readonly ChangeGroup[] =>
  groups.filter(
    (group, index) =>
      !groups.some(
        (other, position) =>
          position > index &&
          statesOf(other) !== statesOf(group) &&
          statesOf(other).toLowerCase() === statesOf(group).toLowerCase(),
      ),
  );

/** Groups equal changes of objects of one kind; objects of one word are never equal. */
const grouped = (changes: readonly JudgedChange[]): readonly ChangeGroup[] => {
  const groups = new Map<string, JudgedChange[]>();
  for (const change of changes) {
    const key = change.object.includes(' ') ? keyOf(change) : `${change.object} ${keyOf(change)}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ first, objects: same.map(({ object }) => object) }];
  });
};

/** True for a value that is a problem after the run, too. */
const isBad = ({ level }: JudgedChange): boolean => level === 'crit' || level === 'warn';

/** Unchanged and bad values come first: they are why a run has not recovered. */
const rank = ({ first }: ChangeGroup): number => {
  if (isSame(first) || isBad(first)) return 0;
  return first.before === null || first.after === null ? 1 : 2;
};

const nameOf = ({ first, objects }: ChangeGroup, { ascii }: RenderContext['pen']): string => {
  const value = first.value === '' || stateValues.has(first.value) ? '' : ` ${first.value}`;
  if (objects.length === 1) return `${first.object}${value}`;
  const [kind = ''] = first.object.split(' ');
  // 'broker, bus-0' is the broker of an instance, 'breakers bus-0' one of the breakers.
  return kind.endsWith(',')
    ? `${kind.slice(0, -1)} ${ascii ? 'x' : '×'}${objects.length}${value}`
    : `${objects.length} ${kind === 'health' ? 'health checks' : kind}${value}`;
};

const markOf = ({ pen }: RenderContext, change: JudgedChange): StyledLine => {
  if (change.before === null || change.after === null) return [pen.glyph('unknown', 'unknown'), pen.run(' ')];
  if (change.level !== undefined) return [pen.glyph(change.level, change.level), pen.run(' ')];
  return [isSame(change) ? pen.glyph('warn', 'warn') : pen.glyph('ok', 'ok'), pen.run(' ')];
};

/** Widest value that others are aligned with. */
const mostValueCells = 20;

/** Cells of the values before the run, which end below each other. */
const beforeCells = (groups: readonly ChangeGroup[]): number =>
  Math.min(mostValueCells, Math.max(0, ...groups.map(({ first }) => widthOf(first.before ?? '–'))));

const groupEntry = (view: RenderContext, group: ChangeGroup, cells: number, all: boolean): CardEntry => {
  const { pen } = view;
  const { first, objects } = group;
  const role = (value: string | null, known: TextRole): TextRole => (value === null ? 'unknown' : known);
  const isOpen = isSame(first) && first.level !== 'ok';
  const [beforeRole, afterRole]: readonly TextRole[] =
    isOpen || (isBad(first) && first.level !== undefined)
      ? [first.level ?? 'warn', first.level ?? 'warn']
      : ['faint', 'ok'];
  const values: StyledLine = [
    pen.run(textInWords(view, first.before ?? '–'), role(first.before, beforeRole ?? 'faint')),
    pen.run(` ${pen.ascii ? '->' : '→'} `, 'faint'),
    pen.run(textInWords(view, first.after ?? '–'), role(first.after, afterRole ?? 'ok')),
    pen.run(isSame(first) ? '  unchanged' : '', 'faint'),
  ];
  const mark = markOf(view, first);
  const inner = cardInnerWidth(view);
  const isLong =
    lineWidth(values) > Math.floor(inner * 0.5) || lineWidth([pen.run(nameOf(group, pen))]) > inner * 0.42;
  const long = (change: ObservedChange): readonly StyledLine[] => {
    const text = changeText(change);
    const pieces = all ? pen.wrap(text, inner - 2) : [pen.cutInside(text, inner - 2)];
    return pieces.map((piece, index) => [...(index === 0 ? mark : [pen.run('  ')]), pen.run(piece)]);
  };
  if (isLong && objects.length === 1) return { rows: long(first) };
  const blanks = ' '.repeat(Math.max(0, cells - lineWidth(values.slice(0, 1))));
  const aligned = [pen.run(blanks), ...values];
  const rows = columnsEntry(view, { mark, left: nameOf(group, pen), right: aligned });
  const names = all && objects.length > 1 ? pen.wrap(objects.join(', '), inner - 2) : [];
  return { rows: [...rows, ...names.map((text): StyledLine => [pen.run(`  ${text}`, 'faint')])] };
};

/** The values that the run changed and compared, and those of the incident around it: a value of now counts more than that of the end. */
const judgedChanges = (run: RunView): readonly JudgedChange[] => {
  const changes = findRunEvent(run, 'ended')?.changes ?? [];
  const values = new Map((incidentOf(run.events)?.values ?? []).map((found) => [found.object, found]));
  const told = changes.map((change): JudgedChange => {
    const found =
      change.value === '' || stateValues.has(change.value) ? values.get(change.object) : undefined;
    return found === undefined ? change : { ...found, value: change.value };
  });
  const objects = new Set(told.map(({ object }) => object));
  const others = [...values.values()].filter(({ object }) => !objects.has(object));
  return [...told, ...others.map((found): JudgedChange => ({ ...found, value: '' }))];
};

/** Rows of a card; `tab` shows the others. */
const rowsShown = 7;

/**
 * The zone 'billing  2 replicas → 3 replicas': what an ended run acted on, and what its verification compared. Equal
 * changes of objects of one kind are one row, whose names `all` shows.
 */
export const changesZone = (view: RenderContext, run: RunView, all: boolean): CardZone => {
  const changes = judgedChanges(run);
  const groups = withoutRepeats(grouped(changes)).toSorted((left, right) => rank(left) - rank(right));
  const shown = all ? groups : truncateList(groups, rowsShown);
  const unchanged = changes.filter((change) => isSame(change) && change.level !== 'ok').length;
  return {
    title: `Before ${view.pen.ascii ? '->' : '→'} after`,
    note: unchanged === 0 ? '' : `${unchanged} of ${changes.length} unchanged`,
    leftOut: groups.length - shown.length,
    entries: shown.map((group) => groupEntry(view, group, beforeCells(groups), all)),
  };
};
