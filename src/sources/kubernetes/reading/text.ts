import { stringify } from 'yaml';
import type { Described, DescribeHow } from '../../../domain/described.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { WireError } from '../../../platform/failures.ts';
import { entries, field } from '../../wire-value.ts';
import { kindNamed, kinds, objectPath } from '../kinds.ts';
import { withoutSecrets } from '../operations/without-secrets.ts';
import type { KubeParts } from '../parts.ts';
import { objectLines } from './describe.ts';
import { eventLines } from './events.ts';
import { eventsPath } from './object.ts';

/** Repeats the whole object, in a text that nobody reads. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

const without = (raw: unknown, key: string): unknown =>
  Object.fromEntries(entries(raw).filter(([name]) => name !== key));

const replaced = (raw: unknown, key: string, make: (held: unknown) => unknown): unknown =>
  Object.fromEntries(entries(raw).map(([name, held]) => [name, name === key ? make(held) : held]));

/** An object as YAML, without who manages which field, and without what is secret. */
const yamlLines = (raw: unknown): readonly string[] => {
  const shown = replaced(raw, 'metadata', (metadata) =>
    replaced(without(metadata, 'managedFields'), 'annotations', (held) => without(held, lastApplied)),
  );
  const left = '# left out: managedFields, last-applied-configuration, values that are secret (…)';
  return [left, ...stringify(withoutSecrets(shown), { lineWidth: 0 }).trimEnd().split('\n')];
};

/** An object and its events, or its YAML. A container is a part of its pod, and told with it. Throws WireError. */
export const describeObject =
  (parts: KubeParts) =>
  async (
    { kind: word, name: ownName, owner, namespace }: Workload,
    how: DescribeHow,
    signal: AbortSignal,
  ): Promise<Described> => {
    const isContainer = word === 'container';
    const kind = isContainer ? kinds.pod : kindNamed(word);
    const name = isContainer ? owner : ownName;
    if (kind === undefined) throw new WireError('missing', `Kubernetes has no kind ${word}`);
    const where = kind.isNamespaced ? namespace : '*';
    const title = `${kind.word}/${name}`;
    const raw = await parts.client.get(objectPath(kind, where, name), signal);
    if (how === 'yaml') return { title, lines: yamlLines(raw) };
    return {
      title,
      lines: [
        ...describedLines(title, raw, parts),
        '',
        'events',
        ...(await eventsOf(parts, eventsPath(kind, where, name), signal)).map((line) => `  ${line}`),
      ],
    };
  };

const describedLines = (title: string, raw: unknown, parts: KubeParts): readonly string[] => {
  const annotations = entries(field(field(raw, 'metadata'), 'annotations')).filter(
    ([name]) => name !== lastApplied,
  );
  return [
    ...objectLines(title, raw, parts),
    ...annotations.map(([name, value]) => `annotation ${name}=${String(withoutSecrets(value))}`),
  ];
};

/** Events may be denied where the object is not; what is seen of it is shown all the same. */
const eventsOf = async (parts: KubeParts, path: string, signal: AbortSignal): Promise<readonly string[]> => {
  try {
    return eventLines(await parts.client.get(path, signal), parts);
  } catch (error) {
    if (signal.aborted) throw error;
    return [`not seen: ${parts.client.fault(path, error).message}`];
  }
};
