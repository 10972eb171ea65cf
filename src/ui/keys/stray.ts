import type { Millis } from '../../domain/fault.ts';
import { runOnScreen } from '../cards/question.ts';
import type { Stroke } from '../hooks/strokes.ts';
import { type Binding, type Hand, whyNotNow } from './binding.ts';
import type { Context } from './contexts.ts';
import { isCommandKey } from './text-field.ts';

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
export const noteStray = (hand: Hand, context: Context, key: Stroke, binding: Binding | undefined): void => {
  const { model, view } = hand;
  if (isStray(hand, context, key, binding)) model.setState({ strayAt: view.now });
  else if (key === 'enter') model.setState({ strayAt: undefined });
};

/**
 * Whether such letters came just before: the `enter` that follows ends their text, and says yes to no card that came up
 * while they were typed.
 */
export const endsStray = ({ view }: Hand): boolean => {
  const { strayAt } = view.ui;
  return strayAt !== undefined && view.now - strayAt <= lastsMs;
};
