import type { Fact } from '../../../src/domain/facts.ts';
import { defineKind } from '../../../src/kinds/define-kind.ts';
import { fieldsOf } from '../../../src/kinds/fields.ts';

/** A made-up thing: nothing in `src` knows of it. */
export interface Widget extends Fact {
  readonly shelf: string;
  readonly name: string;
  readonly mood: 'glad' | 'sad' | 'unknown';
  readonly size?: number;
  readonly wornPercent?: number;
}

const { id, state, number } = fieldsOf<Widget>();

const fields = {
  shelf: id('where it is', (f) => f.shelf),
  name: id('its name', (f) => f.name),
  mood: state('how it feels', 'glad sad unknown', (f) => f.mood),
  size: number('how large it is', 'bytes', (f) => f.size),
  worn: number('how worn it is', '%', (f) => f.wornPercent),
};

/** As a plugin declares a kind: what must be said, and no more. */
export const widgets = defineKind<Widget, typeof fields>({
  name: 'widgets',
  says: 'Widgets on shelves',
  fields,
  state: (f) => f.mood,
  levels: { words: { sad: 'warn', unknown: 'unknown' }, closed: ['glad', 'sad', 'unknown'] },
  bounds: 'size',
});
