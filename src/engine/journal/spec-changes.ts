import type { Level } from '../../domain/level.ts';
import type { Workload, WorkloadKind } from '../../kinds/workloads/fact.ts';
import type { Change } from './change.ts';

type Part = Pick<Change, 'kind' | 'from' | 'to' | 'why' | 'level'>;

/** Kinds of which a person chooses how many run; of a daemon set the nodes do. */
const scaled: ReadonlySet<WorkloadKind> = new Set<WorkloadKind>(['deployment', 'statefulset', 'service']);

/** 'registry/shop/billing:1.4.2' in two: what it is of, and which one of it. */
const tagOf = (image: string): readonly [string, string] => {
  const at = Math.max(
    image.lastIndexOf('@'),
    image.lastIndexOf(':') > image.lastIndexOf('/') ? image.lastIndexOf(':') : -1,
  );
  return at < 0 ? [image, ''] : [image.slice(0, at), image.slice(at + 1)];
};

/** Both images; of the same name only what tells them apart. */
const imageStep = (was: string, now: string): Pick<Part, 'from' | 'to'> => {
  const [name, tag] = tagOf(was);
  const [nextName, nextTag] = tagOf(now);
  return name === nextName && tag !== '' && nextTag !== ''
    ? { from: `image ${tag}`, to: nextTag }
    : { from: `image ${was}`, to: now };
};

const differs = <T>(was: T | undefined, now: T | undefined): now is T =>
  was !== undefined && now !== undefined && was !== now;

/**
 * What of its spec differs, as far as the facts carry it: image, revision, replicas wanted; or, when none of them does
 * and its generation has moved, that something else of it was changed.
 */
export const changesOfSpec = (was: Workload, now: Workload): readonly Part[] => {
  const parts: Part[] = [];
  if (differs(was.image, now.image))
    parts.push({ kind: 'image', ...imageStep(was.image ?? '', now.image), level: 'ok' });
  if (differs(was.revision, now.revision))
    parts.push({
      kind: 'rollout',
      from: `revision ${was.revision}`,
      to: now.revision,
      ...(parts.length === 0 ? { why: 'same image, its template was changed' } : {}),
      level: 'ok',
    });
  if (scaled.has(now.kind) && differs(was.wanted, now.wanted))
    parts.push({ kind: 'rollout', from: `${was.wanted} wanted`, to: String(now.wanted), level: 'ok' });
  if (parts.length === 0 && differs(was.generation, now.generation))
    parts.push({
      kind: 'config',
      from: `generation ${was.generation}`,
      to: String(now.generation),
      why: 'its spec was changed',
      level: 'ok',
    });
  return parts;
};

/** That it was started again since the look before. */
export const restartsOf = (was: Workload, now: Workload, level: Level): readonly Part[] =>
  was.restarts !== undefined &&
  now.restarts !== undefined &&
  now.restarts > was.restarts &&
  now.kind !== 'service'
    ? [
        {
          kind: 'verdict',
          from: String(was.restarts),
          to: `${now.restarts} restarts`,
          ...(now.detail === undefined ? {} : { why: now.detail }),
          level,
        },
      ]
    : [];
