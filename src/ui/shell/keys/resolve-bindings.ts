import type { DescribedObject } from '../../../domain/facts/object-description.ts';
import type { KeyBindingRequest } from '../../../domain/profile/settings.ts';
import { closestWordHint } from '../../../domain/text/closest-word.ts';
import type { Complaint } from '../../../domain/text/position.ts';
import { allPanes } from '../../app/index.ts';
import { cardKeyTables } from '../../features/cards/run-card-keys.ts';
import { helpKeys, helpSearchKeys } from '../../features/help/help.ts';
import { readerSearchKeys } from '../../features/reader/reader.ts';
import { tourKeys } from '../../features/tour/tour.ts';
import { initialCursor } from '../../kit/components/cursor.ts';
import { noOverlay, type Overlay } from '../contract/overlay.ts';
import type { Binding } from '../contract/pane.ts';
import {
  filterKeys,
  globalKeys,
  invalidProfileKeys,
  loadingKeys,
  overlayKeys,
  paneTables,
} from './active-keys.ts';
import { isCommandKey } from './strokes.ts';

/** Bindings that are active at the same time, so their keys must not conflict. */
interface KeyGroup {
  readonly bindings: readonly Binding[];
  /** True if the group belongs to panes; other groups are overlays. */
  readonly base: boolean;
  /** True if a text field receives letters. */
  readonly typing: boolean;
}

/** A placeholder; the keys do not depend on the pod. */
const anyPod: DescribedObject = {
  source: '',
  kind: 'pod',
  namespace: '',
  name: '',
  owner: '',
  node: '',
};

/** One overlay per kind; the type check fails if one is missing. */
const overlays: { readonly [K in Overlay['is']]: Extract<Overlay, { is: K }> } = {
  none: { is: 'none' },
  // Its own keys are added below.
  help: { is: 'help', text: '', typing: false, cursor: 0, over: noOverlay },
  command: { is: 'command', text: '', cursor: initialCursor },
  palette: { is: 'palette', mode: 'fuzzy', text: '', cursor: initialCursor, calls: false },
  environments: { is: 'environments', cursor: initialCursor },
  runbooks: { is: 'runbooks', cursor: initialCursor },
  export: { is: 'export', cursor: initialCursor },
  related: { is: 'related', pane: '', key: '', cursor: initialCursor },
  columns: { is: 'columns', pane: '', cursor: initialCursor },
  saved: { is: 'saved', list: 'views', cursor: initialCursor },
  reader: { is: 'reader', subject: anyPod, how: 'yaml', from: 0, text: '', typing: false },
  'log-list': { is: 'log-list', list: 'chips', cursor: initialCursor },
  'log-save': { is: 'log-save', at: 0, what: 'shown', form: 'text', names: 'real' },
  arm: { is: 'arm', text: '', over: noOverlay },
  words: { is: 'words', why: 'note', run: '', about: '', text: '', over: noOverlay },
  'incident-menu': { is: 'incident-menu', menu: 'fields', incident: '', cursor: initialCursor },
  acknowledge: { is: 'acknowledge', findings: [], text: '', over: noOverlay },
  checklist: { is: 'checklist', list: '', item: '', title: '', mark: 'note', text: '', over: noOverlay },
  quit: { is: 'quit' },
  score: { is: 'score' },
  hints: { is: 'hints' },
  messages: { is: 'messages', from: 0 },
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

/** All groups of bindings that can be active together. */
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
  over(tourKeys),
  over(filterKeys, true),
  ...allPanes().flatMap(({ prompt: asking }) => (asking === undefined ? [] : [over(asking.keys, true)])),
  over(helpKeys),
  over(helpSearchKeys, true),
  over(readerSearchKeys, true),
  over(cardKeyTables.flatMap(({ bindings }) => bindings)),
];

/** Keys reserved for their default meaning. */
const reserved: ReadonlySet<string> = new Set(['ctrl-c', 'esc', 'enter', '?']);
/** Bindings that must have a key, so that users can find the others and the exit. */
const needed: ReadonlySet<string> = new Set(['help', 'quit']);
/** Text editing keys. */
const editing: ReadonlySet<string> = new Set(['backspace', 'delete', 'space', 'ctrl-u', 'ctrl-w']);
/** Movement bindings in cards and lists. All others there answer a question. */
const moves = /\.(down|up|page-down|page-up)$/;

/** The resolved keys by binding id, and complaints about rejected ones. */
interface RebindResult {
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly complaints: readonly Complaint[];
}

const has = ({ bindings }: KeyGroup, id: string): boolean => bindings.some((one) => one.id === id);

/**
 * True if a binding answers a card, list or question. Those keep their keys, so that a confirmation is the same key
 * on every machine.
 */
const keepsItsKeys = (groups: readonly KeyGroup[], id: string): boolean =>
  id === 'cancel' || !(moves.test(id) || groups.some((group) => group.base && has(group, id)));

/** True if two bindings share a default key by design; each then states when it is available. */
const meantTogether = (a: Binding, b: Binding): boolean => a.keys.some((key) => b.keys.includes(key));

/**
 * Resolves the requested keys. A key in use in the same context is rejected with a complaint: unchanged bindings take
 * precedence, then requests in file order.
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
      complain(
        one,
        'unknown binding',
        `${closestWordHint(id, known)} see docs/reference/keys.md for all bindings`,
      );
    else if (keepsItsKeys(groups, id))
      complain(one, 'cannot be rebound: it answers a question', 'remove the line');
    else if (needed.has(id) && one.keys.length === 0) complain(one, 'a key is required', 'set at least one');
    else return true;
    return false;
  });

  const given = new Map<string, readonly string[]>();
  const waiting = new Set(changes.map(({ id }) => id));
  const keysNow = (binding: Binding): readonly string[] =>
    given.get(binding.id) ?? (waiting.has(binding.id) ? [] : binding.keys);

  /** The id of the binding that already has this key in a context of `id`. */
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
    if (reserved.has(key) && !usual.includes(key)) return [`${key} is reserved`, 'choose another key'];
    const typed = groups.some((group) => group.typing && has(group, id));
    if (typed && (editing.has(key) || !isCommandKey(key)))
      return [`${key} is text input there`, 'use ctrl-x, f5 or a named key'];
    const other = holder(id, key);
    return other === undefined ? undefined : [`${key} is already bound to ${other}`, 'choose another key'];
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
