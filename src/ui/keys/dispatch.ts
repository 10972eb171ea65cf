import type { Millis } from '../../domain/fault.ts';
import { currentRun } from '../features/cards/confirmation.ts';
import { recordNavigation } from '../features/environments/navigate.ts';
import { helpKeys, helpSearchField, helpSearchKeys } from '../features/help/help.ts';
import type { Binding, KeyContext } from '../panes/pane.ts';
import type { ActiveKeys } from './active-keys.ts';
import { activeKeysFor, globalKeys, withUserKeys } from './active-keys.ts';
import { bindingBlockedReason } from './bound-keys.ts';
import type { Stroke } from './strokes.ts';
import { applyEditingKey, firstPastedLine, isCommandKey, maxTypedAtOnce } from './strokes.ts';

/** The active keys of the topmost layer. */
export const currentActiveKeys = (hand: KeyContext): ActiveKeys => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'help') return activeKeysFor(hand, overlay);
  const bindings = overlay.typing ? helpSearchKeys : helpKeys;
  const tables = [{ title: 'HELP', bindings }, globalKeys];
  return withUserKeys(overlay.typing ? { tables, field: helpSearchField(overlay) } : { tables }, hand);
};

/** Older stray letters are forgotten. */
const lastsMs: Millis = 3000;

/** Whether a key is a letter that the run card does not use. It may belong to text meant for another card. */
const isStray = (
  hand: KeyContext,
  { field, anyKey }: ActiveKeys,
  key: Stroke,
  binding: Binding | undefined,
): boolean => {
  if (isCommandKey(key) || field !== undefined || anyKey !== undefined) return false;
  if (hand.view.ui.overlay.is !== 'none' || currentRun(hand.view) === undefined) return false;
  return binding === undefined || bindingBlockedReason(hand, binding) !== undefined;
};

/** Records stray letters on a card; `enter` resets them. */
const noteStray = (
  hand: KeyContext,
  context: ActiveKeys,
  key: Stroke,
  binding: Binding | undefined,
): void => {
  const { model, view } = hand;
  if (isStray(hand, context, key, binding)) model.setState({ strayKeyAt: view.now });
  else if (key === 'enter') model.setState({ strayKeyAt: undefined });
};

/**
 * Whether stray letters were typed just before. The following `enter` ends that text and must not confirm a card that
 * appeared meanwhile.
 */
const endsStray = ({ view }: KeyContext): boolean => {
  const { strayKeyAt: strayAt } = view.ui;
  return strayAt !== undefined && view.now - strayAt <= lastsMs;
};

/** The binding of a key: the first available one, otherwise the first, which explains why it is unavailable. */
const bound = (hand: KeyContext, { tables }: ActiveKeys, key: Stroke): Binding | undefined => {
  const all = tables.flatMap((table) => table.bindings).filter((binding) => binding.keys.includes(key));
  return all.find((binding) => bindingBlockedReason(hand, binding) === undefined) ?? all[0];
};

const use = (hand: KeyContext, binding: Binding, key: Stroke) => {
  const why = bindingBlockedReason(hand, binding);
  if (why === undefined) binding.run(hand);
  else hand.notify(`${key}: ${why}`);
};

/** Handles one key in the current context. In a text field only named keys and chords are keys. */
const pressOne = (hand: KeyContext, key: Stroke) => {
  const context = currentActiveKeys(hand);
  if (context.anyKey !== undefined) return context.anyKey.run(hand);
  const binding = context.field === undefined || isCommandKey(key) ? bound(hand, context, key) : undefined;
  if (binding !== undefined) return use(hand, binding, key);
  if (context.field === undefined) return context.onOtherKey?.(hand, key);
  const text = applyEditingKey(context.field.value, key);
  if (text !== undefined) context.field.set(hand, text);
};

/** Confirmations that change the environment or reveal names. */
const yeses: readonly string[] = ['confirm', 'unshare.yes'];

/**
 * Handles the keys of one read in sequence, each in the context left by the previous one. Where a name must be typed,
 * many keys at once count as a paste and are rejected. A confirmation among many keys is ignored.
 */
export const handleStrokes = (handNow: () => KeyContext, keys: readonly Stroke[]) => {
  const pasted = keys.length > maxTypedAtOnce;
  for (const key of keys) {
    const hand = handNow();
    const context = currentActiveKeys(hand);
    if (pasted && context.field?.refusesPaste !== undefined) return context.field.refusesPaste(hand);
    const binding = bound(hand, context, key);
    const isYes = yeses.includes(binding?.id ?? '');
    if (pasted && isYes) return hand.notify('confirmation ignored: keys arrived together; press it again');
    const isTyped = isYes && endsStray(hand);
    noteStray(hand, context, key, binding);
    if (isTyped) return hand.notify(`${key} ignored after unused letters: press it again`);
    recordNavigation(hand, () => pressOne(hand, key));
  }
};

/** Handles a bracketed paste: text for a text field, ignored elsewhere. */
export const handlePaste = (hand: KeyContext, text: string) => {
  const { field } = currentActiveKeys(hand);
  if (field === undefined) return hand.notify('paste ignored: no text field here');
  if (field.refusesPaste !== undefined) return field.refusesPaste(hand);
  field.set(hand, field.value + firstPastedLine(text));
};
