import type { Millis } from '../../../domain/base/fault.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { liveContext } from '../contract/render-context.ts';
import { currentRun } from '../state/current-run.ts';
import type { ActiveKeys } from './active-keys.ts';
import { bindingBlockedReason } from './bound-keys.ts';
import { hasLostField } from './seen-frame.ts';
import { isCommandKey, type Stroke } from './strokes.ts';

/** Keys that edit text although they have names. */
const editingKeys: ReadonlySet<Stroke> = new Set(['space', 'backspace', 'delete', 'ctrl-u', 'ctrl-w']);

/** True if a key is part of a typed text: a character, or a key that edits one. */
const isTextKey = (key: Stroke): boolean => !isCommandKey(key) || editingKeys.has(key);

/** True if the top card takes no text: every card of a run except a choice and the cancel window. */
const isCardWithoutText = ({ view }: KeyContext, { field, anyKey }: ActiveKeys): boolean => {
  if (field !== undefined || anyKey !== undefined || view.ui.overlay.is !== 'none') return false;
  const stage = currentRun(view)?.stage;
  return stage !== undefined && stage !== 'params';
};

/** True if the characters of one read are a text: at least two different ones. */
const areText = (keys: readonly Stroke[]): boolean =>
  new Set(keys.filter((key) => !isCommandKey(key))).size > 1;

/** True if a key on a card belongs to a text: the card does not use it, or it arrived together with others. */
const isTextOnCard = (
  context: KeyContext,
  active: ActiveKeys,
  key: Stroke,
  { binding, keys }: KeyPress,
): boolean => {
  if (isCommandKey(key) || !isCardWithoutText(context, active)) return false;
  return binding === undefined || bindingBlockedReason(context, binding) !== undefined || areText(keys);
};

/** One key, its binding in the active tables, and all keys of the same read. */
interface KeyPress {
  readonly binding: Binding | undefined;
  readonly keys: readonly Stroke[];
}

const ignoredText = 'text ignored: no text field here · enter discards the text, then press a key';

/** Why a key of a text is ignored: the reason of its binding, or the missing text field. */
const reasonOf = (context: KeyContext, key: Stroke, { binding }: KeyPress, isFirst: boolean): string => {
  const why = isFirst && binding !== undefined ? bindingBlockedReason(context, binding) : undefined;
  return why === undefined ? ignoredText : `${key}: ${why}`;
};

/**
 * Ignores typed text that has no text field, so that its letters never act as keys. Text begins with a letter that the
 * card does not use, with several letters in one read, or when a text field disappeared while it was being typed, or just
 * before. It ends with `enter`, which then does nothing else, or with `esc`, which keeps its meaning. Chords and arrows keep theirs.
 * Returns true if the key was ignored.
 */
export const ignoresTypedText = (
  context: KeyContext,
  active: ActiveKeys,
  key: Stroke,
  press: KeyPress,
): boolean => {
  const { model, view, notify } = context;
  const { isIgnoringText: ignoring = false, typedIntoField = false } = view.ui;
  // A field of an overlay was opened on purpose, and in the cancel window every key cancels.
  const isAsked =
    active.anyKey !== undefined || (active.field !== undefined && view.ui.overlay.is !== 'none');
  const begins =
    !ignoring &&
    active.field === undefined &&
    (((typedIntoField || hasLostField(context, active)) && isTextKey(key)) ||
      isTextOnCard(context, active, key, press));
  const ignores = !isAsked && (ignoring ? isTextKey(key) || key === 'enter' : begins);
  const goesOn = !isAsked && (ignoring || begins) && key !== 'enter' && key !== 'esc';
  model.setState({
    isIgnoringText: goesOn,
    // A chord or an arrow in between does not end the text: only enter and esc do.
    typedIntoField:
      !ignores &&
      active.field !== undefined &&
      (isTextKey(key) || (typedIntoField && key !== 'enter' && key !== 'esc')),
  });
  if (ignores) notify(goesOn ? reasonOf(context, key, press, begins) : 'text discarded: keys work again');
  return ignores;
};

/** Longest time between two reads of one paste, also over a network; a person needs longer for the next key. */
const pasteGapMs: Millis = 100;

/** Notes that keys arrived together: the `enter` at the end of a paste may arrive in a read of its own. */
export const noteBurst = (
  { model, view }: Pick<KeyContext, 'model' | 'view'>,
  { isPaste }: { readonly isPaste: boolean },
): void => model.setState({ burst: { at: liveContext(view).now, isPaste } });

/** True if a key is the answer of a person, which keys that arrive with others cannot give. */
export const isConfirmation = (context: KeyContext, binding: Binding | undefined): boolean => {
  const { confirms } = binding ?? {};
  return typeof confirms === 'function' ? confirms(context) : confirms === true;
};

/** True below a text that may be typed freely: a reason, a note, a command. */
const asksForText = ({ field }: { readonly field?: ActiveKeys['field'] | undefined }): boolean =>
  field !== undefined && field.refusesPaste === undefined;

/**
 * True if a key is an answer of its own. Below a text that may be typed freely it only must not come with a paste: while the machine is
 * busy, letters and their enter arrive together. Anywhere else it is the only key of its read, and follows no burst at once.
 */
export const isKeyOfItsOwn = (
  { view }: KeyContext,
  { field }: { readonly field?: ActiveKeys['field'] | undefined },
  keysOfRead: number,
): boolean => {
  const { burst } = view.ui;
  const isRecent = burst !== undefined && liveContext(view).now - burst.at < pasteGapMs;
  if (asksForText({ field })) return !(isRecent && burst.isPaste);
  return keysOfRead === 1 && !isRecent;
};

/** Longest initial delay of key repeat in common desktops; the first repeat of a held key arrives within it. */
const repeatDelayMs: Millis = 1000;
/** Longest interval between further repeats of a held key. */
const repeatIntervalMs: Millis = 300;

/**
 * True if an `enter` may be the repetition of a held one: a confirmation needs a key of its own. One `enter` must not arm
 * an environment, or open a card, and then confirm. Records the key.
 */
export const isHeldEnter = (
  context: KeyContext,
  active: ActiveKeys,
  key: Stroke,
  binding: Binding | undefined,
): boolean => {
  const { model, view } = context;
  if (key !== 'enter') {
    model.setState({ lastEnter: undefined });
    return false;
  }
  const { now } = liveContext(view);
  const { lastEnter } = view.ui;
  const within = lastEnter?.ignored === true ? repeatIntervalMs : repeatDelayMs;
  const isHeld =
    lastEnter !== undefined &&
    now - lastEnter.at < within &&
    !asksForText(active) &&
    isConfirmation(context, binding);
  model.setState({ lastEnter: { at: now, ignored: isHeld } });
  return isHeld;
};
