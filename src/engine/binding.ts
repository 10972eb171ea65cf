import type { Profile } from '../domain/profile.ts';
import type { SourceModule } from '../sources/source.ts';

/** Of `SOURCE.OPERATION`, which keys of its `with` are addresses, in which a value is data: as its module says, open or not. */
export const encodedOf = (
  use: string,
  { sources }: Pick<Profile, 'sources'>,
  modules: readonly SourceModule[],
): readonly string[] => {
  const dot = use.lastIndexOf('.');
  const type = sources.find(({ id }) => id === use.slice(0, Math.max(0, dot)))?.type;
  const operations = modules.find((module) => module.type === type)?.operations ?? {};
  const name = use.slice(dot + 1);
  return Object.hasOwn(operations, name) ? (operations[name]?.encoded ?? []) : [];
};
