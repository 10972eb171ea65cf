import { defined } from '../../../domain/base/defined.ts';
import type { Column } from '../../kit/components/table.ts';

/** The columns of a pane as the user arranged them. */
export interface ColumnChoice {
  /** Names from left to right; empty: the default order. Columns that it does not name keep their neighbor. */
  readonly order: readonly string[];
  /** Names of columns that are turned off. */
  readonly off: readonly string[];
  /** Names of columns that are turned on, although they belong to wide mode or to a wider table. */
  readonly on: readonly string[];
  /** True: wide mode, with all columns. */
  readonly wide: boolean;
}

export const defaultColumns: ColumnChoice = { order: [], off: [], on: [], wide: false };

/** True if the choice shows the same columns as no choice. */
export const isDefaultChoice = ({ order, off, on, wide }: ColumnChoice): boolean =>
  order.length === 0 && off.length === 0 && on.length === 0 && !wide;

/** A column as the chooser lists it. */
export interface ColumnInfo {
  readonly name: string;
  /** True: it cannot be turned off. */
  readonly required: boolean;
  /** True: belongs to wide mode. */
  readonly wide: boolean;
  /** Hidden when the table is narrower than this, unless it is turned on. */
  readonly hideBelow?: number;
}

/** The name of a column; '' if it has none. */
const nameOf = <R>({ name, head }: Column<R>): string => name ?? head.trim();

const isRequired = <R>(column: Column<R>, index: number): boolean =>
  index === 0 || column.required === true || nameOf(column) === '';

/** Sorts columns by the chosen order. A column that it does not name follows its left neighbor. */
const arranged = <R>(columns: readonly Column<R>[], order: readonly string[]): readonly Column<R>[] => {
  if (order.length === 0) return columns;
  let last = -1;
  const ranked = columns.map((column, index) => {
    const position = order.indexOf(nameOf(column));
    if (index === 0) return { column, rank: -1 };
    last = position === -1 ? last : position;
    return { column, rank: position === -1 ? last + 0.5 : position };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ column }) => column);
};

/** The columns to show: without those that are off, in the chosen order. Room decides about the rest. */
export const chosenColumns = <R>(
  columns: readonly Column<R>[],
  choice: ColumnChoice = defaultColumns,
): readonly Column<R>[] => {
  const { off, on, order, wide } = choice;
  const kept = columns.flatMap((column, index): readonly Column<R>[] => {
    const name = nameOf(column);
    if (isRequired(column, index)) return [column];
    if (on.includes(name)) {
      const { hideBelow: _, ...always } = column;
      return [always];
    }
    return off.includes(name) || (column.wide === true && !wide) ? [] : [column];
  });
  return arranged(kept, order);
};

/** The columns of the chooser, in the chosen order. */
export const listColumns = <R>(
  columns: readonly Column<R>[],
  { order }: ColumnChoice = defaultColumns,
): readonly ColumnInfo[] => {
  const required = new Set(columns.filter(isRequired));
  const infos = arranged(columns, order).flatMap((column): readonly ColumnInfo[] => {
    const { hideBelow, wide = false } = column;
    const name = nameOf(column);
    return name === '' ? [] : [{ name, wide, required: required.has(column), ...defined({ hideBelow }) }];
  });
  // Tables with a column per environment may repeat a name; it is switched for all of them.
  return [...new Map(infos.map((info) => [info.name, info])).values()];
};

/** True if the choice shows the column, room permitting. */
export const isColumnOn = (
  { name, required, wide }: ColumnInfo,
  choice: ColumnChoice = defaultColumns,
): boolean => required || choice.on.includes(name) || (!choice.off.includes(name) && (!wide || choice.wide));

/** Turns a column on or off. */
export const toggleColumn = (choice: ColumnChoice, column: ColumnInfo): ColumnChoice => {
  const { name, wide } = column;
  const without = (names: readonly string[]): readonly string[] => names.filter((text) => text !== name);
  const isOn = isColumnOn(column, choice);
  const needsOn = !isOn && (wide || column.hideBelow !== undefined);
  return {
    ...choice,
    off: isOn && (!wide || choice.wide) ? [...without(choice.off), name] : without(choice.off),
    on: needsOn ? [...without(choice.on), name] : without(choice.on),
  };
};

/** Moves a column by one place among those that are not required; the same choice if it is at the end. */
export const moveColumn = (
  choice: ColumnChoice,
  columns: readonly ColumnInfo[],
  name: string,
  step: 1 | -1,
): ColumnChoice => {
  const movable = columns.filter(({ required }) => !required).map((column) => column.name);
  const index = movable.indexOf(name);
  const other = movable[index + step];
  if (index === -1 || other === undefined) return choice;
  // Required columns keep their places.
  const order = columns.map((column) =>
    column.name === name ? other : column.name === other ? name : column.name,
  );
  return { ...choice, order };
};
