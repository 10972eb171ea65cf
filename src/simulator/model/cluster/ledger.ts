import type { KubeObject } from './objects.ts';

export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Plural: 'pods'. */
  readonly resource: string;
  /** As it is now; for DELETED as it last was. */
  readonly object: KubeObject;
  /** As it was before: what no longer fits a selector is gone for who watches by it. */
  readonly before?: KubeObject;
}

/** Changes that a watch can still be resumed over; older ones are compacted away. */
const kept = 2000;

/** The one counter of a cluster's resource versions, and the changes that it numbered: what etcd is to an apiserver. */
export class Ledger {
  #version = 184_200;
  #changes: Change[] = [];
  #oldest = this.#version;
  readonly #listeners = new Set<(change: Change) => void>();

  get version(): number {
    return this.#version;
  }

  /** A watch from before this version is answered `410 Gone`. */
  get oldest(): number {
    return this.#oldest;
  }

  next(): number {
    this.#version += 1;
    return this.#version;
  }

  record(change: Change): void {
    this.#changes.push(change);
    if (this.#changes.length > kept) this.#oldest = this.#changes.shift()?.version ?? this.#oldest;
    for (const listener of this.#listeners) listener(change);
  }

  /** Changes of one resource after a version, oldest first. */
  since(version: number, resource: string): readonly Change[] {
    return this.#changes.filter((change) => change.version > version && change.resource === resource);
  }

  /** Forgets every change so far: watches from here back are too old. */
  compact(): void {
    this.#oldest = this.#version;
    this.#changes = [];
  }

  /** Tells of every change from now on; returns how to stop it. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
