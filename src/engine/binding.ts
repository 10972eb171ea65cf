import type { ParamValues } from '../domain/param-value.ts';
import { PlanError } from '../domain/plan-error.ts';
import type { Profile } from '../domain/profile.ts';
import { bindWith } from '../runs/runbooks/bind-with.ts';
import type { SourceModule } from '../sources/source.ts';

type With = Readonly<Record<string, unknown>>;

/** What the module of `SOURCE.OPERATION` says of it, whether the source is open or not. */
const specOf = (
  use: string,
  { sources }: Pick<Profile, 'sources'>,
  modules: readonly SourceModule[],
): SourceModule['operations'][string] | undefined => {
  const dot = use.lastIndexOf('.');
  const type = sources.find(({ id }) => id === use.slice(0, Math.max(0, dot)))?.type;
  const operations = modules.find((module) => module.type === type)?.operations ?? {};
  const name = use.slice(dot + 1);
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
  if (parsed?.success === false)
    throw new PlanError(
      'failed',
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'with'}: ${message}`).join('; '),
    );
  return bound;
};
