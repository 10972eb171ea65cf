import type { Millis } from '../../../domain/fault.ts';
import type { Said } from './ground.ts';
import { stamp, uidOf } from './names.ts';
import type { KubeObject } from './objects.ts';
import type { Shelf } from './shelf.ts';
import type { EventObject } from './workload-objects.ts';

const most = 1000;

/** Records events as client-go's recorder does: the same words about the same object count up. */
export class EventBook {
  readonly #shelf: Shelf<EventObject>;
  readonly #known = new Map<string, string>();
  #count = 0;

  constructor(shelf: Shelf<EventObject>) {
    this.#shelf = shelf;
  }

  say(of: KubeObject, said: Said, now: Millis): void {
    const namespace = of.metadata.namespace ?? 'default';
    const key = `${of.metadata.uid}/${said.reason}/${said.message}`;
    const known = this.#shelf.get(namespace, this.#known.get(key) ?? '');
    if (known !== undefined) {
      this.#shelf.put({ ...known, count: known.count + 1, lastTimestamp: stamp(now) });
      return;
    }
    this.#count += 1;
    const uid = uidOf(`event/${key}/${this.#count}`);
    const name = `${of.metadata.name}.${uid.replaceAll('-', '').slice(0, 16)}`;
    this.#known.set(key, name);
    this.#shelf.put({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace, uid, resourceVersion: '', creationTimestamp: stamp(now) },
      involvedObject: {
        apiVersion: of.apiVersion,
        kind: of.kind,
        name: of.metadata.name,
        ...(of.metadata.namespace === undefined ? {} : { namespace: of.metadata.namespace }),
        uid: of.metadata.uid,
        ...(said.fieldPath === undefined ? {} : { fieldPath: said.fieldPath }),
      },
      reason: said.reason,
      message: said.message,
      type: said.type,
      count: 1,
      firstTimestamp: stamp(now),
      lastTimestamp: stamp(now),
      source: { component: said.by },
    });
    this.#forget();
  }

  #forget(): void {
    const all = [...this.#shelf.all()];
    if (all.length <= most) return;
    const oldest = all.sort((a, b) => (a.lastTimestamp < b.lastTimestamp ? -1 : 1))[0];
    if (oldest !== undefined) this.#shelf.remove(oldest.metadata.namespace, oldest.metadata.name);
  }
}
