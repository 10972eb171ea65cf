import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { hasAlteredText } from '../../../../platform/masking/sanitize.ts';
import { maskSecretValue } from '../../../kit/values/secrets.ts';
import { entries, field, list, text } from '../../../kit/values/wire-value.ts';

/** A variable of a container: its value, or its reference ('secretKeyRef db/password'). */
type EnvVariable = { readonly value: string } | { readonly from: string };

/** Values as written in a profile; null removes the variable. */
export type EnvValues = Readonly<Record<string, string | number | boolean | null>>;

/** Parses the variables of a container. The API omits empty values. */
export const parseEnv = (container: unknown): ReadonlyMap<string, EnvVariable> =>
  new Map(
    list(field(container, 'env')).map((value) => {
      const [from] = entries(field(value, 'valueFrom'));
      const variable: EnvVariable =
        from === undefined
          ? { value: text(field(value, 'value')) ?? '' }
          : { from: [from[0], referenceText(from[1])].filter((part) => part !== '').join(' ') };
      return [text(field(value, 'name')) ?? '', variable] as const;
    }),
  );

const referenceText = (from: unknown): string =>
  [text(field(from, 'name')), text(field(from, 'key')) ?? text(field(from, 'fieldPath'))]
    .filter((part) => part !== undefined)
    .join('/');

/** Builds items for a strategic merge patch of `env`, which merges by name: unnamed variables stay. */
export const envPatchItems = (desired: EnvValues): readonly unknown[] =>
  Object.entries(desired).map(([name, value]) =>
    value === null ? { name, $patch: 'delete' } : { name, value: String(value) },
  );

/** Requested names whose current value is a reference: a literal would conflict with it. */
export const templateReferences = (
  desired: EnvValues,
  now: ReadonlyMap<string, EnvVariable>,
): readonly string[] =>
  Object.keys(desired).flatMap((name) => {
    const variable = now.get(name);
    return variable !== undefined && 'from' in variable ? [`${name} (from ${variable.from})`] : [];
  });

/** The previous values; null where there was none. */
export const previousEnvValues = (
  desired: EnvValues,
  now: ReadonlyMap<string, EnvVariable>,
): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    Object.keys(desired).map((name) => {
      const variable = now.get(name);
      return [name, variable !== undefined && 'value' in variable ? variable.value : null];
    }),
  );

/** 'GOGC=100, DB_PASSWORD=…, GOMAXPROCS not set' */
export const formatEnvValues = (values: EnvValues): string =>
  Object.entries(values)
    .map(([name, value]) => {
      if (value === null) return `${name} not set`;
      return `${name}=${maskSecretValue(name, String(value))}`;
    })
    .join(', ');

/**
 * Checks that a value that is sent back was not sanitized. Control characters are removed from everything that is read
 * (a carriage return in a script, a color in a message), so such a value would change. Throws PlanError then.
 */
export const requireUnaltered = <T>(value: T, what: string, instead: string): T => {
  if (!hasAlteredText(value)) return value;
  throw new PlanError(
    'failed',
    `${what} contains control characters, which opsdeck cannot preserve. Use ${instead}`,
  );
};

/** A container of a pod template. */
interface TemplateContainer {
  readonly name: string;
  readonly image: string;
  readonly isInit: boolean;
  readonly raw: unknown;
}

/** Containers of a workload's template, regular ones first. */
export const templateContainers = (raw: unknown): readonly TemplateContainer[] => {
  const spec = field(field(field(raw, 'spec'), 'template'), 'spec');
  const of = (name: string, isInit: boolean): readonly TemplateContainer[] =>
    list(field(spec, name)).map((value) => ({
      name: text(field(value, 'name')) ?? '',
      image: text(field(value, 'image')) ?? 'none',
      isInit,
      raw: value,
    }));
  return [...of('containers', false), ...of('initContainers', true)];
};

/** Chooses a container: the named one, otherwise the only regular one. Throws PlanError. */
export const chooseTemplateContainer = (
  raw: unknown,
  containerName: string | undefined,
  object: string,
): TemplateContainer => {
  const all = templateContainers(raw);
  const names = all.map(({ name }) => name).join(', ');
  if (containerName !== undefined) {
    const templateContainer = all.find(({ name }) => name === containerName);
    if (templateContainer !== undefined) return templateContainer;
    throw new PlanError('not-applicable', `${object} has no container ${containerName}. Available: ${names}`);
  }
  const running = all.filter(({ isInit }) => !isInit);
  const [only] = running;
  if (only !== undefined && running.length === 1) return only;
  throw new PlanError('failed', `${object} has several containers. Set container: to one of ${names}`);
};

/** Lists the images of all regular containers of a template. */
export const templateImages = (raw: unknown): string =>
  templateContainers(raw)
    .filter(({ isInit }) => !isInit)
    .map(({ image }) => image)
    .join(', ');

const strategicMergeType = 'application/strategic-merge-patch+json';

/** Builds a strategic merge patch. */
export const strategicMergeCall = (path: string, patch: unknown): KubeCall => ({
  method: 'PATCH',
  path,
  contentType: strategicMergeType,
  body: JSON.stringify(patch),
});

/** Patches one container and leaves the others alone: the list merges by name. */
export const containerPatch = (
  { name, isInit }: Pick<TemplateContainer, 'name' | 'isInit'>,
  change: Readonly<Record<string, unknown>>,
): unknown => ({
  spec: {
    template: { spec: { [isInit ? 'initContainers' : 'containers']: [{ name, ...change }] } },
  },
});
