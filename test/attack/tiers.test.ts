import fc from 'fast-check';
import { expect } from 'vitest';
import type { Tier } from '../../src/domain/profile/profile.ts';
import { findProfiles } from '../../src/profile/catalog/profile-catalog.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { tiers } from '../../src/runs/policy/tiers.ts';
import { now } from '../profile/support/loading.ts';
import { memoryFiles } from '../profile/support/memory-files.ts';
import { sourceModules } from '../support/source-modules.ts';
import { family } from './support/attack.ts';

const tier = fc.constantFrom(...tiers);

interface Claim {
  readonly dir: string;
  readonly name: string;
  /** Its own tier; absent: that of the nearest file that it extends. */
  readonly tier: Tier | undefined;
  /** The chain of files that it extends. */
  readonly chain: readonly (Tier | undefined)[];
}

/** Files that claim shop/live in several directories, and the chain of files that each extends. */
const claims: fc.Arbitrary<readonly Claim[]> = fc.array(
  fc.record({
    dir: fc.constantFrom('near', 'middle', 'far'),
    name: fc.constantFrom('live', 'other', 'LIVE'),
    tier: fc.option(tier, { nil: undefined, freq: 3 }),
    chain: fc.array(fc.option(tier, { nil: undefined }), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);

interface ProfileFiles {
  readonly texts: Readonly<Record<string, string>>;
  /** The tier of each file that claims the name, and all tiers below the one that is opened. */
  readonly tiersFor: (file: string) => readonly Tier[];
}

const textOf = (lines: readonly (string | undefined)[]): string =>
  lines.flatMap((line) => (line === undefined ? [] : [`${line}\n`])).join('');
const tierLine = (text: Tier | undefined): string | undefined =>
  text === undefined ? undefined : `tier: ${text}`;

const filesOf = (all: readonly Claim[]): ProfileFiles => {
  const files = new Map<string, Claim>();
  for (const claim of all) {
    const path = `${claim.dir}/${claim.name}.yaml`;
    if (!files.has(path)) files.set(path, claim);
  }
  const texts: Record<string, string> = {};
  for (const [path, { dir, name, tier: own, chain }] of files) {
    const below = chain.map((_, nth) => `${name}-base-${nth}.yaml`);
    const extending = (nth: number) => (below[nth] === undefined ? undefined : `extends: ${below[nth]}`);
    texts[path] = textOf(['opsdeck: 1', 'system: shop', 'env: live', tierLine(own), extending(0)]);
    for (const [nth, text] of chain.entries())
      texts[`${dir}/${below[nth]}`] = textOf(['title: x', tierLine(text), extending(nth + 1)]);
  }
  return {
    texts,
    tiersFor: (file) => [
      ...[...files.values()].flatMap(
        (claim) => [claim.tier, ...claim.chain].find((text) => text !== undefined) ?? [],
      ),
      ...(files.get(file)?.chain.flatMap((text) => text ?? []) ?? []),
    ],
  };
};

/** The tier whose gates apply to shop/live; 'refused' if no command opens it. */
type Open = (
  texts: ProfileFiles['texts'],
) => Promise<'refused' | { readonly file: string; readonly tier: Tier }>;

const opened: Open = async (texts) => {
  const files = memoryFiles(texts);
  const { entries } = await findProfiles(['near', 'middle', 'far'], files);
  const entry = entries.find(({ system, env }) => `${system}/${env}` === 'shop/live');
  if (entry === undefined || entry.conflicts !== undefined) return 'refused';
  const options = { files, modules: sourceModules, sets: {}, processEnv: {}, now };
  const { draft } = await loadProfile(entry.file, options);
  return draft === undefined ? 'refused' : { file: entry.file, tier: draft.head.tier };
};

/** The nearest file wins. */
const nearest: Open = async (texts) => {
  for (const dir of ['near', 'middle', 'far'])
    for (const [file, text] of Object.entries(texts)) {
      const own = tiers.find((other) => text.includes(`tier: ${other}\n`));
      if (file.startsWith(dir) && text.includes('env: live') && own !== undefined) return { file, tier: own };
    }
  return 'refused';
};

family('tiers', ({ attack }) => {
  attack('no nearer file, second file or overlay opens an environment with the gates of a lower tier', {
    rounds: 300,
    corpus: [
      [
        { dir: 'near', name: 'live', tier: 'dev', chain: [] },
        { dir: 'far', name: 'live', tier: 'production', chain: [] },
      ],
      [{ dir: 'near', name: 'live', tier: 'local', chain: [undefined, 'production'] }],
    ],
    inputs: claims,
    defense: opened,
    sabotaged: nearest,
    holds: async (all, open) => {
      const { texts, tiersFor } = filesOf(all);
      const profile = await open(texts);
      if (profile === 'refused') return;
      const strictest = Math.max(...tiersFor(profile.file).map((currentTier) => tiers.indexOf(currentTier)));
      expect(tiers.indexOf(profile.tier)).toBe(strictest);
    },
  });
});
