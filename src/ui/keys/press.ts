import type { Millis } from '../../domain/fault.ts';
import { runOnScreen } from '../features/cards/question.ts';
import { keepingTrail } from '../features/environments/travel.ts';
import { helpField, helpKeys, helpTypingKeys } from '../features/help/help.ts';
import type { Binding, Hand } from '../panes/pane.ts';
import type { Context } from './contexts.ts';
import { always, contextUnder, withOwnKeys } from './contexts.ts';
import { whyNotNow } from './rebound.ts';
import type { Stroke } from './strokes.ts';
import { edited, isCommandKey, pastedLine, typedAtOnce } from './strokes.ts';

/** What is live now: what lies on top decides. */
export const contextOf = (hand: Hand): Context => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'help') return contextUnder(hand, overlay);
  const bindings = overlay.typing ? helpTypingKeys : helpKeys;
  const tables = [{ title: 'HELP', bindings }, always];
  return withOwnKeys(overlay.typing ? { tables, field: helpField(overlay) } : { tables }, hand);
};

/** Letters that were typed longer ago belong to something else. */
const lastsMs: Millis = 3000;

/** A letter on the card of a run that takes no text, and that nothing usable is bound to: part of a text meant for another card. */
const isStray = (
  hand: Hand,
  { field, anyKey }: Context,
  key: Stroke,
  binding: Binding | undefined,
): boolean => {
  if (isCommandKey(key) || field !== undefined || anyKey !== undefined) return false;
  if (hand.view.ui.overlay.is !== 'none' || runOnScreen(hand.view) === undefined) return false;
  return binding === undefined || whyNotNow(hand, binding) !== undefined;
};

/** Notes letters that were typed on a card beside its keys; `enter` ends that text. */
const noteStray = (hand: Hand, context: Context, key: Stroke, binding: Binding | undefined): void => {
  const { model, view } = hand;
  if (isStray(hand, context, key, binding)) model.setState({ strayAt: view.now });
  else if (key === 'enter') model.setState({ strayAt: undefined });
};

/**
 * Whether such letters came just before: the `enter` that follows ends their text, and says yes to no card that came up
 * while they were typed.
 */
const endsStray = ({ view }: Hand): boolean => {
  const { strayAt } = view.ui;
  return strayAt !== undefined && view.now - strayAt <= lastsMs;
};

/** What a key is bound to: of several, the one that can be used now; where none can, the first tells why. */
const bound = (hand: Hand, { tables }: Context, key: Stroke): Binding | undefined => {
  const all = tables.flatMap((table) => table.bindings).filter((binding) => binding.keys.includes(key));
  return all.find((binding) => whyNotNow(hand, binding) === undefined) ?? all[0];
};

const use = (hand: Hand, binding: Binding, key: Stroke) => {
  const why = whyNotNow(hand, binding);
  if (why === undefined) binding.run(hand);
  else hand.say(`${key}: ${why}`);
};

/** One key, in what is live at that moment. In a text field only names and chords are keys. */
const pressOne = (hand: Hand, key: Stroke) => {
  const context = contextOf(hand);
  if (context.anyKey !== undefined) return context.anyKey.run(hand);
  const binding = context.field === undefined || isCommandKey(key) ? bound(hand, context, key) : undefined;
  if (binding !== undefined) return use(hand, binding, key);
  if (context.field === undefined) return context.otherwise?.(hand, key);
  const text = edited(context.field.value, key);
  if (text !== undefined) context.field.set(hand, text);
};

/** A yes that changes what others see or what the outside is. */
const yeses: readonly string[] = ['confirm', 'unshare.yes'];

/**
 * The keys of one read, one after the other, each in what the one before it left behind. Where a name is typed, more
 * letters at once than anyone types are a paste, and none of them is taken. A yes among so many keys is none either.
 */
export const press = (handNow: () => Hand, keys: readonly Stroke[]) => {
  const pasted = keys.length > typedAtOnce;
  for (const key of keys) {
    const hand = handNow();
    const context = contextOf(hand);
    if (pasted && context.field?.refusesPaste !== undefined) return context.field.refusesPaste(hand);
    const binding = bound(hand, context, key);
    const isYes = yeses.includes(binding?.id ?? '');
    if (pasted && isYes) return hand.say('that yes came among other keys in one piece: press it again');
    const isTyped = isYes && endsStray(hand);
    noteStray(hand, context, key, binding);
    if (isTyped) return hand.say(`${key} came behind letters that this card does not take: press it again`);
    keepingTrail(hand, () => pressOne(hand, key));
  }
};

/** What the terminal says was pasted: text for a text field, nothing elsewhere. */
export const paste = (hand: Hand, text: string) => {
  const { field } = contextOf(hand);
  if (field === undefined) return hand.say('what is pasted is no key');
  if (field.refusesPaste !== undefined) return field.refusesPaste(hand);
  field.set(hand, field.value + pastedLine(text));
};
