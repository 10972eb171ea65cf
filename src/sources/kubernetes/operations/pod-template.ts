import type { KubeCall } from '../../../clients/kubernetes/reading.ts';
import { PlanError } from '../../../domain/plan-error.ts';
import { field, list, text } from '../../wire-value.ts';

/** A container of a pod template. */
export interface TemplateContainer {
  readonly name: string;
  readonly image: string;
  readonly isInit: boolean;
  readonly raw: unknown;
}

/** The containers of a workload's template, those that run on first. */
export const containersIn = (raw: unknown): readonly TemplateContainer[] => {
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
export const meantContainer = (
  raw: unknown,
  wanted: string | undefined,
  object: string,
): TemplateContainer => {
  const all = containersIn(raw);
  const names = all.map(({ name }) => name).join(', ');
  if (wanted !== undefined) {
    const found = all.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    throw new PlanError('not-applicable', `${object} has no container ${wanted}; there is ${names}`);
  }
  const running = all.filter(({ isInit }) => !isInit);
  const [only] = running;
  if (only !== undefined && running.length === 1) return only;
  throw new PlanError('failed', `${object} has several containers: say container: ${names}`);
};

/** The image of every container that runs on, in words: a pod's worth of a template. */
export const imagesIn = (raw: unknown): string =>
  containersIn(raw)
    .filter(({ isInit }) => !isInit)
    .map(({ image }) => image)
    .join(', ');

const strategic = 'application/strategic-merge-patch+json';

/** A strategic merge patch. */
export const strategicCall = (path: string, patch: unknown): KubeCall => ({
  method: 'PATCH',
  path,
  contentType: strategic,
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
