import { usedParts } from '../domain/operation.ts';
import type { ParamValues } from '../domain/param-value.ts';
import { PlanError } from '../domain/plan-error.ts';
import type { Profile } from '../domain/profile.ts';
import { issuesText } from '../domain/schema.ts';
import { bindWith } from '../runs/runbooks/bind-with.ts';
import type { SourceModule } from '../sources/source.ts';

type With = Readonly<Record<string, unknown>>;

/** What the module of `SOURCE.OPERATION` says of it, whether the source is open or not. */
const specOf = (
  use: string,
  { sources }: Pick<Profile, 'sources'>,
  modules: readonly SourceModule[],
): SourceModule['operations'][string] | undefined => {
  const { source, name } = usedParts(use);
  const type = sources.find(({ id }) => id === source)?.type;
  const operations = modules.find((module) => module.type === type)?.operations ?? {};
  return Object.hasOwn(operations, name) ? operations[name] : undefined;
};

/**
 * The params of a step with its values in them: the one stage through which diagnosing, acting and verifying bind theirs.
 * Throws PlanError for what the operation's rules or its schema do not take.
 */
export const boundParams = (
  step: { readonly use?: string; readonly with?: With },
  values: ParamValues,
  profile: Pick<Profile, 'sources'>,
  modules: readonly SourceModule[],
): With => {
  const spec = specOf(step.use ?? '', profile, modules);
  const bound = bindWith(step.with ?? {}, values, spec?.binds ?? {});
  const parsed = spec?.params.safeParse(bound);
  if (parsed?.success === false) throw new PlanError('failed', issuesText(parsed.error));
  return bound;
};
