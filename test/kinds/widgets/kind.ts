import type { Fact } from '../../../src/domain/facts/facts.ts';
import { defineKind } from '../../../src/kinds/define/define-kind.ts';
import { fieldsOf } from '../../../src/kinds/define/fields.ts';

/** A kind for tests that no code in `src` knows. */
export interface Widget extends Fact {
  readonly shelf: string;
  readonly name: string;
  readonly mood: 'glad' | 'sad' | 'unknown';
  readonly size?: number;
  readonly wornPercent?: number;
}

const { id, inColumn, state, number } = fieldsOf<Widget>();

const fields = {
  shelf: inColumn(
    'SHELF',
    12,
    id('shelf of the widget', (f) => f.shelf),
  ),
  name: id('name of the widget', (f) => f.name),
  mood: state('mood of the widget', 'glad sad unknown', (f) => f.mood),
  size: number('size of the widget', 'bytes', (f) => f.size),
  worn: inColumn(
    'WEAR',
    10,
    number('wear of the widget', '%', (f) => f.wornPercent),
  ),
};

/** The minimal declaration of a kind, as in a plugin. */
export const widgets = defineKind<Widget, typeof fields>({
  name: 'widgets',
  says: 'Widgets on shelves',
  fields,
  state: (f) => f.mood,
  levels: { words: { sad: 'warn', unknown: 'unknown' }, closed: ['glad', 'sad', 'unknown'] },
  bounds: 'size',
});
