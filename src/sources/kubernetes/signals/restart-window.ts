import type { Millis } from '../../../domain/fault.ts';
import type { SlimPod } from '../pod/slim-pod.ts';

interface Rise {
  readonly at: Millis;
  readonly by: number;
}

interface Watched {
  readonly restarts: number;
  readonly rises: readonly Rise[];
}

/**
 * Restarts of containers within the last `perMs`. Of a container that is seen for the first time only its last end is
 * known, which counts once when it lies within: until `perMs` has been watched, the number is a lower bound.
 */
export class RestartWindow {
  readonly #perMs: Millis;
  #known: ReadonlyMap<string, Watched> = new Map();

  constructor(perMs: Millis) {
    this.#perMs = perMs;
  }

  count(pods: readonly SlimPod[], now: Millis): number {
    const since = now - this.#perMs;
    const next = new Map<string, Watched>();
    let total = 0;
    for (const { uid, containers } of pods)
      for (const { name, restarts, endedAt } of containers) {
        const key = `${uid}/${name}`;
        const before = this.#known.get(key);
        const by =
          restarts - (before?.restarts ?? (restarts > 0 && (endedAt ?? 0) > since ? restarts - 1 : restarts));
        const rise = by > 0 ? [{ at: before === undefined ? (endedAt ?? now) : now, by }] : [];
        const rises = [...(before?.rises ?? []), ...rise].filter(({ at }) => at > since);
        next.set(key, { restarts, rises });
        total += rises.reduce((sum, one) => sum + one.by, 0);
      }
    this.#known = next;
    return total;
  }
}
