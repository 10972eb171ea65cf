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
export const currentActiveKeys = (context: KeyContext): ActiveKeys => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'help') return activeKeysFor(context, overlay);
  const bindings = overlay.typing ? helpSearchKeys : helpKeys;
  const tables = [{ title: 'HELP', bindings }, globalKeys];
  return withUserKeys(overlay.typing ? { tables, field: helpSearchField(overlay) } : { tables }, context);
};

/** Older stray letters are forgotten. */
const lastsMs: Millis = 3000;

/** Whether a key is a letter that the run card does not use. It may belong to text meant for another card. */
const isStray = (
  context: KeyContext,
  { field, anyKey }: ActiveKeys,
  key: Stroke,
  binding: Binding | undefined,
): boolean => {
  if (isCommandKey(key) || field !== undefined || anyKey !== undefined) return false;
  if (context.view.ui.overlay.is !== 'none' || currentRun(context.view) === undefined) return false;
  return binding === undefined || bindingBlockedReason(context, binding) !== undefined;
};

/** Records stray letters on a card; `enter` resets them. */
const noteStray = (
  context: KeyContext,
  active: ActiveKeys,
  key: Stroke,
  binding: Binding | undefined,
): void => {
  const { model, view } = context;
  if (isStray(context, active, key, binding)) model.setState({ strayKeyAt: view.now });
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

/** Confirmations that change the environment or reveal names. */
const yeses: readonly string[] = ['confirm', 'unshare.yes'];

/**
 * Handles the keys of one read in sequence, each in the context left by the previous one. Where a name must be typed,
 * many keys at once count as a paste and are rejected. A confirmation among many keys is ignored.
 */
export const handleStrokes = (currentContext: () => KeyContext, keys: readonly Stroke[]) => {
  const pasted = keys.length > maxTypedAtOnce;
  for (const key of keys) {
    const context = currentContext();
    const active = currentActiveKeys(context);
    if (pasted && active.field?.refusesPaste !== undefined) return active.field.refusesPaste(context);
    const binding = bound(context, active, key);
    const isYes = yeses.includes(binding?.id ?? '');
    if (pasted && isYes) return context.notify('confirmation ignored: keys arrived together; press it again');
    const isTyped = isYes && endsStray(context);
    noteStray(context, active, key, binding);
    if (isTyped) return context.notify(`${key} ignored after unused letters: press it again`);
    recordNavigation(context, () => pressOne(context, key));
  }
};

/** Handles a bracketed paste: text for a text field, ignored elsewhere. */
export const handlePaste = (context: KeyContext, text: string) => {
  const { field } = currentActiveKeys(context);
  if (field === undefined) return context.notify('paste ignored: no text field here');
  if (field.refusesPaste !== undefined) return field.refusesPaste(context);
  field.set(context, field.value + firstPastedLine(text));
};
