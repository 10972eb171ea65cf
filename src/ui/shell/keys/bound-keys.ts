import { isChangingKey } from '../../../runs/policy/past.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Binding, KeyContext, KeyTable, Pane } from '../contract/pane.ts';
import { timeTravelBlockedReason } from '../state/past-context.ts';

/** Global bindings that the pane neither replaces nor disables. */
export const bindingsNotReplacedBy = (
  { keys, disabledKeys: without = [] }: Pane,
  bindings: readonly Binding[],
): readonly Binding[] => {
  const taken = new Set([...keys.map(({ id }) => id), ...without]);
  return bindings.filter(({ id }) => !taken.has(id));
};

/** Why a key is unavailable now, or undefined. Time travel blocks all actions. */
export const bindingBlockedReason = (context: KeyContext, binding: Binding): string | undefined =>
  (isChangingKey(binding) ? timeTravelBlockedReason(context.view) : undefined) ?? binding.whyNot?.(context);

type Keys = CockpitState['settings']['keys'];

/** Applies user keys to a binding. */
export const withReboundKeys = (binding: Binding, keys: Keys): Binding => {
  const own = keys.get(binding.id);
  return own === undefined ? binding : { ...binding, keys: own };
};

/** Applies user keys to tables and removes disabled bindings. The input is not modified. */
export const withUserKeyTables = (tables: readonly KeyTable[], keys: Keys): readonly KeyTable[] =>
  keys.size === 0
    ? tables
    : tables.map(({ title, bindings }) => ({
        title,
        bindings: bindings.flatMap((binding) =>
          keys.get(binding.id)?.length === 0 ? [] : [withReboundKeys(binding, keys)],
        ),
      }));
