import { closestWordHint } from '../../domain/closest-word.ts';
import type { Complaint } from '../../domain/position.ts';
import type { KeyBindingRequest } from '../../domain/settings.ts';
import type { Workload } from '../../kinds/workloads/fact.ts';
import { initialCursor } from '../cursor.ts';
import { cardKeyTables } from '../features/cards/run-card-keys.ts';
import { helpKeys, helpSearchKeys } from '../features/help/help.ts';
import { readerSearchKeys } from '../features/reader/reader.ts';
import { noOverlay, type Overlay } from '../overlays/overlay.ts';
import { allPanes } from '../panes/index.ts';
import type { Binding } from '../panes/pane.ts';
import {
  filterKeys,
  globalKeys,
  invalidProfileKeys,
  loadingKeys,
  overlayKeys,
  paneTables,
} from './active-keys.ts';
import { isCommandKey } from './strokes.ts';

/** Bindings that are live at the same time: no two of them may want one key. */
interface KeyGroup {
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
  command: { is: 'command', text: '', cursor: initialCursor },
  palette: { is: 'palette', mode: 'fuzzy', text: '', cursor: initialCursor, calls: false },
  environments: { is: 'environments', cursor: initialCursor },
  runbooks: { is: 'runbooks', cursor: initialCursor },
  export: { is: 'export', cursor: initialCursor },
  reader: { is: 'reader', subject: anyPod, how: 'yaml', from: 0, text: '', typing: false },
  'log-list': { is: 'log-list', list: 'chips', cursor: initialCursor },
  'log-save': { is: 'log-save', at: 0, what: 'shown', form: 'text', names: 'real' },
  arm: { is: 'arm', text: '', over: noOverlay },
  words: { is: 'words', why: 'note', run: '', about: '', text: '', over: noOverlay },
  quit: { is: 'quit' },
  unshare: { is: 'unshare', over: noOverlay },
};

const ofOverlay = (overlay: Overlay): readonly KeyGroup[] => {
  const context = overlayKeys(overlay);
  if (context === undefined) return [];
  const bindings = context.tables.flatMap((table) => table.bindings);
  return [{ bindings, base: false, typing: context.field !== undefined }];
};

const over = (bindings: readonly Binding[], typing = false): KeyGroup => ({
  bindings: [...bindings, ...globalKeys.bindings],
  base: false,
  typing,
});

/** Everything that can be live together, wherever one is. */
export const bindingGroups = (): readonly KeyGroup[] => [
  ...allPanes().map(
    (pane): KeyGroup => ({
      bindings: paneTables(pane).flatMap(({ bindings }) => bindings),
      base: true,
      typing: false,
    }),
  ),
  { bindings: loadingKeys, base: true, typing: false },
  { bindings: [...invalidProfileKeys, ...globalKeys.bindings], base: true, typing: false },
  ...Object.values(overlays).flatMap(ofOverlay),
  over(filterKeys, true),
  ...allPanes().flatMap(({ prompt: asking }) => (asking === undefined ? [] : [over(asking.keys, true)])),
  over(helpKeys),
  over(helpSearchKeys, true),
  over(readerSearchKeys, true),
  over(cardKeyTables.flatMap(({ bindings }) => bindings)),
];

/** Keys that mean the same everywhere, and that no other binding is given. */
const reserved: ReadonlySet<string> = new Set(['ctrl-c', 'esc', 'enter', '?']);
/** What must have a key: without it nobody finds the others, or the way out. */
const needed: ReadonlySet<string> = new Set(['help', 'quit']);
/** Keys that edit a text. */
const editing: ReadonlySet<string> = new Set(['backspace', 'delete', 'space', 'ctrl-u', 'ctrl-w']);
/** What moves in a card or a list; everything else there answers it. */
const moves = /\.(down|up|page-down|page-up)$/;

/** Keys by binding id, as they are to be, and why some that were wanted are not. */
interface RebindResult {
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly complaints: readonly Complaint[];
}

const has = ({ bindings }: KeyGroup, id: string): boolean => bindings.some((one) => one.id === id);

/** What answers a card, a list or a question keeps its keys: a yes must be the same key on every machine. */
const keepsItsKeys = (groups: readonly KeyGroup[], id: string): boolean =>
  id === 'cancel' || !(moves.test(id) || groups.some((group) => group.base && has(group, id)));

/** Two that share a key as they are written are meant to: each says when it can be used. */
const meantTogether = (a: Binding, b: Binding): boolean => a.keys.some((key) => b.keys.includes(key));

/**
 * Which of the wanted keys can be had. A key that something live at the same time has stays there: what the user left
 * as it is comes first, then what is wanted, in the order of the file. Of what cannot be had, a complaint tells.
 */
export const resolveKeyBindings = (wanted: readonly KeyBindingRequest[]): RebindResult => {
  const groups = bindingGroups();
  const all = groups.flatMap(({ bindings }) => bindings);
  const complaints: Complaint[] = [];
  const complain = ({ position, id }: KeyBindingRequest, what: string, todo: string): void =>
    void complaints.push({ position, severity: 'error', what: `keys ${id}: ${what}`, todo });

  const changes = wanted.filter((one) => {
    const { id } = one;
    const known = [...new Set(all.map((binding) => binding.id))].filter(
      (other) => !keepsItsKeys(groups, other),
    );
    if (!all.some((binding) => binding.id === id))
      complain(one, 'there is no such binding', `${closestWordHint(id, known)} docs/reference/keys.md has all`);
    else if (keepsItsKeys(groups, id))
      complain(one, 'it answers a question and keeps its key', 'remove the line');
    else if (needed.has(id) && one.keys.length === 0) complain(one, 'it must have a key', 'write one');
    else return true;
    return false;
  });

  const given = new Map<string, readonly string[]>();
  const waiting = new Set(changes.map(({ id }) => id));
  const keysNow = (binding: Binding): readonly string[] =>
    given.get(binding.id) ?? (waiting.has(binding.id) ? [] : binding.keys);

  /** The id of what has this key already where `id` is live. */
  const holder = (id: string, key: string): string | undefined => {
    for (const group of groups) {
      const own = group.bindings.find((one) => one.id === id);
      if (own === undefined) continue;
      const other = group.bindings.find(
        (one) => one.id !== id && keysNow(one).includes(key) && !meantTogether(one, own),
      );
      if (other !== undefined) return other.id;
    }
    return undefined;
  };

  const whyNot = (
    id: string,
    key: string,
    usual: readonly string[],
  ): readonly [string, string] | undefined => {
    if (reserved.has(key) && !usual.includes(key))
      return [`${key} means the same everywhere`, 'write another key'];
    const typed = groups.some((group) => group.typing && has(group, id));
    if (typed && (editing.has(key) || !isCommandKey(key)))
      return [`${key} is typed into the text there`, 'write ctrl-x, f5 or the name of a key'];
    const other = holder(id, key);
    return other === undefined ? undefined : [`${key} is ${other}'s already`, 'write another key'];
  };

  for (const one of changes) {
    const usual = all.find(({ id }) => id === one.id)?.keys ?? [];
    const kept = usual.filter((key) => reserved.has(key));
    const got = one.keys.filter((key) => {
      const why = whyNot(one.id, key, usual);
      if (why !== undefined) complain(one, ...why);
      return why === undefined;
    });
    const free = usual.filter((key) => holder(one.id, key) === undefined);
    given.set(one.id, got.length === 0 && one.keys.length > 0 ? free : [...new Set([...got, ...kept])]);
    waiting.delete(one.id);
  }
  return { keys: given, complaints };
};
