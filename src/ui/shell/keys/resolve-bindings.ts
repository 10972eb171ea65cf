import type { KeyBindingRequest } from '../../../domain/profile/settings.ts';
import { closestWordHint } from '../../../domain/text/closest-word.ts';
import type { Diagnostic } from '../../../domain/text/position.ts';
import type { Dialog } from '../contract/dialog.ts';
import type { Features } from '../contract/features.ts';
import type { Overlay } from '../contract/overlay.ts';
import type { Binding } from '../contract/pane.ts';
import {
  dialogKeys,
  filterKeys,
  globalKeys,
  invalidProfileKeys,
  loadingKeys,
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

/** The groups of a dialog, one per state with keys of its own. */
const ofDialog = (features: Features, dialog: Dialog<Overlay>): readonly KeyGroup[] =>
  dialog.samples.map((overlay) => {
    const { tables, field } = dialogKeys(features, dialog, overlay);
    return {
      bindings: tables.flatMap(({ bindings }) => bindings),
      base: false,
      typing: field !== undefined,
    };
  });

/** All groups of bindings that can be active together. */
export const bindingGroups = (features: Features): readonly KeyGroup[] => {
  const over = (bindings: readonly Binding[], typing = false): KeyGroup => ({
    bindings: [...bindings, ...globalKeys(features).bindings],
    base: false,
    typing,
  });
  const panes = features.panes.all();
  return [
    ...panes.map(
      (pane): KeyGroup => ({
        bindings: paneTables(features, pane).flatMap(({ bindings }) => bindings),
        base: true,
        typing: false,
      }),
    ),
    { bindings: loadingKeys(features), base: true, typing: false },
    {
      bindings: [...invalidProfileKeys(features), ...globalKeys(features).bindings],
      base: true,
      typing: false,
    },
    ...Object.values(features.dialogs).flatMap((dialog) => ofDialog(features, dialog as Dialog<Overlay>)),
    over(features.keys('tour')),
    over(filterKeys, true),
    ...panes.flatMap(({ prompt: asking }) => (asking === undefined ? [] : [over(asking.keys, true)])),
    over((features.runCard?.tables ?? []).flatMap(({ bindings }) => bindings)),
  ];
};

/** Keys reserved for their default meaning. */
const reserved: ReadonlySet<string> = new Set(['ctrl-c', 'esc', 'enter', '?']);
/** Bindings that must have a key, so that users can find the others and the exit. */
const needed: ReadonlySet<string> = new Set(['help', 'quit']);
/** Text editing keys. */
const editing: ReadonlySet<string> = new Set(['backspace', 'delete', 'space', 'ctrl-u', 'ctrl-w']);
/** Movement bindings in cards and lists. All others there answer a question. */
const moves = /\.(down|up|page-down|page-up)$/;

/** The resolved keys by binding id, and diagnostics about rejected ones. */
interface RebindResult {
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly diagnostics: readonly Diagnostic[];
}

const has = ({ bindings }: KeyGroup, id: string): boolean => bindings.some((binding) => binding.id === id);

/**
 * True if a binding answers a card, list or question. Those keep their keys, so that a confirmation is the same key
 * on every machine.
 */
const keepsItsKeys = (groups: readonly KeyGroup[], id: string): boolean =>
  id === 'cancel' || !(moves.test(id) || groups.some((group) => group.base && has(group, id)));

/** True if two bindings share a default key by design; each then states when it is available. */
const meantTogether = (a: Binding, b: Binding): boolean => a.keys.some((key) => b.keys.includes(key));

/**
 * Resolves the requested keys. A key in use in the same context is rejected with a diagnostic: unchanged bindings take
 * precedence, then requests in file order.
 */
export const resolveKeyBindings = (
  features: Features,
  wantedBindingRequests: readonly KeyBindingRequest[],
): RebindResult => {
  const groups = bindingGroups(features);
  const all = groups.flatMap(({ bindings }) => bindings);
  const diagnostics: Diagnostic[] = [];
  const report = ({ position, id }: KeyBindingRequest, what: string, todo: string): void =>
    void diagnostics.push({ position, severity: 'error', what: `keys ${id}: ${what}`, todo });

  const changes = wantedBindingRequests.filter((bindingRequest) => {
    const { id } = bindingRequest;
    const known = [...new Set(all.map((binding) => binding.id))].filter(
      (other) => !keepsItsKeys(groups, other),
    );
    if (!all.some((binding) => binding.id === id))
      report(
        bindingRequest,
        'unknown binding',
        `${closestWordHint(id, known)} see docs/reference/keys.md for all bindings`,
      );
    else if (keepsItsKeys(groups, id))
      report(
        bindingRequest,
        'this key answers a question on the screen, so you cannot rebind the key',
        'remove this line from keys:',
      );
    else if (needed.has(id) && bindingRequest.keys.length === 0)
      report(bindingRequest, 'this command must have a key', 'set at least one');
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
      const own = group.bindings.find((binding) => binding.id === id);
      if (own === undefined) continue;
      const other = group.bindings.find(
        (binding) => binding.id !== id && keysNow(binding).includes(key) && !meantTogether(binding, own),
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
      return [`${key} is reserved`, 'choose another key for the command'];
    const typed = groups.some((group) => group.typing && has(group, id));
    if (typed && (editing.has(key) || !isCommandKey(key)))
      return [
        `${key} types text here and cannot be a shortcut`,
        'use ctrl-x, f5 or a named key such as pageup',
      ];
    const other = holder(id, key);
    return other === undefined
      ? undefined
      : [`${key} is already bound to ${other}`, 'choose another key for the command'];
  };

  for (const change of changes) {
    const usual = all.find(({ id }) => id === change.id)?.keys ?? [];
    const kept = usual.filter((key) => reserved.has(key));
    const got = change.keys.filter((key) => {
      const why = whyNot(change.id, key, usual);
      if (why !== undefined) report(change, ...why);
      return why === undefined;
    });
    const free = usual.filter((key) => holder(change.id, key) === undefined);
    given.set(change.id, got.length === 0 && change.keys.length > 0 ? free : [...new Set([...got, ...kept])]);
    waiting.delete(change.id);
  }
  return { keys: given, diagnostics };
};
