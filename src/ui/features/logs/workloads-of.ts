import type { Workload, WorkloadKind } from '../../../kinds/workloads/fact.ts';
import type { LogScope } from '../../../logs/format/stream.ts';
import type { View } from '../../view.ts';

type Of = LogScope['of'][number];

/** Kinds that are named with their kind where their lines are asked for: 'deployment/billing'. */
const withKind: ReadonlySet<WorkloadKind> = new Set(['pod', 'deployment', 'statefulset', 'daemonset', 'job']);

/** Whose lines they are, in the words of its source; undefined: that kind writes none. */
const ofWorkload = ({ source, kind, name, owner }: Workload): Of | undefined => {
  if (withKind.has(kind)) return { source, of: `${kind}/${name}` };
  if (kind === 'container' && owner.startsWith('pod/')) return { source, of: owner };
  return kind === 'node' || kind === 'process' || kind === 'file' ? undefined : { source, of: name };
};

const workloads = ({ own, cockpit }: View): readonly Workload[] => {
  const tails = new Set(cockpit.open?.tails ?? []);
  return (own?.snapshot.kinds.workloads.rows ?? [])
    .map(({ fact }) => fact)
    .filter(({ source }) => tails.has(source));
};

/** The streams of a workload, where its source has streams. */
export const streamsOfWorkload = (view: View, fact: Workload): readonly Of[] => {
  const of = ofWorkload(fact);
  return of === undefined || view.cockpit.open?.tails?.includes(of.source) !== true ? [] : [of];
};

/** Kinds that stand for several others come first: their new pods join. */
const order: readonly WorkloadKind[] = [
  'deployment',
  'statefulset',
  'daemonset',
  'service',
  'pod',
  'container',
  'unit',
  'job',
];

const ways: readonly ((name: string, wanted: string) => boolean)[] = [
  (name, wanted) => name === wanted,
  (name, wanted) => name.replace(/\.service$/, '') === wanted || name.startsWith(`${wanted}-`),
  (name, wanted) =>
    name.endsWith(`-${wanted}`) || name.includes(`-${wanted}-`) || name.includes(`_${wanted}_`),
];

/**
 * The streams of what goes by one of these names (an instance before its service): what has the very name, else what
 * begins with it, else what has it as a part. Of what fits alike, what stands for others comes alone.
 */
export const streamsByName = (view: View, names: readonly string[]): readonly Of[] => {
  const all = workloads(view);
  for (const wanted of names.filter((name) => name !== ''))
    for (const isCalled of ways) {
      const found = all.filter(({ name }) => isCalled(name, wanted));
      for (const kind of order) {
        const of = found.flatMap((fact) => (fact.kind === kind ? (ofWorkload(fact) ?? []) : []));
        if (of.length > 0) return of;
      }
    }
  return [];
};
