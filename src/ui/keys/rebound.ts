import type { CockpitState } from '../../store/cockpit.ts';
import type { Binding, KeyTable } from '../panes/pane.ts';

type Keys = CockpitState['settings']['keys'];

/** A binding with the keys that the user wants for it. */
export const reboundOne = (binding: Binding, keys: Keys): Binding => {
  const own = keys.get(binding.id);
  return own === undefined ? binding : { ...binding, keys: own };
};

/** Tables as they are live for this user, without what is off; the tables themselves stay as they are written. */
export const reboundTables = (tables: readonly KeyTable[], keys: Keys): readonly KeyTable[] =>
  keys.size === 0
    ? tables
    : tables.map(({ title, bindings }) => ({
        title,
        bindings: bindings.flatMap((binding) =>
          keys.get(binding.id)?.length === 0 ? [] : [reboundOne(binding, keys)],
        ),
      }));

/** The key that does it, for sentences: the usual one, the user's own, or its name in the palette when it has none. */
export const keyOf = ({ settings }: Pick<CockpitState, 'settings'>, id: string, usual: string): string => {
  const own = settings.keys.get(id);
  return own === undefined ? usual : (own[0] ?? `:${id.replaceAll('.', ' ')}`);
};
