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

/** What is live now: what lies on top decides. */
export const currentActiveKeys = (hand: KeyContext): ActiveKeys => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'help') return activeKeysFor(hand, overlay);
  const bindings = overlay.typing ? helpSearchKeys : helpKeys;
  const tables = [{ title: 'HELP', bindings }, globalKeys];
  return withUserKeys(overlay.typing ? { tables, field: helpSearchField(overlay) } : { tables }, hand);
};

/** Letters that were typed longer ago belong to something else. */
const lastsMs: Millis = 3000;

/** A letter on the card of a run that takes no text, and that nothing usable is bound to: part of a text meant for another card. */
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

/** Notes letters that were typed on a card beside its keys; `enter` ends that text. */
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
 * Whether such letters came just before: the `enter` that follows ends their text, and says yes to no card that came up
 * while they were typed.
 */
const endsStray = ({ view }: KeyContext): boolean => {
  const { strayKeyAt: strayAt } = view.ui;
  return strayAt !== undefined && view.now - strayAt <= lastsMs;
};

/** What a key is bound to: of several, the one that can be used now; where none can, the first tells why. */
const bound = (hand: KeyContext, { tables }: ActiveKeys, key: Stroke): Binding | undefined => {
  const all = tables.flatMap((table) => table.bindings).filter((binding) => binding.keys.includes(key));
  return all.find((binding) => bindingBlockedReason(hand, binding) === undefined) ?? all[0];
};

const use = (hand: KeyContext, binding: Binding, key: Stroke) => {
  const why = bindingBlockedReason(hand, binding);
  if (why === undefined) binding.run(hand);
  else hand.notify(`${key}: ${why}`);
};

/** One key, in what is live at that moment. In a text field only names and chords are keys. */
const pressOne = (hand: KeyContext, key: Stroke) => {
  const context = currentActiveKeys(hand);
  if (context.anyKey !== undefined) return context.anyKey.run(hand);
  const binding = context.field === undefined || isCommandKey(key) ? bound(hand, context, key) : undefined;
  if (binding !== undefined) return use(hand, binding, key);
  if (context.field === undefined) return context.onOtherKey?.(hand, key);
  const text = applyEditingKey(context.field.value, key);
  if (text !== undefined) context.field.set(hand, text);
};

/** A yes that changes what others see or what the outside is. */
const yeses: readonly string[] = ['confirm', 'unshare.yes'];

/**
 * The keys of one read, one after the other, each in what the one before it left behind. Where a name is typed, more
 * letters at once than anyone types are a paste, and none of them is taken. A yes among so many keys is none either.
 */
export const handleStrokes = (handNow: () => KeyContext, keys: readonly Stroke[]) => {
  const pasted = keys.length > maxTypedAtOnce;
  for (const key of keys) {
    const hand = handNow();
    const context = currentActiveKeys(hand);
    if (pasted && context.field?.refusesPaste !== undefined) return context.field.refusesPaste(hand);
    const binding = bound(hand, context, key);
    const isYes = yeses.includes(binding?.id ?? '');
    if (pasted && isYes)
      return hand.notify('confirmation ignored: it arrived together with other keys; press it again');
    const isTyped = isYes && endsStray(hand);
    noteStray(hand, context, key, binding);
    if (isTyped)
      return hand.notify(
        `${key} ignored: it followed letters that this card does not accept; press it again`,
      );
    recordNavigation(hand, () => pressOne(hand, key));
  }
};

/** What the terminal says was pasted: text for a text field, nothing elsewhere. */
export const handlePaste = (hand: KeyContext, text: string) => {
  const { field } = currentActiveKeys(hand);
  if (field === undefined) return hand.notify('paste ignored: no text field here');
  if (field.refusesPaste !== undefined) return field.refusesPaste(hand);
  field.set(hand, field.value + firstPastedLine(text));
};
