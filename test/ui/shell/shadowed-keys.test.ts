import { expect, test } from 'vitest';
import { features } from '../../../src/ui/app/features.ts';
import { dialogOf } from '../../../src/ui/shell/contract/dialog.ts';
import type { Binding } from '../../../src/ui/shell/contract/pane.ts';
import { globalKeys } from '../../../src/ui/shell/keys/active-keys.ts';
import { displayKeys, paneViewKeys } from '../../../src/ui/shell/keys/display-keys.ts';
import { actionKeys, searchAnywhereKeys } from '../../../src/ui/shell/keys/global-keys.ts';
import { historyKeys, moveKeys } from '../../../src/ui/shell/keys/move-keys.ts';

const everywhere: readonly Binding[] = [
  ...displayKeys(features),
  ...moveKeys,
  ...searchAnywhereKeys(features),
  ...paneViewKeys(features),
  ...historyKeys,
  ...features.keys('time'),
  ...actionKeys(features),
];

/** 'KEY: ID instead of ID', for each key of `own` that means something else without them. */
const shadows = (own: readonly Binding[], others: readonly Binding[]): readonly string[] =>
  own.flatMap(({ id, keys }) =>
    others.flatMap((other) =>
      other.id === id
        ? []
        : keys.filter((key) => other.keys.includes(key)).map((key) => `${key}: ${id} instead of ${other.id}`),
    ),
  );

/** Keys that mean something else in one pane: moving in a chart or a tree, marks of the shown lines, notes and reports of the shown thing. */
const meant: readonly string[] = [
  'matrix h: chart.left instead of column.left',
  'matrix left: chart.left instead of column.left',
  'matrix l: chart.right instead of column.right',
  'matrix right: chart.right instead of column.right',
  'matrix .: chart.now instead of past.live',
  'alerts u: alert.panel instead of undo',
  'logs o: logs.only instead of order',
  'logs .: logs.look-at instead of past.live',
  'logs esc: logs.cancel instead of back',
  'runbooks l: runbook.steps instead of column.right',
  'runbooks right: runbook.steps instead of column.right',
  'runs !: run.note instead of incident',
  'checklists !: checklist.note instead of incident',
  'checklists L: checklist.data instead of logs.here',
  'checklists D: checklist.export instead of pane.D',
  'incident i: incident.update instead of order.reverse',
  'incident E: incident.escalate instead of export',
  'incident N: incident.declare instead of hit.previous',
];

/** Letters that mean nothing in every pane. */
const freeLetters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter(
  (letter) => !everywhere.some(({ keys }) => keys.includes(letter)),
);

test('a key of a pane that hides another key is meant to', () => {
  const all = features.panes
    .all()
    .flatMap(({ id, keys }) => shadows(keys, everywhere).map((text) => `${id} ${text}`));
  expect(
    all,
    `Take a letter that is free in every pane (${freeLetters.join(' ')}). Where the pane has another meaning of the same key, add it to this list.`,
  ).toEqual(meant);
});

test('the keys of a dialog leave those that are active in every context', () => {
  const all = Object.entries(features.dialogs).flatMap(([kind, dialog]) =>
    (dialog?.samples ?? []).flatMap((sample) =>
      shadows(dialogOf(features.dialogs, sample)?.keys(sample) ?? [], globalKeys(features).bindings).map(
        (text) => `${kind} ${text}`,
      ),
    ),
  );
  expect(all).toEqual([]);
});
