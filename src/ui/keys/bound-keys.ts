import { isChangingKey } from '../../runs/policy/past.ts';
import type { CockpitState } from '../../store/cockpit.ts';
import { timeTravelBlockedReason } from '../features/time-travel/past-context.ts';
import type { Binding, KeyContext, KeyTable, Pane } from '../panes/pane.ts';

/** The keys from everywhere that a pane leaves as they are: without those it has in its own way, or no use for. */
export const bindingsNotReplacedBy = (
  { keys, disabledKeys: without = [] }: Pane,
  bindings: readonly Binding[],
): readonly Binding[] => {
  const taken = new Set([...keys.map(({ id }) => id), ...without]);
  return bindings.filter(({ id }) => !taken.has(id));
};

/** Why a key cannot be used now, or undefined: nothing acts in the past; else what the binding itself says. */
export const bindingBlockedReason = (hand: KeyContext, binding: Binding): string | undefined =>
  (isChangingKey(binding) ? timeTravelBlockedReason(hand.view) : undefined) ?? binding.whyNot?.(hand);

/**
 * What is said for scripts and screens alike, for somebody at a screen: keys in place of the flags of the command line. A
 * flag whose answer a card asks for by itself is left out.
 */
export const flagsToKeys = (text: string, cockpit: Pick<CockpitState, 'settings'>): string =>
  text
    .replaceAll('(A, or --arm "reason")', `(${boundKey(cockpit, 'arm', 'A')})`)
    .replaceAll(/ \(--(?:override "reason"|confirm NAME|done STEP)\)/g, '');

type Keys = CockpitState['settings']['keys'];

/** A binding with the keys that the user wants for it. */
export const withReboundKeys = (binding: Binding, keys: Keys): Binding => {
  const own = keys.get(binding.id);
  return own === undefined ? binding : { ...binding, keys: own };
};

/** Tables as they are live for this user, without what is off; the tables themselves stay as they are written. */
export const withUserKeyTables = (tables: readonly KeyTable[], keys: Keys): readonly KeyTable[] =>
  keys.size === 0
    ? tables
    : tables.map(({ title, bindings }) => ({
        title,
        bindings: bindings.flatMap((binding) =>
          keys.get(binding.id)?.length === 0 ? [] : [withReboundKeys(binding, keys)],
        ),
      }));

/** The key that does it, for sentences: the usual one, the user's own, or its name in the palette when it has none. */
export const boundKey = ({ settings }: Pick<CockpitState, 'settings'>, id: string, usual: string): string => {
  const own = settings.keys.get(id);
  return own === undefined ? usual : (own[0] ?? `:${id.replaceAll('.', ' ')}`);
};
