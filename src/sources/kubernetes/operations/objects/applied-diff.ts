import { Buffer } from 'node:buffer';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { entries, field, list, text } from '../../../kit/values/wire-value.ts';
import { parseQuantity } from '../../api/quantity.ts';
import { fieldChanges, lastApplied } from '../write/field-diff.ts';

/** A manager of fields, from `metadata.managedFields`. Source: Kubernetes, "Server-Side Apply", field management. */
interface FieldManager {
  readonly name: string;
  readonly isApply: boolean;
  readonly paths: ReadonlySet<string>;
}

/** Collects the paths of a field set: 'f:spec' → 'f:replicas' becomes 'spec.replicas', 'k:{"name":"app"}' '[app]'. */
const collectPaths = (fields: unknown, path: string, into: Set<string>): Set<string> => {
  for (const [key, below] of entries(fields)) {
    if (key === '.') continue;
    const name = key.slice(2);
    const step = key.startsWith('f:') ? `${path === '' ? '' : '.'}${name}` : `[${itemName(key)}]`;
    const child = `${path}${step}`;
    if (entries(below).every(([inner]) => inner === '.')) into.add(child);
    else collectPaths(below, child, into);
  }
  return into;
};

/** The name in 'k:{"name":"app"}'; items with other keys cannot be matched with their paths. */
const itemName = (key: string): string => /^k:\{"name":"([^"]+)"\}$/.exec(key)?.[1] ?? key;

const fieldManagers = (raw: unknown): readonly FieldManager[] =>
  list(field(field(raw, 'metadata'), 'managedFields')).flatMap((entry) => {
    // The status is written by controllers only.
    if (text(field(entry, 'subresource')) === 'status') return [];
    return [
      {
        name: text(field(entry, 'manager')) ?? 'unknown',
        isApply: text(field(entry, 'operation')) === 'Apply',
        paths: collectPaths(field(entry, 'fieldsV1'), '', new Set()),
      },
    ];
  });

/** Managers of Kubernetes itself. The fields that they add are not changes by a person. */
const systemManagers: ReadonlySet<string> = new Set(['kube-controller-manager', 'kube-scheduler', 'kubelet']);

/** The manager of `kubectl apply`, to which the server also attributes its defaults at creation. */
const clientSideApply = 'kubectl-client-side-apply';

/** A Secret's stringData, as the server stores it. */
const asStored = (applied: unknown): unknown => {
  const plain = entries(field(applied, 'stringData'));
  if (plain.length === 0) return applied;
  const encoded = plain.map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  return {
    ...Object.fromEntries(entries(applied).filter(([key]) => key !== 'stringData')),
    data: { ...Object.fromEntries(entries(field(applied, 'data'))), ...Object.fromEntries(encoded) },
  };
};

const parseApplied = (annotation: string): unknown => {
  try {
    return asStored(JSON.parse(annotation));
  } catch {
    throw new WireError('malformed', `the annotation ${lastApplied} of the object is not JSON`);
  }
};

const quantityPath = /\.resources\.(limits|requests)\./;

/** The server writes '1000m' as '1'. Both are JSON. */
const isSameQuantity = (path: string, was: string, is: string): boolean => {
  if (!quantityPath.test(path)) return false;
  const [applied, live] = [was, is].map((quantity) => parseQuantity(JSON.parse(quantity)));
  return applied !== undefined && applied === live;
};

/** An empty map or list requests nothing, and the server does not store an empty text. */
const isNothing = (was: string, is: string | undefined): boolean =>
  was === '{}' || was === '[]' || (was === '""' && is === undefined);

/**
 * Compares the last-applied configuration with the live object, one line per field, with the manager that wrote the
 * live value. Fields that the server sets do not count: of those that are not in the configuration, only those that
 * another manager wrote. Secret values are hidden. Throws WireError `malformed` for an unreadable annotation.
 */
export const appliedDiffLines = (raw: unknown): readonly string[] => {
  const annotation = text(field(field(field(raw, 'metadata'), 'annotations'), lastApplied));
  const managers = fieldManagers(raw);
  if (annotation === undefined) return noAnnotationLines(managers);
  const writer = (path: string): string | undefined =>
    managers.findLast(({ name, paths }) => name !== clientSideApply && paths.has(path))?.name;
  const changes = fieldChanges(parseApplied(annotation), raw, ({ path, was, is }) => {
    if (was === undefined) {
      const name = writer(path);
      return name !== undefined && !systemManagers.has(name);
    }
    if (isNothing(was, is)) return false;
    return is === undefined || !isSameQuantity(path, was, is);
  });
  if (changes.length === 0) return ['the object does not differ from the last-applied configuration'];
  const count = changes.length === 1 ? '1 field differs' : `${changes.length} fields differ`;
  return [
    `${count} from the last-applied configuration (applied → live)`,
    ...changes.map(({ path, from, to }) => {
      const by = writer(path);
      return `${path}: ${from} → ${to}${by === undefined ? '' : ` (by ${by})`}`;
    }),
  ];
};

const noAnnotationLines = (managers: readonly FieldManager[]): readonly string[] => {
  const appliers = [...new Set(managers.flatMap(({ name, isApply }) => (isApply ? [name] : [])))];
  return [
    'the object has no annotation with a last-applied configuration to compare with',
    appliers.length === 0
      ? 'the object was created without kubectl apply'
      : `the object was applied server-side by ${appliers.join(', ')}, which leaves no copy to compare`,
  ];
};
