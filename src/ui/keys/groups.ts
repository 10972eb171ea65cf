import type { Workload } from '../../kinds/workloads/fact.ts';
import { firstRow } from '../cursor.ts';
import { cardTables } from '../features/cards/keys.ts';
import { helpKeys, helpTypingKeys } from '../features/help/help.ts';
import { readerTypingKeys } from '../features/reader/reader.ts';
import { noOverlay, type Overlay } from '../overlays/overlay.ts';
import { allPanes } from '../panes/index.ts';
import type { Binding } from '../panes/pane.ts';
import { always, filterKeys, openingKeys, overlayContext, paneTables, refusedKeys } from './contexts.ts';

/** Bindings that are live at the same time: no two of them may want one key. */
export interface KeyGroup {
  readonly bindings: readonly Binding[];
  /** Where the panes are looked at; everything else lies over them and asks something. */
  readonly base: boolean;
  /** A text field takes the letters. */
  readonly typing: boolean;
}

/** Which one it is about makes no difference to the keys. */
const anyPod: Workload = {
  source: '',
  at: 0,
  kind: 'pod',
  namespace: '',
  name: '',
  owner: '',
  node: '',
  status: '',
};

/** One of every kind: a kind that is missing here does not compile. */
const overlays: { readonly [K in Overlay['is']]: Extract<Overlay, { is: K }> } = {
  none: { is: 'none' },
  // Its own keys stand below.
  help: { is: 'help', text: '', typing: false, cursor: 0, over: noOverlay },
  command: { is: 'command', text: '', cursor: firstRow },
  palette: { is: 'palette', mode: 'fuzzy', text: '', cursor: firstRow, calls: false },
  environments: { is: 'environments', cursor: firstRow },
  runbooks: { is: 'runbooks', cursor: firstRow },
  export: { is: 'export', cursor: firstRow },
  reader: { is: 'reader', subject: anyPod, how: 'yaml', from: 0, text: '', typing: false },
  'log-list': { is: 'log-list', list: 'chips', cursor: firstRow },
  'log-save': { is: 'log-save', at: 0, what: 'shown', form: 'text', names: 'real' },
  arm: { is: 'arm', text: '', over: noOverlay },
  words: { is: 'words', why: 'note', run: '', about: '', text: '', over: noOverlay },
  quit: { is: 'quit' },
  unshare: { is: 'unshare', over: noOverlay },
};

const ofOverlay = (overlay: Overlay): readonly KeyGroup[] => {
  const context = overlayContext(overlay);
  if (context === undefined) return [];
  const bindings = context.tables.flatMap((table) => table.bindings);
  return [{ bindings, base: false, typing: context.field !== undefined }];
};

const over = (bindings: readonly Binding[], typing = false): KeyGroup => ({
  bindings: [...bindings, ...always.bindings],
  base: false,
  typing,
});

/** Everything that can be live together, wherever one is. */
export const keyGroups = (): readonly KeyGroup[] => [
  ...allPanes().map(
    (pane): KeyGroup => ({
      bindings: paneTables(pane).flatMap(({ bindings }) => bindings),
      base: true,
      typing: false,
    }),
  ),
  { bindings: openingKeys, base: true, typing: false },
  { bindings: [...refusedKeys, ...always.bindings], base: true, typing: false },
  ...Object.values(overlays).flatMap(ofOverlay),
  over(filterKeys, true),
  ...allPanes().flatMap(({ asking }) => (asking === undefined ? [] : [over(asking.keys, true)])),
  over(helpKeys),
  over(helpTypingKeys, true),
  over(readerTypingKeys, true),
  over(cardTables.flatMap(({ bindings }) => bindings)),
];
