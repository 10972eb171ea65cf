import { defined } from '../../domain/base/defined.ts';
import { compareText } from '../../domain/text/compare-text.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { type Diagnostic, formatDiagnostic } from '../../domain/text/position.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import type { YamlLimits } from '../../domain/yaml/yaml-limits.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { compareTiers, strictestTier } from '../../runs/policy/tiers.ts';
import { errorAt, nearestWord } from '../document/diagnostics.ts';
import {
  type FoundEnvironment,
  type FoundProfileFile,
  findInDirectory,
  type UnnamedProfile,
} from './profile-directory.ts';

export interface ProfileCatalogEntry extends FoundEnvironment {
  /** The search directory that contains it. */
  readonly dir: string;
  /** The file contents to read, when they must not change on disk: the bytes compared with the trust record. */
  readonly files?: Files;
  /** Its file is not trusted, or an untrusted file claims its name; `conflicts` has the reason. */
  readonly untrusted?: true;
  /**
   * Reason it cannot be opened: it is not trusted, or other files claim the same name. Its tier is then the
   * strictest of theirs.
   */
  readonly conflicts?: readonly Diagnostic[];
  /** Set where a nearer directory is not trusted and was not read completely: it may have the same name, too. */
  readonly unclear?: Diagnostic;
}

type UnnamedEntry = UnnamedProfile & Pick<ProfileCatalogEntry, 'files' | 'untrusted'>;

/** A directory to search. */
export interface SearchDir {
  readonly dir: string;
  readonly files: Files;
  /** Reason why its profiles are not trusted. Absent: they are. */
  readonly untrusted?: string;
  /** Limits of each file. Absent: those of a file that the user has chosen. */
  readonly limits?: YamlLimits;
}

/** All environments that were found. */
export interface ProfileCatalog {
  /** Sorted by system, then in the order of promotion to production. */
  readonly entries: readonly ProfileCatalogEntry[];
  readonly diagnostics: readonly Diagnostic[];
  readonly defaultSystem?: string;
  /** Environments without a usable name. */
  readonly unnamed?: readonly UnnamedEntry[];
  /** Searched directories, nearest first. */
  readonly dirs?: readonly string[];
}

const fullName = ({ system, env }: FoundEnvironment): string => `${system}/${env}`;

/**
 * Returns why a file may not share the name of an earlier one. Two in one directory are ambiguous; a nearer file with a
 * lower tier would bypass the gates of the other.
 */
const conflictOf = (nearer: ProfileCatalogEntry, other: ProfileCatalogEntry): Diagnostic | undefined => {
  const name = fullName(other);
  if (nearer.dir === other.dir)
    return errorAt(
      { file: other.file, line: 1, col: 1 },
      `${name} is already declared in ${nearer.file}`,
      'use another env or system in one of them',
    );
  if (strictestTier(nearer.tier, other.tier) === nearer.tier) return undefined;
  return errorAt(
    { file: nearer.file, line: 1, col: 1 },
    `${name} has tier ${nearer.tier} here, but tier ${other.tier} in ${other.file}, which this file overrides`,
    `write tier: ${other.tier}, or use another env or system`,
  );
};

/** The diagnostic about an untrusted file: it is listed but not opened. */
const untrustedDiagnostic = (file: string, { dir, untrusted = '' }: SearchDir): Diagnostic =>
  errorAt(
    { file, line: 1, col: 1 },
    `not trusted: ${untrusted}`,
    `read the file (opsdeck trust --dry-run ${dir} shows what may run), then run opsdeck trust ${dir}`,
  );

/**
 * The diagnostic about an untrusted file that overrides a trusted one: neither is opened, since the user may mean
 * either.
 */
const hidingDiagnostic = (nearer: ProfileCatalogEntry, other: ProfileCatalogEntry): Diagnostic =>
  errorAt(
    { file: nearer.file, line: 1, col: 1 },
    `not trusted, but overrides ${other.file}, which is also ${fullName(other)}`,
    `choose one with --profiles ${nearer.dir} or --profiles ${other.dir}`,
  );

/** The warning that a directory may have a name, too: what it holds could not be read within its limits. */
const unclearDiagnostic = ({ file }: FoundEnvironment, unread: Diagnostic): Diagnostic => ({
  ...errorAt(
    unread.position,
    `not trusted, and not read: ${unread.what}. The name may be the same as in ${file}, which is opened`,
    'remove it, or choose with --profiles DIR',
  ),
  severity: 'warning',
});

const withConflict = (
  nearer: ProfileCatalogEntry,
  other: ProfileCatalogEntry,
  why: Diagnostic,
): ProfileCatalogEntry => ({
  ...nearer,
  tier: strictestTier(nearer.tier, other.tier),
  conflicts: [...(nearer.conflicts ?? []), why],
});

