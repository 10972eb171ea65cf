import { errorLine, reportInternalError } from '../../kit/runtime/internal-error.ts';
import { dialogOf } from '../contract/dialog.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { recordNavigation } from '../navigation/navigate.ts';
import type { ActiveKeys } from './active-keys.ts';
import { activeKeysFor, dialogKeys, withUserKeys } from './active-keys.ts';
import { bindingBlockedReason } from './bound-keys.ts';
import { hasShiftedList, noteKey } from './seen-frame.ts';
import type { Stroke } from './strokes.ts';
import { applyEditingKey, firstPastedLine, isCommandKey, maxTypedAtOnce } from './strokes.ts';
import { ignoresTypedText, isConfirmation, isHeldEnter, isKeyOfItsOwn, noteBurst } from './typed-text.ts';

/** The active keys of the topmost layer. */
export const currentActiveKeys = (context: KeyContext): ActiveKeys => {
  const { overlay } = context.view.ui;
  const { features } = context.view;
  const help = overlay.is === 'help' ? dialogOf(features.dialogs, overlay) : undefined;
  return help === undefined
    ? activeKeysFor(context, overlay)
    : withUserKeys(dialogKeys(features, help, overlay), context);
};

/** The binding of a key: the first available one, otherwise the first, which explains why it is unavailable. */
const bound = (context: KeyContext, { tables }: ActiveKeys, key: Stroke): Binding | undefined => {
  const all = tables.flatMap((table) => table.bindings).filter((binding) => binding.keys.includes(key));
  return all.find((binding) => bindingBlockedReason(context, binding) === undefined) ?? all[0];
};

const use = (context: KeyContext, binding: Binding, key: Stroke) => {
  const why = bindingBlockedReason(context, binding);
  if (why === undefined) binding.run(context);
  else context.notify(`${key}: ${why}`);
};

/** Handles one key in the current context. In a text field only named keys and chords are keys. */
const pressOne = (context: KeyContext, key: Stroke) => {
  const active = currentActiveKeys(context);
  if (active.anyKey !== undefined) return active.anyKey.run(context);
  const binding = active.field === undefined || isCommandKey(key) ? bound(context, active, key) : undefined;
  if (binding !== undefined) return use(context, binding, key);
  if (active.field === undefined) return active.onOtherKey?.(context, key);
  const text = applyEditingKey(active.field.value, key);
  if (text !== undefined) active.field.set(context, text);
};

/** An error in the code of a key ends neither the cockpit nor a run in progress. */
const pressSafely = (context: KeyContext, key: Stroke): void => {
  try {
    pressOne(context, key);
  } catch (error) {
    reportInternalError(`key ${key}`, error);
    context.notify(`${key}: internal error: ${errorLine(error)}`);
  }
};

/**
 * Handles the keys of one read in sequence, each in the context left by the previous one. Where a name must be typed,
 * more than three letters at once count as a paste and are rejected. A confirmation among other keys, with a paste, or by a held key, is
 * ignored, and so is text without a text field. `earlier`: keys of the same read that were handled before.
 */
export const handleStrokes = (
  currentContext: () => KeyContext,
  keys: readonly Stroke[],
  earlier: number = 0,
) => {
  const together = earlier + keys.length;
  if (together > maxTypedAtOnce) noteBurst(currentContext(), { isPaste: false });
  for (const [nth, key] of keys.entries()) {
    const context = currentContext();
    const active = currentActiveKeys(context);
    // The listener notes the last key.
    if (nth > 0) noteKey(context, active, keys[nth - 1]);
    const { refusesPaste, mostAtOnce = maxTypedAtOnce } = active.field ?? {};
    if (refusesPaste !== undefined && together > mostAtOnce) return refusesPaste(context);
    const binding = bound(context, active, key);
    if (isConfirmation(context, binding) && !isKeyOfItsOwn(context, active, together))
      return context.notify('confirmation ignored: keys arrived together. Press again');
    if (ignoresTypedText(context, active, key, { binding, keys })) continue;
    if (isHeldEnter(context, active, key, binding)) {
      context.notify('enter right after another enter was ignored: press enter again to confirm');
      continue;
    }
    if (key === 'enter' && nth === 0 && hasShiftedList(context)) {
      context.notify('the list has just changed: press enter again to open this row');
      continue;
    }
    recordNavigation(context, () => pressSafely(context, key));
  }
};

/** Handles a bracketed paste: text for a text field, ignored elsewhere. */
export const handlePaste = (context: KeyContext, text: string) => {
  noteBurst(context, { isPaste: true });
  const { field } = currentActiveKeys(context);
  if (field === undefined)
    return context.notify('paste ignored: open a text field first, such as the filter (/)');
  if (field.refusesPaste !== undefined) return field.refusesPaste(context);
  field.set(context, field.value + firstPastedLine(text));
};
