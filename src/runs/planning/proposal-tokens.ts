import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import { factKinds, kindOf } from '../../kinds/registry/registry.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { typedToken } from '../policy/typed-token.ts';

/**
 * The names that a token must not be mistaken for: of everything that the facts know, and of the environments, which
 * are typed out of habit.
 */
const knownNames = ({ kinds }: Snapshot, { env, across }: Profile): readonly string[] => [
  ...new Set([
    env,
    ...across,
    ...factKinds().flatMap((kind) =>
      kinds[kind].rows.flatMap(({ fact }) => kindOf(kind).identity(fact).map(String)),
    ),
  ]),
];

/** Adds what may be typed instead of long names. Computed from the masked names, because those are shown and compared. */
export const withTokens = (
  proposal: Proposal,
  engine: EnvironmentReader,
  mask: (text: string) => string,
): Proposal => {
  const { names } = proposal;
  const known = knownNames(engine.snapshot(), engine.profile);
  const others = [...names, ...known.map((name) => mask(name))];
  const tokens = names.map((name) => typedToken(name, others));
  return tokens.every((token, index) => token === names[index]) ? proposal : { ...proposal, tokens };
};