const order = (a: ProfileCatalogEntry, b: ProfileCatalogEntry): number =>
  compareText(a.system, b.system) || compareTiers(a.tier, b.tier) || compareText(a.env, b.env);

/** Resolves two files of one name: the nearer one wins, unless both are rejected. */
const resolveConflict = (
  nearer: ProfileCatalogEntry,
  other: ProfileCatalogEntry,
): { readonly entry: ProfileCatalogEntry; readonly why?: Diagnostic } => {
  if (other.untrusted === true && nearer.untrusted !== true) return { entry: nearer };
  if (nearer.untrusted === true && other.untrusted !== true)
    return { entry: withConflict(nearer, other, hidingDiagnostic(nearer, other)) };
  const why = conflictOf(nearer, other);
  return why === undefined ? { entry: nearer } : { entry: withConflict(nearer, other, why), why };
};

/** The catalog entry of an environment found in a directory. */
const entryIn = (place: SearchDir, environment: FoundEnvironment, isReal: boolean): ProfileCatalogEntry => ({
  ...environment,
  dir: place.dir,
  ...(isReal ? {} : { files: place.files }),
  ...(place.untrusted === undefined
    ? {}
    : {
        untrusted: true,
        title: `${environment.file}: not trusted`,
        conflicts: [untrustedDiagnostic(environment.file, place)],
      }),
});

const unnamedIn = (
  { place, found }: { readonly place: SearchDir; readonly found: readonly FoundProfileFile[] },
  files: Files,
): readonly UnnamedEntry[] =>
  found.flatMap(({ unnamed }) =>
    unnamed === undefined
      ? []
      : [
          {
            ...unnamed,
            ...(place.files === files ? {} : { files: place.files }),
            ...(place.untrusted === undefined ? {} : { untrusted: true }),
          },
        ],
  );

/** True: the file may be an environment, and its name is not known. */
const isUnread = ({ entry, unnamed, diagnostics }: FoundProfileFile): boolean =>
  entry === undefined && unnamed === undefined && diagnostics.length > 0;

/**
 * Searches the directories. One that is not trusted has a budget, so it comes last: its files that are called like an
 * environment of the others are read first, because they may be meant to replace it.
 */
const searchAll = async (places: readonly SearchDir[]) => {
  const search = async (place: SearchDir, isFirst?: (name: string) => boolean) => ({
    place,
    ...(await findInDirectory(place.dir, place.files, {
      limits: place.limits,
      ...defined({ isFirst }),
    })),
  });
  const isTrusted = ({ untrusted }: SearchDir): boolean => untrusted === undefined;
  const trusted = await Promise.all(places.filter(isTrusted).map((place) => search(place)));
  const known = new Set(
    trusted.flatMap(({ found }) => found.flatMap(({ entry }) => (entry ? [entry.system, entry.env] : []))),
  );
  const isCalledAlike = (name: string): boolean => [...known].some((text) => name.includes(text));
  const others = await Promise.all(
    places.filter((place) => !isTrusted(place)).map((place) => search(place, isCalledAlike)),
  );
  const byPlace = new Map([...trusted, ...others].map((entry) => [entry.place, entry]));
  return places.flatMap((place) => byPlace.get(place) ?? []);
};

interface FoundEntry {
  readonly entry?: ProfileCatalogEntry;
  readonly diagnostics: readonly Diagnostic[];
}

/** The environments of all directories, nearest first, with the nearer directories that may have their names, too. */
const entriesOf = (searched: Awaited<ReturnType<typeof searchAll>>, files: Files): readonly FoundEntry[] => {
  let unread: Diagnostic | undefined;
  return searched.flatMap(({ place, found }) => {
    const isTrusted = place.untrusted === undefined;
    if (!isTrusted) unread ??= found.find(isUnread)?.diagnostics[0];
    const why = isTrusted ? unread : undefined;
    return found.map(({ entry, diagnostics }): FoundEntry => {
      if (entry === undefined) return { diagnostics };
      const unclear = why === undefined ? {} : { unclear: unclearDiagnostic(entry, why) };
      return { entry: { ...entryIn(place, entry, place.files === files), ...unclear }, diagnostics };
    });
  });
};

/**
 * Searches directories, nearest first: the nearest file of a system and environment wins, unless it is not trusted. A
 * broken file is a diagnostic and hides nothing else; a missing directory is ignored.
 */
