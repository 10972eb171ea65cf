import { cardTables } from '../cards/keys.ts';
import { helpKeys, helpTypingKeys } from '../overlays/help.ts';
import { environmentKeys, runbookKeys } from '../overlays/lists.ts';
import { paletteKeys } from '../overlays/palette.ts';
import { armKeys, quitKeys } from '../overlays/questions.ts';
import { panes } from '../panes/index.ts';
import type { Binding } from './binding.ts';
import { always, filterKeys, openingKeys, paneTables, refusedKeys } from './contexts.ts';

/** Bindings that are live at the same time: no two of them may want one key. */
export interface KeyGroup {
  readonly bindings: readonly Binding[];
  /** Where the panes are looked at; everything else lies over them and asks something. */
  readonly base: boolean;
  /** A text field takes the letters. */
  readonly typing: boolean;
}

const over = (bindings: readonly Binding[], typing = false): KeyGroup => ({
  bindings: [...bindings, ...always.bindings],
  base: false,
  typing,
});

/** Everything that can be live together, wherever one is. */
export const keyGroups = (): readonly KeyGroup[] => [
  ...panes.map(
    (pane): KeyGroup => ({
      bindings: paneTables(pane).flatMap(({ bindings }) => bindings),
      base: true,
      typing: false,
    }),
  ),
  { bindings: openingKeys, base: true, typing: false },
  { bindings: [...refusedKeys, ...always.bindings], base: true, typing: false },
  over(filterKeys, true),
  over(paletteKeys, true),
  over(environmentKeys),
  over(runbookKeys),
  over(armKeys, true),
  over(quitKeys),
  over(helpKeys),
  over(helpTypingKeys, true),
  over(cardTables.flatMap(({ bindings }) => bindings)),
];
