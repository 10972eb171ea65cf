import type { KubeCall } from '../../../clients/kubernetes/reading.ts';
import { PlanError } from '../../../domain/operation.ts';
import { hasAlteredText } from '../../../platform/terminal/sanitize.ts';
import { maskSecretValue } from '../../secrets.ts';
import { entries, field, list, text } from '../../wire-value.ts';

/** A variable of a container: its value, or where it comes from ('secretKeyRef db/password'). */
type EnvVariable = { readonly value: string } | { readonly from: string };

/** Values as a profile may write them; null: the variable is to go. */
export type EnvValues = Readonly<Record<string, string | number | boolean | null>>;

/** The variables of a container. The API leaves out a value that is empty. */
export const parseEnv = (container: unknown): ReadonlyMap<string, EnvVariable> =>
  new Map(
    list(field(container, 'env')).map((one) => {
      const [from] = entries(field(one, 'valueFrom'));
      const variable: EnvVariable =
        from === undefined
          ? { value: text(field(one, 'value')) ?? '' }
          : { from: [from[0], referenceText(from[1])].filter((part) => part !== '').join(' ') };
      return [text(field(one, 'name')) ?? '', variable] as const;
    }),
  );

const referenceText = (from: unknown): string =>
  [text(field(from, 'name')), text(field(from, 'key')) ?? text(field(from, 'fieldPath'))]
    .filter((part) => part !== undefined)
    .join('/');

/** Items for a strategic merge patch of `env`, which is merged by names: what is not named stays. */
export const envPatchItems = (wanted: EnvValues): readonly unknown[] =>
  Object.entries(wanted).map(([name, value]) =>
    value === null ? { name, $patch: 'delete' } : { name, value: String(value) },
  );

/** Names that are asked for and whose values are taken from elsewhere: a literal would stand beside the reference. */
export const templateReferences = (
  wanted: EnvValues,
  now: ReadonlyMap<string, EnvVariable>,
): readonly string[] =>
  Object.keys(wanted).flatMap((name) => {
    const variable = now.get(name);
    return variable !== undefined && 'from' in variable ? [`${name} (from ${variable.from})`] : [];
  });

/** The values that were there before; null where there was none. */
export const previousEnvValues = (
  wanted: EnvValues,
  now: ReadonlyMap<string, EnvVariable>,
): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    Object.keys(wanted).map((name) => {
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
 * What was read and is to be sent back. Control characters are taken out of all that is read (a carriage return in a script,
 * a colour in a message), so that what holds some would come back as another. Throws PlanError then.
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

/** The containers of a workload's template, those that run on first. */
export const templateContainers = (raw: unknown): readonly TemplateContainer[] => {
  const spec = field(field(field(raw, 'spec'), 'template'), 'spec');
  const of = (name: string, isInit: boolean): readonly TemplateContainer[] =>
    list(field(spec, name)).map((one) => ({
      name: text(field(one, 'name')) ?? '',
      image: text(field(one, 'image')) ?? 'none',
      isInit,
      raw: one,
    }));
  return [...of('containers', false), ...of('initContainers', true)];
};

/** The container that is meant: the named one, else the only one that runs on. Throws PlanError. */
export const chooseTemplateContainer = (
  raw: unknown,
  wanted: string | undefined,
  object: string,
): TemplateContainer => {
  const all = templateContainers(raw);
  const names = all.map(({ name }) => name).join(', ');
  if (wanted !== undefined) {
    const found = all.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    throw new PlanError('not-applicable', `${object} has no container ${wanted}; available: ${names}`);
  }
  const running = all.filter(({ isInit }) => !isInit);
  const [only] = running;
  if (only !== undefined && running.length === 1) return only;
  throw new PlanError('failed', `${object} has several containers: set container: ${names}`);
};

/** The image of every container that runs on, in words: a pod's worth of a template. */
export const templateImages = (raw: unknown): string =>
  templateContainers(raw)
    .filter(({ isInit }) => !isInit)
    .map(({ image }) => image)
    .join(', ');

const strategicMergeType = 'application/strategic-merge-patch+json';

/** A strategic merge patch. */
export const strategicMergeCall = (path: string, patch: unknown): KubeCall => ({
  method: 'PATCH',
  path,
  contentType: strategicMergeType,
  body: JSON.stringify(patch),
});

/** Changes some of one container and leaves the others alone: the list is merged by names. */
export const containerPatch = (
  { name, isInit }: Pick<TemplateContainer, 'name' | 'isInit'>,
  change: Readonly<Record<string, unknown>>,
): unknown => ({
  spec: {
    template: { spec: { [isInit ? 'initContainers' : 'containers']: [{ name, ...change }] } },
  },
});