export const findProfiles = async (
  dirs: readonly (string | SearchDir)[],
  files: Files,
): Promise<ProfileCatalog> => {
  const places = new Map<string, SearchDir>();
  for (const dir of dirs) {
    const place = typeof dir === 'string' ? { dir: dir, files } : dir;
    if (!places.has(place.dir)) places.set(place.dir, place);
  }
  const searched = await searchAll([...places.values()]);
  const entries = new Map<string, ProfileCatalogEntry>();
  const diagnostics = new Map<string, Diagnostic>();
  const report = (diagnostic: Diagnostic) => diagnostics.set(formatDiagnostic(diagnostic), diagnostic);
  for (const { entry, diagnostics: own } of entriesOf(searched, files)) {
    own.forEach(report);
    if (entry === undefined) continue;
    const name = fullName(entry);
    const nearer = entries.get(name);
    const { entry: kept, why } = nearer === undefined ? { entry } : resolveConflict(nearer, entry);
    if (why !== undefined) report(why);
    entries.set(name, kept);
  }
  const defaultSystem = searched
    .map(({ place, system }) => (place.untrusted === undefined ? system : undefined))
    .find((system) => system !== undefined);
  return {
    entries: [...entries.values()].sort(order),
    diagnostics: [...diagnostics.values()],
    dirs: [...places.keys()],
    unnamed: searched.flatMap((entry) => unnamedIn(entry, files)),
    ...(defaultSystem !== undefined && { defaultSystem }),
  };
};

export type ProfileChoice =
  | { readonly is: 'one'; readonly entry: ProfileCatalogEntry }
  | { readonly is: 'several'; readonly entries: readonly ProfileCatalogEntry[]; readonly message: string }
  | { readonly is: 'none'; readonly message: string };

const namesOf = (entries: readonly ProfileCatalogEntry[]): string => entries.map(fullName).join(', ');

/** Hint at invalid files: the requested environment may be in one of them. */
const brokenHint = ({ diagnostics }: ProfileCatalog): string => {
  const files = new Set(diagnostics.map((diagnostic) => diagnostic.position.file)).size;
  if (files === 0) return '';
  return ` (${pluralize(files, 'invalid file')}: run opsdeck validate)`;
};

const none = (catalog: ProfileCatalog, requested: string | undefined): ProfileChoice => {
  const hint = brokenHint(catalog);
  if (catalog.entries.length === 0)
    return {
      is: 'none',
      message: `no profile in ${(catalog.dirs ?? []).join(', ')}${hint}. opsdeck init writes one, --profiles DIR names another directory`,
    };
  if (requested === undefined)
    return { is: 'none', message: `no environment is selected${hint}. Use --env NAME` };
  const ofSystem = catalog.entries.filter((entry) => entry.system === requested.replace(/\/$/, ''));
  if (ofSystem.length > 0)
    return { is: 'none', message: `${requested} is a system. Use --env with one of ${namesOf(ofSystem)}` };
  const known = catalog.entries.flatMap((entry) =>
    (requested.includes('/') ? [] : [entry.env]).concat(fullName(entry)),
  );
  const meant = nearestWord(requested, known);
  // Those of the system that was named come before those of all systems.
  const [system = ''] = requested.split('/');
  const siblings = catalog.entries.filter((entry) => requested.includes('/') && entry.system === system);
  const todo =
    siblings.length > 0 && meant === undefined
      ? `environments of ${system}: ${namesOf(siblings)}`
      : meant === undefined
        ? `available: ${namesOf(catalog.entries)}`
        : `did you mean ${meant}?`;
  return { is: 'none', message: `no environment is called "${requested}"${hint}. ${sentenceCase(todo)}` };
};

/**
 * Selects the environment for `env`, `system/env` or no argument. Among several of one name the default system's wins
 * (the argument takes precedence over the catalog's); without a default, the error lists all.
 */
export const chooseProfile = (
  catalog: ProfileCatalog,
  requested: string | undefined,
  defaultSystem: string | undefined,
): ProfileChoice => {
  const system = defaultSystem ?? catalog.defaultSystem;
  const fits = (entry: ProfileCatalogEntry): boolean =>
    requested === undefined || requested === entry.env || requested === fullName(entry);
  const all = catalog.entries.filter(fits);
  const preferred = all.filter((entry) => entry.system === system);
  const entries = preferred.length > 0 ? preferred : all;
  const [entry, ...others] = entries;
  if (entry === undefined) return none(catalog, requested);
  if (others.length === 0) return { is: 'one', entry };
  const what =
    requested === undefined
      ? `several environments: ${namesOf(entries)}`
      : `${requested} is ambiguous: ${namesOf(entries)}`;
  return { is: 'several', entries, message: `${what}. Select one with --env SYSTEM/ENV` };
};
