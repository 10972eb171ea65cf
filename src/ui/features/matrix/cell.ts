import { rank } from '../../../domain/level.ts';
import type { SignalSpec } from '../../../domain/profile.ts';
import type { SignalRow, Snapshot } from '../../../domain/snapshot.ts';
import type { EnvView } from '../../view.ts';

/** A signal in one environment. */
export type MatrixCell =
  | {
      readonly is: 'seen';
      readonly signal: SignalRow;
      readonly spec: SignalSpec;
      readonly env: EnvView;
      /** Series of the signal there, when none has the labels of this row: the worst of them is shown. */
      readonly among: number;
    }
  | { readonly is: 'waiting' }
  /** Nothing of that environment was kept of the moment that is looked at. */
  | { readonly is: 'not-kept' }
  | { readonly is: 'not-set' };

interface Index {
  readonly byKey: ReadonlyMap<string, SignalRow>;
  readonly byId: ReadonlyMap<string, readonly SignalRow[]>;
}

const indexes = new WeakMap<Snapshot, Index>();

const indexOf = (snapshot: Snapshot): Index => {
  const had = indexes.get(snapshot);
  if (had !== undefined) return had;
  const made = {
    byKey: new Map(snapshot.signals.map((row) => [row.key, row])),
    byId: Map.groupBy(snapshot.signals, (row) => row.id),
  };
  indexes.set(snapshot, made);
  return made;
};

const specs = new WeakMap<readonly SignalSpec[], ReadonlyMap<string, SignalSpec>>();

const specsOf = ({ facts }: EnvView): ReadonlyMap<string, SignalSpec> => {
  const { signals } = facts.frame;
  const had = specs.get(signals);
  if (had !== undefined) return had;
  const byId = new Map(signals.map((spec) => [spec.id, spec]));
  specs.set(signals, byId);
  return byId;
};

const worstOf = (rows: readonly SignalRow[]): SignalRow | undefined =>
  rows.reduce<SignalRow | undefined>(
    (worst, row) => (worst === undefined || rank[row.level] > rank[worst.level] ? row : worst),
    undefined,
  );

/** Nothing has been heard of it yet, not even that it cannot be read. */
const isAwaited = ({ value, fault, verdict, at }: SignalRow): boolean =>
  value === undefined && fault === undefined && verdict === undefined && at === undefined;

/** The series of these labels in an environment; the worst one of its signal where none has them. */
export const cellOf = (env: EnvView | undefined, key: string, id: string): MatrixCell => {
  const spec = env === undefined ? undefined : specsOf(env).get(id);
  if (env === undefined || spec === undefined) return { is: 'not-set' };
  const { byKey, byId } = indexOf(env.snapshot);
  const exact = byKey.get(key);
  const all = byId.get(id) ?? [];
  const signal = exact ?? worstOf(all);
  if (signal === undefined || isAwaited(signal)) return { is: 'waiting' };
  return { is: 'seen', signal, spec, env, among: exact === undefined ? all.length : 1 };
};
